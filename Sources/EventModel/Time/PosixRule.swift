extension CivilTimeZone {
  /// What holds year by year, as POSIX writes it: `IST-1GMT0,M10.5.0,M3.5.0/1`.
  struct PosixRule: Sendable {
    private var standard: Int
    /// Summer's offset, when it begins, and when it ends.
    private var summer: (offset: Int, begins: Moment, ends: Moment)?

    /// A time of each year, on the clocks as they are before the change.
    struct Moment: Sendable {
      enum Day: Sendable {
        /// The week (5: the last one) and the day of it (0: Sunday) of a month.
        case weekday(month: Int, week: Int, day: Int)
        /// 1 to 365, in which 29 February is not counted.
        case julian(Int)
        /// 0 to 365.
        case ofYear(Int)
      }
      var day: Day
      /// Since midnight; may be beyond the day.
      var second: Int

      /// Seconds of the clocks since 1970.
      func time(inYear year: Int) -> Int64 {
        let days: Int
        switch day {
        case .weekday(let month, let week, let day):
          let first = CivilDate(year: year, month: month, day: 1)
          var date = 1 + (day - first.dayOfWeek + 7) % 7 + 7 * (week - 1)
          while date > CivilDate.days(inMonth: month, ofYear: year) { date -= 7 }
          days = first.daysSinceEpoch + date - 1
        case .julian(let day):
          let leap = CivilDate.isLeap(year: year) && day >= 60 ? 1 : 0
          days = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch + day - 1 + leap
        case .ofYear(let day): days = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch + day
        }
        return Int64(days) * 86_400 + Int64(second)
      }
    }

    func offset(at time: Int64) -> Int {
      guard summer != nil else { return standard }
      // Near New Year the date is another in the zone: the changes of three years hold the last one.
      let year = Timestamp(seconds: time).date.year
      let last = (year - 1...year + 1).flatMap { changes(inYear: $0) }.filter { $0.time <= time }.max { $0.time < $1.time }
      return last?.offset ?? standard
    }

    func changes(inYear year: Int) -> [Rule.Change] {
      guard let summer else { return [] }
      let begin = Rule.Change(time: summer.begins.time(inYear: year) - Int64(standard), offset: summer.offset)
      let end = Rule.Change(time: summer.ends.time(inYear: year) - Int64(summer.offset), offset: standard)
      return [begin, end].sorted { $0.time < $1.time }
    }

    /// Nil when it is empty: nothing is said of what comes. The text is the database's.
    init?(_ text: String) {
      guard !text.isEmpty else { return nil }
      var reader = PosixReader(rest: Array(text.utf8)[...])
      reader.skipName()
      standard = -reader.seconds()
      guard reader.rest.first != nil else { return }
      reader.skipName()
      // Summer is an hour ahead, unless it says otherwise.
      let offset = reader.rest.first == 0x2C ? standard + 3_600 : -reader.seconds()
      summer = (offset, reader.moment(), reader.moment())
    }
  }

  private struct PosixReader {
    var rest: ArraySlice<UInt8>

    mutating func take(_ byte: UInt8) -> Bool {
      guard rest.first == byte else { return false }
      rest.removeFirst()
      return true
    }

    /// Letters, or anything between `<` and `>`.
    mutating func skipName() {
      if take(0x3C) {
        while let byte = rest.popFirst(), byte != 0x3E {}
      } else {
        rest = rest.drop { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }
      }
    }

    mutating func number() -> Int {
      var value = 0
      while let byte = rest.first, 0x30...0x39 ~= byte {
        value = value * 10 + Int(byte - 0x30)
        rest.removeFirst()
      }
      return value
    }

    /// `5`, `-10:30`, `+167:00:00`
    mutating func seconds() -> Int {
      let isNegative = take(0x2D)
      if !isNegative { _ = take(0x2B) }
      var value = number() * 3_600
      if take(0x3A) { value += number() * 60 }
      if take(0x3A) { value += number() }
      return isNegative ? -value : value
    }

    /// `,M10.5.0/1`; without a time it is 02:00.
    mutating func moment() -> PosixRule.Moment {
      _ = take(0x2C)
      let day: PosixRule.Moment.Day
      if take(0x4D) {
        let month = number()
        _ = take(0x2E)
        let week = number()
        _ = take(0x2E)
        day = .weekday(month: month, week: week, day: number())
      } else if take(0x4A) {
        day = .julian(number())
      } else {
        day = .ofYear(number())
      }
      return PosixRule.Moment(day: day, second: take(0x2F) ? seconds() : 7_200)
    }
  }
}
