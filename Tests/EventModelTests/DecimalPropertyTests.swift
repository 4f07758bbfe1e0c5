import EventModel
import Testing

/// Random decimals against whole numbers of 128 bits, for which nothing needs to be rounded or aligned.
@Suite("Arithmetic of decimals, against whole numbers")
struct DecimalPropertyTests {
  /// A generator with a seed, so that a failure can be repeated.
  struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  static func power(_ exponent: Int) -> Int128 { (0..<exponent).reduce(1) { product, _ in product * 10 } }

  @Test("sums, products, orders, quotients and roundings are those of whole numbers", arguments: [1, 2, 3] as [UInt64])
  func arithmetic(seed: UInt64) throws {
    var random = Seeded(state: seed)
    for _ in 0..<2_000 {
      let (scaleA, scaleB) = (Int.random(in: 0...6, using: &random), Int.random(in: 0...6, using: &random))
      let digits = Int.random(in: 0...14, using: &random)
      let bound = Int64(Self.power(digits))
      let (x, y) = (Int128(Int64.random(in: -bound...bound, using: &random)), Int128(Int64.random(in: -bound...bound, using: &random)))
      let (a, b) = (ExactDecimal(coefficient: x, scale: Int16(scaleA)), ExactDecimal(coefficient: y, scale: Int16(scaleB)))
      // Both in millionths.
      let (p, q) = (x * Self.power(6 - scaleA), y * Self.power(6 - scaleB))
      #expect(try a + b == ExactDecimal(coefficient: p + q, scale: 6))
      #expect(try a - b == ExactDecimal(coefficient: p - q, scale: 6))
      #expect(try a * b == ExactDecimal(coefficient: x * y, scale: Int16(scaleA + scaleB)))
      #expect((a < b) == (p < q) && (a == b) == (p == q) && (a > b) == (p > q))
      #expect(ExactDecimal(digits: a.description) == a && ExactDecimal(digits: a.normalized.description) == a)
      let scale = Int.random(in: 0...8, using: &random)
      if q != 0 { #expect(try a.divided(by: b, scale: scale) == Self.rounded(p * Self.power(scale), over: q, scale: scale, toEven: true)) }
      #expect(try a.rounded(toScale: scale) == Self.rounded(p * Self.power(scale), over: Self.power(6), scale: scale, toEven: true))
      #expect(
        try a.rounded(toScale: scale, .halfUp) == Self.rounded(p * Self.power(scale), over: Self.power(6), scale: scale, toEven: false))
    }
  }

  /// The whole number nearest to a fraction, as so many units of the scale.
  private static func rounded(_ numerator: Int128, over denominator: Int128, scale: Int, toEven: Bool) -> ExactDecimal {
    let (n, d) = denominator < 0 ? (-numerator, -denominator) : (numerator, denominator)
    let below = n >= 0 ? n / d : -((-n + d - 1) / d)
    let twice = 2 * (n - below * d)
    let goesUp = twice > d || twice == d && (toEven ? below % 2 != 0 : n > 0)
    return ExactDecimal(coefficient: goesUp ? below + 1 : below, scale: Int16(scale))
  }

  @Test("every instant comes back from its text", arguments: [4, 5] as [UInt64])
  func times(seed: UInt64) {
    var random = Seeded(state: seed)
    for _ in 0..<2_000 {
      // The years 1 to 9999.
      let time = EventTime(microseconds: Int64.random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &random))
      #expect(EventTime(rfc3339: time.rfc3339) == time)
      let duration = Duration.milliseconds(Int64.random(in: 0...10_000_000_000, using: &random))
      #expect(Duration(ruleText: duration.ruleText) == duration)
      #expect(Duration(celText: duration.celText) == duration)
    }
  }

  @Test("the shortest text of a double reads back", arguments: [6, 7] as [UInt64])
  func doubles(seed: UInt64) {
    var random = Seeded(state: seed)
    for _ in 0..<5_000 {
      let double = Double(bitPattern: random.next())
      guard double.isFinite else { continue }
      #expect(Double(double.shortestText) == double)
      #expect((try? JSONValue.parse(Array(double.shortestText.utf8))) == .number(double.shortestText))
    }
  }
}
