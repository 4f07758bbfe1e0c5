import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

@Suite("Percentiles")
struct QuantileTests {
  private func percentile(_ percent: Double, of values: [Value], _ type: ValueType) throws -> Value {
    let sketch = QuantileAccumulator(type, percent: percent)
    for value in values { sketch.add(value) }
    return try sketch.value()
  }

  /// The least that `percent` of 100 do not exceed.
  private func exact(_ percent: Double, _ sorted: [Double]) -> Double {
    sorted[max(Int((percent * Double(sorted.count) / 100).rounded(.up)), 1) - 1]
  }

  @Test("a value is told to 1 %, of doubles, integers and decimals of either sign", arguments: 0..<12)
  func accuracy(seed: Int) throws {
    var draws = Draws(seed: UInt64(seed))
    let spread = [10, 1_000, 100_000, 10_000_000][seed % 4]
    let numbers = (0..<(1 + draws.below(700))).map { _ in draws.below(spread) - (seed % 3 == 0 ? spread / 3 : 0) }
    for percent in [0, 1, 10, 50, 75, 90, 95, 99, 99.9, 100] {
      let integers = exact(percent, numbers.sorted().map(Double.init))
      guard case .int(let told) = try percentile(percent, of: numbers.map { .int(Int64($0)) }, .int) else { return }
      #expect(abs(Double(told) - integers) <= 0.01 * abs(integers), "\(percent) of integers")
      let doubles = numbers.map { Double($0) / 7 }
      guard case .double(let double) = try percentile(percent, of: doubles.map { .double($0) }, .double) else { return }
      #expect(abs(double - exact(percent, doubles.sorted())) <= 0.01 * abs(exact(percent, doubles.sorted())), "\(percent) of doubles")
      let decimals = numbers.map { Value.decimal(ExactDecimal(coefficient: Int128($0), scale: 2)) }
      guard case .decimal(let decimal) = try percentile(percent, of: decimals, .decimal) else { return }
      #expect(abs(decimal.nearestDouble - integers / 100) <= 0.01 * abs(integers / 100), "\(percent) of decimals")
    }
  }

  @Test("neither the order of adding nor a restart in between shows", arguments: 0..<6)
  func order(seed: Int) throws {
    var draws = Draws(seed: UInt64(seed))
    // Over more powers of two than there are buckets for.
    var values = (0..<300).map { _ in
      let sign: FloatingPointSign = draws.below(2) == 0 ? .minus : .plus
      return Value.double(Double(sign: sign, exponent: draws.below(160) - 80, significand: Double(draws.below(1_000))))
    }
    let straight = QuantileAccumulator(.double, percent: 90)
    for value in values { straight.add(value) }
    for index in values.indices { values.swapAt(index, draws.below(values.count)) }
    var other = QuantileAccumulator(.double, percent: 90)
    for (index, value) in values.enumerated() {
      other.add(value)
      guard index % 40 == 0 else { continue }
      var row = RowWriter()
      other.write(to: &row)
      var reader = RowReader(row.bytes)
      other = QuantileAccumulator(.double, percent: 90)
      other.read(from: &reader)
    }
    #expect(try straight.value() == other.value())
    #expect(straight.size <= 200 + 2 * 8 * 2 * QuantileBuckets.limit)
  }

  @Test("of few values each is told as it is; nothing has no percentile")
  func few() throws {
    #expect(throws: EvaluationError.self) { try percentile(50, of: [], .int) }
    #expect(try percentile(50, of: [.int(7), .int(9), .int(120)], .int) == .int(9))
    #expect(try percentile(95, of: [.int(7), .int(9)], .int) == .int(9))
    #expect(try percentile(50, of: [.double(.nan)] + [.double(3)], .double) == .double(3))
    #expect(try percentile(60, of: [.double(-.infinity), .double(0), .double(.infinity)], .double) == .double(0))
    let prices = ["1.5", "2.50", "3"].map { Value.decimal(ExactDecimal(digits: $0) ?? .zero) }
    #expect(try percentile(100, of: prices, .decimal).messageText == "3.00")
    #expect(try percentile(50, of: [.duration(.seconds(2))], .duration) == .duration(.seconds(2)))
  }
}
