import Diagnostics
import EventModel
import Testing

@testable import RuleLanguage

@Suite("Values of expressions")
struct ExpressionEvaluationTests {
  static func decimal(_ digits: String) -> Value { ExactDecimal(digits: digits).map { .decimal($0) } ?? .null }

  static let values = ExpressionValues(
    fields: [
      "0 total": decimal("23.00"), "0 tax": decimal("3.00"), "0 currency": .string("EUR"), "0 count": .int(4), "0 rush": .bool(true),
      "0 weight": .double(1.5),
      "0 order_id": .string("O-é1"), "0 tags": .list([.string("vip"), .string("new")]), "0 tier": .string("gold"),
      "0 at": .timestamp(Timestamp(seconds: 1_767_605_400)),
      "0 labels": .map([.string("b"): .string("2"), .string("a"): .string("1")]), "0 ship_to.country": .string("KP"),
      "0 factor": .type("broken"),
      "0 lines": .list([
        .map([.string("sku"): .string("A"), .string("quantity"): .int(2), .string("price"): decimal("7.50")]),
        .map([.string("sku"): .string("B"), .string("quantity"): .int(1), .string("price"): decimal("5.00"), .string("gift"): .string("x")]
        ),
      ]),
    ], key: [.string("O-1"), decimal("1.50")], params: [decimal("20"), .duration(.seconds(60))], aggregates: [.int(5)])

  static func value(_ text: String) throws -> Value {
    var checker = ExpressionChecker()
    let amount = checker.check(ExpressionFixture.syntax(text), in: ExpressionFixture.scope(), for: "a message")
    let expression = try #require(amount?.expression, "\(checker.diagnostics.map(\.message))")
    return try expression.evaluate(values)
  }

  @Test(
    "an expression has its value",
    arguments: [
      ("o.total - o.tax", "20.00"), ("o.total * 0.5", "11.500"), ("o.total > 22.99 && o.total < 23.01", "true"), ("o.total == 23", "true"),
      ("limit + 1", "21"), ("o.total > share", "true"),
      ("share * o.total", "6.900"), ("limits[o.currency] + o.total", "2023.10"), ("o.lines.map(l, l.price * l.quantity).sum()", "20.00"),
      ("o.total == o.lines.map(l, l.price * l.quantity).sum() + o.tax - o.?discount.orValue(0)", "true"),
      ("o.lines.exists(l, l.price > 7)", "true"), ("o.lines.all(l, l.quantity > 1)", "false"),
      ("o.lines.filter(l, l.quantity > 1).map(l, l.sku)", "[\"A\"]"), ("o.lines.exists_one(l, l.sku == \"B\")", "true"),
      ("o.lines.map(l, has(l.gift), l.gift)", "[\"x\"]"), ("o.lines[1].price", "5.00"), ("o.lines[?5].hasValue()", "false"),
      ("o.labels.map(k, k)", "[\"a\",\"b\"]"), ("o.labels.exists(k, v, k == \"a\" && v == \"1\")", "true"),
      ("has(o.discount)", "false"), ("o.?discount.orValue(7)", "7"), ("o.?total.optMap(t, t * 2).orValue(0)", "46.00"),
      ("o.?discount.optMap(t, t * 2).hasValue()", "false"), ("o.?customer.email.orValue(\"none\")", "none"),
      ("o.ship_to.country in embargoed", "true"), ("o.tier == \"gold\" ? 1 : 2", "1"), ("o.rush ? 1 : o.total", "1"), ("order", "O-1"),
      ("o.at.getHours()", "9"), ("o.at + 30m", "2026-01-05T10:00:00Z"), ("o.at - (o.at - patience)", "1m"),
      ("o.order_id.size()", "4"), ("o.order_id.lowerAscii()", "o-é1"), ("o.order_id.matches(r\"^O-.\\d$\")", "true"),
      ("o.order_id.charAt(2)", "é"), ("o.order_id.indexOf(\"1\")", "3"), ("o.tags.join(\",\")", "vip,new"),
      ("\"a,b,c\".split(\",\", 2)", "[\"a\",\"b,c\"]"),
      ("\"tacocat\".substring(0, 4).reverse()", "ocat"), ("\"a b\".replace(\" \", \"_\")", "a_b"), ("\"  x \".trim()", "x"),
      ("div(o.total, 7, 3)", "3.286"), ("round(2.345, 2)", "2.34"), ("roundHalfUp(2.345, 2)", "2.35"), ("decimal(o.weight, 2)", "1.50"),
      ("abs(o.tax - o.total)", "20.00"), ("max(o.total, 50)", "50"), ("[1.5, 2.5].max()", "2.5"),
      ("ratio(o.total, o.tax * 2)", "3.8333333333333335"), ("cel.bind(x, o.count, x * x)", "16"),
      ("[1, 2, 3].map(x, [4, 5].map(y, x * y).sum()).sum()", "54"),
      ("int(o.total)", "23"), ("string(o.total) + \"!\"", "23.00!"), ("\"x\" in o.labels", "false"), ("o.count in [4, 5]", "true"),
      ("o.total in [23, 24.5]", "true"), ("-o.total", "-23.00"), ("o.count % 3", "1"),
      ("o.count / 3", "1"),
    ] as [(String, String?)])
  func values(_ text: String, _ value: String?) throws {
    guard let value else {
      #expect(throws: (any Error).self) { try Self.value(text) }
      return
    }
    #expect(try Self.value(text).messageText == value)
  }

  @Test(
    "an error is neither true nor false, and the other side may decide",
    arguments: [
      ("o.factor > 1 || o.rush", true), ("o.rush || o.factor > 1", true), ("o.factor > 1 && !o.rush", false),
      ("!o.rush && o.factor > 1", false), ("o.factor > 1 && o.rush", nil), ("!o.rush || o.factor > 1", nil),
      ("o.lines.exists(l, l.quantity / (l.quantity - 1) > 0)", true), ("[2, 1, 0].exists(x, 1 / x == 0)", true),
      ("[0, 2].exists(x, 1 / x == 0)", true), ("[0, 1].exists(x, 1 / x == 0)", nil), ("[0, 2].all(x, 1 / x == 1)", false),
      ("[1, 0].all(x, 1 / x == 1)", nil),
      ("o.lines[7].price > 1", nil), ("o.factor > 1 ? true : false", nil), ("[0, 1].map(x, 1 / x).size() == 2", nil),
    ] as [(String, Bool?)])
  func errors(_ text: String, _ truth: Bool?) throws {
    guard let truth else {
      #expect(throws: EvaluationError.self) { try Self.value(text) }
      return
    }
    #expect(try Self.value(text) == .bool(truth))
  }

  @Test("what is absent is an error that names the field")
  func absent() {
    #expect(throws: EvaluationError(.field("customer.email"), "`customer.email` is absent")) {
      try Self.value("has(o.note) || o.customer.email == \"x\"")
    }
    #expect(throws: EvaluationError(.field("factor"), "`factor` is not as its schema says")) { try Self.value("o.factor > 1") }
    #expect(throws: EvaluationError(.noValue, "`ratio` of something to 0")) { try Self.value("ratio(1, o.count - 4)") }
  }

  @Test("integers and decimals overflow, and do not wrap")
  func overflow() {
    for text in [
      "9223372036854775807 + o.count", "-9223372036854775807 - o.count", "9223372036854775807 * o.count",
      "o.total * 9999999999999999999999999999999999.0",
    ] {
      #expect(throws: EvaluationError.self) { try Self.value(text) }
    }
  }
}
