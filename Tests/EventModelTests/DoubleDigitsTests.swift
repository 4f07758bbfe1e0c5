import EventModel
import Foundation
import TestKit
import Testing

@Suite("Doubles with so many digits")
struct DoubleDigitsTests {
  @Test("they are written as C writes them, whatever the number")
  func random() {
    var random = TestRandom(seed: 11)
    for _ in 0..<3_000 {
      let number = Double(bitPattern: random.next())
      guard number.isFinite else { continue }
      let precision = random.whole(0...20)
      #expect(number.scientificText(precision) == String(format: "%.\(precision)e", number), "\(number) \(precision)")
      if number.magnitude < 1e40 {
        #expect(number.fixedText(precision) == String(format: "%.\(precision)f", number), "\(number) \(precision)")
      }
    }
  }

  @Test(
    "a half goes to the even digit",
    arguments: [(0.5, 0, "0"), (1.5, 0, "2"), (2.5, 0, "2"), (0.125, 2, "0.12"), (0.375, 2, "0.38"), (-0.0, 1, "-0.0")])
  func halves(_ number: Double, _ precision: Int, _ text: String) { #expect(number.fixedText(precision) == text) }

  @Test(
    "the ends of what a double holds",
    arguments: [
      (Double.leastNonzeroMagnitude, 3, "4.941e-324"), (Double.greatestFiniteMagnitude, 3, "1.798e+308"), (9.9996, 3, "1.000e+01"),
      (0.0, 2, "0.00e+00"),
      (9.5, 0, "1e+01"),
    ])
  func ends(_ number: Double, _ precision: Int, _ text: String) { #expect(number.scientificText(precision) == text) }
}
