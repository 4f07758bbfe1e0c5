/// The sum of doubles without any rounding, as a few doubles that do not overlap (Shewchuk 1997); rounded once, when it is asked for. So
/// it is the same in whatever order values come, and what is taken out again leaves no trace.
struct ExactDoubleSum {
  /// In order of magnitude, from the least on.
  private var parts: [Double] = []
  private var infinities: Int64 = 0
  private var negativeInfinities: Int64 = 0
  private var nans: Int64 = 0

  init() {}

  /// `times` is 1, or -1 to take a value out again.
  mutating func add(_ number: Double, times: Int64) {
    guard number.isFinite else {
      if number.isNaN { nans += times } else if number > 0 { infinities += times } else { negativeInfinities += times }
      return
    }
    var x = times > 0 ? number : -number
    var kept = 0
    for part in parts {
      var (a, b) = (x, part)
      if a.magnitude < b.magnitude { swap(&a, &b) }
      let high = a + b
      let low = b - (high - a)
      if low != 0 {
        parts[kept] = low
        kept += 1
      }
      x = high
    }
    parts.removeLast(parts.count - kept)
    if x != 0 { parts.append(x) }
  }

  /// The double nearest to the sum, half to even.
  var value: Double {
    if nans > 0 || (infinities > 0 && negativeInfinities > 0) { return .nan }
    if infinities > 0 { return .infinity }
    if negativeInfinities > 0 { return -.infinity }
    guard var high = parts.last else { return 0 }
    var low = 0.0
    var index = parts.count - 1
    while index > 0 {
      index -= 1
      let x = high
      high = x + parts[index]
      low = parts[index] - (high - x)
      if low != 0 { break }
    }
    // Halfway cases: what is below decides.
    if index > 0, (low < 0 && parts[index - 1] < 0) || (low > 0 && parts[index - 1] > 0) {
      let twice = low * 2
      let up = high + twice
      if twice == up - high { high = up }
    }
    return high
  }

  func write(to row: inout RowWriter) {
    row.unsigned(UInt64(parts.count))
    for part in parts { row.double(part) }
    row.signed(infinities)
    row.signed(negativeInfinities)
    row.signed(nans)
  }

  init(from row: inout RowReader) {
    parts = (0..<row.unsigned()).map { _ in row.double() }
    infinities = row.signed()
    negativeInfinities = row.signed()
    nans = row.signed()
  }
}
