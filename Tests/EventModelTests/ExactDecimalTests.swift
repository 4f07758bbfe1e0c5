import EventModel
import Testing

@Suite("Exact decimals")
struct ExactDecimalTests {
  static let nines = String(repeating: "9", count: 34)

  @Test(
    "a number is read by its digits and keeps its scale",
    arguments: [
      ("0", "0"), ("-0", "0"), ("0.00", "0.00"), ("20.00", "20.00"), ("-1.5", "-1.5"), ("0.05", "0.05"), ("-0.05", "-0.05"),
      ("1.5e3", "1500"),
      ("15e-1", "1.5"), ("1E+2", "100"), ("1.50e1", "15.0"), ("0e-400", "0." + String(repeating: "0", count: 34)),
      ("1e33", "1" + String(repeating: "0", count: 33)),
      (nines, nines), ("0." + nines, "0." + nines), ("1." + String(repeating: "0", count: 50), "1." + String(repeating: "0", count: 33)),
      ("10e-35", "0." + String(repeating: "0", count: 33) + "1"), ("100000000000000000000.50", "100000000000000000000.50"),
    ])
  func reads(_ text: String, _ printed: String) {
    #expect(ExactDecimal(digits: text)?.description == printed)
  }

  @Test(
    "what is no number of JSON, or has more than 34 digits, is refused",
    arguments: [
      "", "-", "+1", ".5", "5.", "01", "-01", "1e", "1e+", "1.2.3", "1,5", " 1", "1 ", "0x1", "NaN", "１", "1" + nines, nines + ".5", "1e34",
      "1e-35",
      "1e99999999999999999999", "1e-99999999999999999999", "1" + String(repeating: "0", count: 34),
    ])
  func refuses(_ text: String) {
    #expect(ExactDecimal(digits: text) == nil)
  }

  @Test(
    "sums, differences and products are exact",
    arguments: [
      ("1.10", "2.2", "3.30", "-1.10", "2.420"), ("0.1", "0.2", "0.3", "-0.1", "0.02"), ("-5", "5", "0", "-10", "-25"),
      ("100", "0.001", "100.001", "99.999", "0.100"),
      ("12345678901234567", "10000000000000000", "22345678901234567", "2345678901234567", "123456789012345670000000000000000"),
    ])
  func arithmetic(_ a: String, _ b: String, _ sum: String, _ difference: String, _ product: String) throws {
    let (x, y) = try (#require(ExactDecimal(digits: a)), #require(ExactDecimal(digits: b)))
    #expect(try (x + y).description == sum)
    #expect(try (x - y).description == difference)
    #expect(try (x * y).description == product)
  }

  @Test("a result that needs more than 34 digits is an overflow, unless only zeros at its end are too many")
  func overflow() throws {
    let largest = try #require(ExactDecimal(digits: Self.nines))
    let one = ExactDecimal(1 as Int64)
    #expect(throws: DecimalError.overflow) { try largest + one }
    #expect(throws: DecimalError.overflow) { try largest * largest }
    #expect(throws: DecimalError.overflow) { try largest + ExactDecimal(coefficient: 1, scale: 1) }
    #expect(throws: DecimalError.overflow) { try -largest - one }
    let long = try #require(ExactDecimal(digits: "1." + String(repeating: "0", count: 33)))
    #expect(try (long + ExactDecimal(99 as Int64)) == ExactDecimal(100 as Int64))
    #expect(try (long * long) == one)
    let tiny = try #require(ExactDecimal(digits: "0." + String(repeating: "0", count: 20) + "5"))
    #expect(throws: DecimalError.overflow) { try tiny * tiny }
    let even = try #require(ExactDecimal(digits: "20000000000000000000.0000000000002"))
    let five = try #require(ExactDecimal(digits: "5000000000000000000000.00000000000"))
    #expect(throws: DecimalError.overflow) { try even * five }
  }

  @Test(
    "numbers compare by value, without loss",
    arguments: [
      ("1", "1.0", 0), ("1.00", "1.01", -1), ("-1.5", "-1.49", -1), (nines, "0." + nines, 1), ("0." + nines, "1", -1),
      ("-" + nines, nines, -1),
      ("0.1", "0.10000000000000000000000000001", -1), ("-0.1", "-0.10000000000000000000000000001", 1),
    ])
  func compares(_ a: String, _ b: String, _ order: Int) throws {
    let (x, y) = try (#require(ExactDecimal(digits: a)), #require(ExactDecimal(digits: b)))
    #expect((x < y) == (order < 0))
    #expect((x > y) == (order > 0))
    #expect((x == y) == (order == 0))
    if order == 0 { #expect(x.hashValue == y.hashValue) }
  }

  @Test(
    "a quotient has the scale asked for, rounded half to even",
    arguments: [
      ("1", "3", 4, "0.3333"), ("2", "3", 4, "0.6667"), ("1", "8", 2, "0.12"), ("3", "8", 2, "0.38"), ("-1", "8", 2, "-0.12"),
      ("-3", "8", 2, "-0.38"),
      ("10", "4", 0, "2"), ("14", "4", 0, "4"), ("1.00", "0.03", 2, "33.33"), ("0.00", "7", 2, "0.00"), ("1", nines, 2, "0.00"),
      ("0.001", nines, 0, "0"), (nines, nines, 5, "1.00000"), ("5", "1000", 2, "0.00"), ("15", "1000", 2, "0.02"),
      ("0.005", "1", 2, "0.00"), ("5.1", "1000", 2, "0.01"),
    ])
  func divides(_ a: String, _ b: String, _ scale: Int, _ quotient: String) throws {
    let (x, y) = try (#require(ExactDecimal(digits: a)), #require(ExactDecimal(digits: b)))
    #expect(try x.divided(by: y, scale: scale).description == quotient)
  }

  @Test("dividing by zero, and a quotient of more than 34 digits, are errors")
  func divisionErrors() throws {
    let one = ExactDecimal(1 as Int64)
    #expect(throws: DecimalError.divisionByZero) { try one.divided(by: ExactDecimal(coefficient: 0, scale: 2), scale: 2) }
    #expect(throws: DecimalError.overflow) { try one.divided(by: ExactDecimal(coefficient: 1, scale: 2), scale: 34) }
  }

  @Test(
    "rounding goes to the nearest; a half to the even neighbour, or up",
    arguments: [
      ("2.345", 2, "2.34", "2.35"), ("2.355", 2, "2.36", "2.36"), ("-2.345", 2, "-2.34", "-2.35"), ("2.3451", 2, "2.35", "2.35"),
      ("2.344", 2, "2.34", "2.34"),
      ("0.5", 0, "0", "1"), ("1.5", 0, "2", "2"), ("1.5", 3, "1.500", "1.500"), ("99.99", 1, "100.0", "100.0"), ("7", 0, "7", "7"),
    ])
  func rounds(_ text: String, _ scale: Int, _ even: String, _ up: String) throws {
    let x = try #require(ExactDecimal(digits: text))
    #expect(try x.rounded(toScale: scale).description == even)
    #expect(try x.rounded(toScale: scale, .halfUp).description == up)
  }

  @Test("a double becomes a decimal by the digits it prints with, at a scale")
  func doubles() {
    #expect(ExactDecimal(0.1, scale: 2)?.description == "0.10")
    #expect(ExactDecimal(2.675, scale: 2)?.description == "2.68")
    #expect(ExactDecimal(1e-300, scale: 2)?.description == "0.00")
    #expect(ExactDecimal(1e20, scale: 1)?.description == "100000000000000000000.0")
    #expect(ExactDecimal(1e300, scale: 0) == nil)
    #expect(ExactDecimal(Double.nan, scale: 0) == nil)
    #expect(ExactDecimal(-1.5, scale: 0)?.description == "-2")
    #expect(ExactDecimal(coefficient: 275, scale: 2).nearestDouble == 2.75)
  }

  @Test("the normal form has no zeros at its end")
  func normal() {
    #expect(ExactDecimal(coefficient: 2000, scale: 2).normalized.description == "20")
    #expect(ExactDecimal(coefficient: 2050, scale: 3).normalized.description == "2.05")
    #expect(ExactDecimal(coefficient: 0, scale: 5).normalized.description == "0")
  }
}
