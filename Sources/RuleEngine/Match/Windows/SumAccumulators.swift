internal import EventModel
internal import RuleLanguage

/// `sum(e)`: 0 of nothing.
final class SumAccumulator: Accumulator {
  private let type: ValueType
  private var total = NumberTotal()

  init(_ type: ValueType) { self.type = type }

  override func add(_ value: Value) { total.add(value, times: 1) }
  override func remove(_ value: Value) { total.add(value, times: -1) }
  override func clear() {
    super.clear()
    total = NumberTotal()
  }
  override func value() throws(EvaluationError) -> Value { try total.value(type) }

  override func write(to row: inout RowWriter) {
    super.write(to: &row)
    total.write(to: &row)
  }
  override func read(from row: inout RowReader) {
    super.read(from: &row)
    total = NumberTotal(from: &row)
  }
  override var size: Int { 160 }
}

/// `avg(e)`: of decimals with the largest scale of its values + 4, half to even.
final class AverageAccumulator: Accumulator {
  private let type: ValueType
  private var total = NumberTotal()
  private var count: Int64 = 0

  init(_ type: ValueType) { self.type = type }

  override func add(_ value: Value) {
    total.add(value, times: 1)
    count += 1
  }
  override func remove(_ value: Value) {
    total.add(value, times: -1)
    count -= 1
  }
  override func clear() {
    super.clear()
    (total, count) = (NumberTotal(), 0)
  }

  override func value() throws(EvaluationError) -> Value {
    guard count > 0 else { throw EvaluationError(.noValue, "nothing has no average") }
    guard type == .decimal else { return .double(total.double / Double(count)) }
    guard case .decimal(let sum) = try total.value(.decimal) else { preconditionFailure("a sum of decimals is a decimal") }
    do {
      return .decimal(try sum.divided(by: ExactDecimal(count), scale: min(total.scale + 4, ExactDecimal.maximumDigits)))
    } catch { throw EvaluationError(.overflow, "an average has more than 34 digits") }
  }

  override func write(to row: inout RowWriter) {
    super.write(to: &row)
    row.signed(count)
    total.write(to: &row)
  }
  override func read(from row: inout RowReader) {
    super.read(from: &row)
    count = row.signed()
    total = NumberTotal(from: &row)
  }
  override var size: Int { 168 }
}

/// A sum of numbers of one type, exact whatever is added and taken away again. Integers and decimals are kept as a whole part and 34
/// digits after the point, doubles as `ExactDoubleSum`.
struct NumberTotal {
  // In halves: an enum that holds an `Int128` reads it unaligned in debug builds of Swift 6.3.
  private var wholeHigh: Int64 = 0
  private var wholeLow: UInt64 = 0
  private var partHigh: Int64 = 0
  private var partLow: UInt64 = 0
  private var doubles = ExactDoubleSum()
  /// How many of the decimals have each scale: a sum prints with the largest.
  private var scales: [UInt32] = []

  init() {}

  /// The whole part of the sum.
  private var whole: Int128 {
    get { Int128(wholeHigh) << 64 | Int128(wholeLow) }
    set { (wholeHigh, wholeLow) = (Int64(truncatingIfNeeded: newValue >> 64), UInt64(truncatingIfNeeded: newValue)) }
  }

  /// What stands after the point, in units of 10^-34; of either sign, below 1.
  private var part: Int128 {
    get { Int128(partHigh) << 64 | Int128(partLow) }
    set { (partHigh, partLow) = (Int64(truncatingIfNeeded: newValue >> 64), UInt64(truncatingIfNeeded: newValue)) }
  }

  private static let one: Int128 = 10_000_000_000_000_000_000_000_000_000_000_000

  /// The largest scale of the decimals that are in it.
  var scale: Int { scales.lastIndex { $0 > 0 } ?? 0 }

  /// `times` is 1, or -1 to take a value out again.
  mutating func add(_ value: Value, times: Int64) {
    switch value {
    case .int(let number): whole = whole &+ Int128(number) * Int128(times)
    case .uint(let number): whole = whole &+ Int128(number) * Int128(times)
    case .double(let number): doubles.add(number, times: times)
    case .decimal(let decimal): add(decimal, times)
    default: preconditionFailure("only numbers are added up")
    }
  }

  private mutating func add(_ decimal: ExactDecimal, _ times: Int64) {
    let scale = Int(decimal.scale)
    while scales.count <= scale { scales.append(0) }
    scales[scale] = scales[scale] &+ UInt32(truncatingIfNeeded: times)
    let (quotient, rest) = decimal.coefficient.quotientAndRemainder(dividingBy: NumberTotal.power(scale))
    whole = whole &+ quotient * Int128(times)
    part += rest * NumberTotal.power(ExactDecimal.maximumDigits - scale) * Int128(times)
    // One carry keeps the part below 1 again.
    if part >= NumberTotal.one {
      (whole, part) = (whole &+ 1, part - NumberTotal.one)
    } else if part <= -NumberTotal.one {
      (whole, part) = (whole &- 1, part + NumberTotal.one)
    }
  }

  func value(_ type: ValueType) throws(EvaluationError) -> Value {
    switch type {
    case .int:
      guard let number = Int64(exactly: whole) else { throw NumberTotal.overflow }
      return .int(number)
    case .uint:
      guard let number = UInt64(exactly: whole) else { throw NumberTotal.overflow }
      return .uint(number)
    case .decimal:
      guard let wholePart = ExactDecimal(exactly: whole, scale: 0) else { throw NumberTotal.overflow }
      let digits = part / NumberTotal.power(ExactDecimal.maximumDigits - scale)
      guard let rest = ExactDecimal(exactly: digits, scale: scale), let sum = try? wholePart + rest else { throw NumberTotal.overflow }
      return .decimal(sum)
    default: return .double(doubles.value)
    }
  }

  /// The sum of integers or doubles as a double.
  var double: Double { whole == 0 ? doubles.value : Double(whole) + doubles.value }

  private static var overflow: EvaluationError { EvaluationError(.overflow, "a sum does not fit its type") }

  private static func power(_ exponent: Int) -> Int128 { powers[exponent] }
  private static let powers: [Int128] = {
    var powers: [Int128] = [1]
    for _ in 1...34 { powers.append(powers[powers.count - 1] * 10) }
    return powers
  }()

  func write(to row: inout RowWriter) {
    row.wide(whole)
    row.wide(part)
    row.unsigned(UInt64(scales.count))
    for count in scales { row.unsigned(UInt64(count)) }
    doubles.write(to: &row)
  }

  init(from row: inout RowReader) {
    whole = row.wide()
    part = row.wide()
    scales = (0..<row.unsigned()).map { _ in UInt32(row.unsigned()) }
    doubles = ExactDoubleSum(from: &row)
  }
}
