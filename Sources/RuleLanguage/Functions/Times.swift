internal import EventModel

extension FunctionTable {
  /// What a calendar says of a time: in UTC, or in the time zone that is named.
  static let times: [FunctionEntry] = [
    getter("getFullYear") { Int64($0.date.year) },
    getter("getMonth") { Int64($0.date.month - 1) },
    getter("getDate") { Int64($0.date.day) },
    getter("getDayOfMonth") { Int64($0.date.day - 1) },
    getter("getDayOfWeek") { Int64($0.date.dayOfWeek) },
    getter("getDayOfYear") { Int64($0.date.dayOfYear) },
    getter("getHours", ofDuration: { $0.components.seconds / 3_600 }) { Int64($0.secondOfDay / 3_600) },
    getter("getMinutes", ofDuration: { $0.components.seconds / 60 }) { Int64($0.secondOfDay / 60 % 60) },
    getter("getSeconds", ofDuration: { $0.components.seconds }) { Int64($0.secondOfDay % 60) },
    getter("getMilliseconds", ofDuration: { $0.components.attoseconds / 1_000_000_000_000_000 }) { Int64($0.nanoseconds / 1_000_000) },
    FunctionEntry("dayEnd", .binary(dayEnd), .function(.string, .string, gives: .timestamp)),
  ]

  /// Those whose second argument is a time zone.
  static let takeZones = Set(times.map(\.function.name))

  private static func getter(
    _ name: String, ofDuration: (@Sendable (Duration) -> Int64)? = nil, ofTime: @escaping @Sendable (Timestamp) -> Int64
  ) -> FunctionEntry {
    var entry = FunctionEntry(
      name,
      .variadic { (arguments) throws(EvaluationError) in
        switch (arguments.first, arguments.count, ofDuration) {
        case (.timestamp(let time)?, 1, _): return .int(ofTime(time))
        case (.timestamp(var time)?, 2, _):
          guard case .string(let name) = arguments[1] else { throw .noSuchOverload(name, arguments) }
          time.seconds += Int64(try zone(name).offset(at: time.seconds))
          return .int(ofTime(time))
        case (.duration(let duration)?, 1, let ofDuration?): return .int(ofDuration(duration))
        default: throw .noSuchOverload(name, arguments)
        }
      }, .method(.timestamp, gives: .int), .method(.timestamp, .string, gives: .int))
    if ofDuration != nil { entry.overloads.append(.method(.duration, gives: .int)) }
    return entry
  }

  private static func zone(_ name: String) throws(EvaluationError) -> CivilTimeZone {
    guard let zone = CivilTimeZone(celName: name) else { throw .invalid("there is no time zone `\(name)`") }
    return zone
  }

  /// The last microsecond of a local date (language.md 3.3).
  private static func dayEnd(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
    guard case (.string(let text), .string(let name)) = (a, b) else { throw .noSuchOverload("dayEnd", [a, b]) }
    guard let date = CivilDate(iso: text) else { throw .invalid("`\(text)` is not a date") }
    let end = try Timestamp(seconds: zone(name).end(of: date)).advanced(by: .microseconds(-1))
    return .timestamp(end)
  }
}
