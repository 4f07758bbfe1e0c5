internal import EventModel
internal import RuleLanguage

/// `percentile(e, p)`: the least value that p of 100 do not exceed, by a DDSketch (C. Masson, J. E. Rim, H. K. Lee, "DDSketch: a fast and
/// fully-mergeable quantile sketch with relative-error guarantees", 2019). What it tells is off by less than 1 %, at both ends by nothing.
/// It depends on the values that were added and on nothing else; buckets are cut by a double's own bits, as a logarithm is not the same
/// on all machines.
final class QuantileAccumulator: Accumulator {
  private let type: ValueType
  private let percent: Double
  private var negative = QuantileBuckets()
  private var zeros: UInt64 = 0
  private var positive = QuantileBuckets()
  /// Doubles without end, below and above all others.
  private var lowest: UInt64 = 0
  private var highest: UInt64 = 0
  private var least: Value?
  private var greatest: Value?
  /// The largest scale of the decimals in it.
  private var scale = 0

  init(_ type: ValueType, percent: Double) {
    self.type = type
    self.percent = percent
  }

  override func add(_ value: Value) {
    let number = Self.number(value)
    // A NaN stands nowhere among the others.
    if number.isNaN { return }
    if number.isInfinite {
      if number < 0 { lowest += 1 } else { highest += 1 }
    } else if number.magnitude < .leastNormalMagnitude {
      zeros += 1
    } else if number < 0 {
      negative.add(-number)
    } else {
      positive.add(number)
    }
    if case .decimal(let decimal) = value { scale = max(scale, Int(decimal.scale)) }
    if least.map({ value.order(to: $0) == .ascending }) ?? true { least = value }
    if greatest.map({ value.order(to: $0) == .descending }) ?? true { greatest = value }
  }

  override func value() throws(EvaluationError) -> Value {
    guard let least, let greatest else { throw EvaluationError(.noValue, "nothing has no percentile") }
    let below = negative.total
    let count = lowest + below + zeros + positive.total + highest
    let place = max(UInt64((percent * Double(count) / 100).rounded(.up)), 1) - 1
    if place == 0 { return shown(least) }
    if place >= count - 1 { return shown(greatest) }
    let number: Double
    if place < lowest {
      number = -.infinity
    } else if place < lowest + below {
      number = -negative.number(at: below - 1 - (place - lowest))
    } else if place < lowest + below + zeros {
      number = 0
    } else if place < count - highest {
      number = positive.number(at: place - lowest - below - zeros)
    } else {
      number = .infinity
    }
    if number <= Self.number(least) { return shown(least) }
    if number >= Self.number(greatest) { return shown(greatest) }
    return try value(of: number)
  }

  /// Decimals have the largest scale of the values.
  private func shown(_ value: Value) -> Value {
    guard case .decimal(let decimal) = value, let wide = try? decimal.rounded(toScale: scale) else { return value }
    return .decimal(wide)
  }

  /// A number between the least and the greatest in the type of the values.
  private func value(of number: Double) throws(EvaluationError) -> Value {
    switch type {
    case .int: return .int(Int64(number.rounded()))
    case .uint: return .uint(UInt64(number.rounded()))
    case .decimal:
      // With as many digits as keep the rounding small beside the error.
      var digits = scale
      while digits < ExactDecimal.maximumDigits, number.magnitude * Self.powers[digits] < 250, number != 0 { digits += 1 }
      guard let decimal = ExactDecimal(number, scale: digits) else {
        throw EvaluationError(.overflow, "a percentile has more than 34 digits")
      }
      return .decimal(decimal)
    case .duration:
      let seconds = (number / 1e9).rounded(.towardZero)
      return .duration(.seconds(Int64(seconds)) + .nanoseconds(Int64((number - seconds * 1e9).rounded())))
    default: return .double(number)
    }
  }

  private static let powers: [Double] = (0...ExactDecimal.maximumDigits).map { Double("1e\($0)") ?? 1 }

  private static func number(_ value: Value) -> Double {
    switch value {
    case .int(let number): Double(number)
    case .uint(let number): Double(number)
    case .double(let number): number
    case .decimal(let decimal): decimal.nearestDouble
    case .duration(let duration): Double(duration.components.seconds) * 1e9 + Double(duration.components.attoseconds) / 1e9
    default: preconditionFailure("only numbers and durations have percentiles")
    }
  }

  override func write(to row: inout RowWriter) {
    super.write(to: &row)
    negative.write(to: &row)
    positive.write(to: &row)
    for count in [zeros, lowest, highest, UInt64(scale)] { row.unsigned(count) }
    row.value(.optional(least))
    row.value(.optional(greatest))
  }

  override func read(from row: inout RowReader) {
    super.read(from: &row)
    negative = QuantileBuckets(from: &row)
    positive = QuantileBuckets(from: &row)
    (zeros, lowest, highest) = (row.unsigned(), row.unsigned(), row.unsigned())
    scale = Int(row.unsigned())
    if case .optional(let value) = row.value() { least = value }
    if case .optional(let value) = row.value() { greatest = value }
  }

  override var size: Int { 200 + negative.size + positive.size }
}
