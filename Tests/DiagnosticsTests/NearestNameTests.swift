import Diagnostics
import Testing

@Suite("Nearest names")
struct NearestNameTests {
  @Test(
    "the name most likely meant is found, or none",
    arguments: [
      ("totl", "total"), ("toatl", "total"), ("Total", "total"), ("order", "orders"), ("currncy", "currency"), ("paymnets", "payments"),
      ("x", nil), ("tax_total", nil), ("ab", nil), ("zzzzzz", nil), ("", nil),
    ] as [(String, String?)])
  func nearest(wanted: String, expected: String?) {
    #expect(nearestName(to: wanted, among: ["total", "tax", "orders", "currency", "payments", "y", "z"]) == expected)
  }

  @Test("of names equally near the first of the alphabet")
  func ties() { #expect(nearestName(to: "cat", among: ["hat", "bat"]) == "bat") }
}
