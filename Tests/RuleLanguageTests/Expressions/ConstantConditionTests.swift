import Diagnostics
import EventModel
import Testing

@testable import RuleLanguage

@Suite("Conditions that are decided before events come")
struct ConstantConditionTests {
  /// The warnings of a condition, each with the part that it is about.
  private func warnings(_ text: String) throws -> [String] {
    let (syntax, mistakes) = ExpressionSyntax.parse(SourceText(file: "e", text: text))
    #expect(mistakes == [])
    var checker = ExpressionChecker()
    #expect(checker.check(try #require(syntax), in: ExpressionFixture.scope(), wanting: .bool, for: "`when`") != nil)
    return checker.diagnostics.map { diagnostic in
      let part = String(decoding: Array(text.utf8)[diagnostic.span.range], as: UTF8.self)
      return "\(diagnostic.code) \(part)"
    }
  }

  @Test(
    "one that is always true, and one that never is, is a warning at the part that is so",
    arguments: [
      ("o.total >= 0", ["TN0231 o.total >= 0"]), ("o.total < 0", ["TN0232 o.total < 0"]), ("0 > o.total || o.rush", ["TN0232 0 > o.total"]),
      ("o.total > 100 && o.total > 50", ["TN0231 o.total > 50"]), ("o.total > 100 && o.total < 50", ["TN0232 o.total < 50"]),
      ("o.total > 100 || o.total > 200", ["TN0232 o.total > 200"]),
      ("o.tier == \"gold\" && o.tier == \"silver\"", ["TN0232 o.tier == \"silver\""]),
      ("o.tier == \"gold\" && o.tier != \"silver\"", ["TN0231 o.tier != \"silver\""]),
      ("o.count == 5 && o.count <= 5", ["TN0231 o.count <= 5"]), ("o.count != 5 && o.count == 5", ["TN0232 o.count == 5"]),
      ("o.total == o.total", ["TN0231 o.total == o.total"]), ("o.rush && o.order_id != o.order_id", ["TN0232 o.order_id != o.order_id"]),
      ("1 < 2", ["TN0231 1 < 2"]), ("o.at > timestamp(0) && (o.at > timestamp(0) || o.rush)", ["TN0231 o.at > timestamp(0)"]),
      ("o.count < 5 || o.count >= 5", ["TN0231 o.count >= 5"]),
      ("o.lines.size() >= 0", ["TN0231 o.lines.size() >= 0"]), ("o.lines.exists(l, l.quantity < 0)", ["TN0232 l.quantity < 0"]),
      ("abs(o.total - o.tax) < 0", ["TN0232 abs(o.total - o.tax) < 0"]),
      ("!(o.count > 5) && o.count > 7", ["TN0232 o.count > 7"]),
    ] as [(String, [String])])
  func decided(_ text: String, _ expected: [String]) throws { #expect(try warnings(text) == expected) }

  @Test(
    "one that events decide is none",
    arguments: [
      "o.total > 0", "o.total == 0", "o.total > 50 && o.total < 100", "o.total > 50 && o.total > 100",
      "o.tier == \"gold\" || o.tier == \"silver\"",
      "o.tier != \"gold\" && o.tier == \"silver\"", "o.weight > 5.0 || o.weight <= 5.0", "true",
      "o.rush || false",
      "o.lines.exists(l, l.price > 5) && o.lines.exists(l, l.price < 3)", "o.total > limit && o.total < limit",
      "o.rush == true || o.rush == false",
    ])
  func undecided(_ text: String) throws { #expect(try warnings(text) == []) }
}
