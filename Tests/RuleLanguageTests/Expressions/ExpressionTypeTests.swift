import Diagnostics
import EventModel
import Testing

@testable import RuleLanguage

@Suite("Types of expressions")
struct ExpressionTypeTests {
  @Test(
    "an expression that is right has its type, and no mistake",
    arguments: [
      ("\"%s %.2f %d\".format([o.order_id, o.total, o.count])", "string"), ("[?o.?discount, o.total]", "list(decimal)"),
      ("{\"a\": o.total}.transformMap(k, v, v * 2)", "map(string, decimal)"), ("math.greatest(o.total, 5)", "decimal"),
      ("math.least(o.total, 5.5, 7)", "decimal"), ("o.lines.map(l, l.sku).distinct().size()", "int"),
      ("o.lines.sortBy(l, l.price)[0].sku", "string"), ("o.at.getHours(\"Europe/Dublin\")", "int"),
      ("dayEnd(o.order_id, \"UTC\")", "timestamp"),
      ("o.tags.first().orValue(\"none\")", "string"), ("math.round(o.weight)", "double"), ("o.lines.first().value().price > 5", "bool"),
      ("o.lines.map(l, l.price).sort()[0] + o.tax", "decimal"), ("sets.contains(o.tags, [\"a\"])", "bool"),
      ("o.total", "decimal"), ("o.order_id", "string"), ("o.at", "timestamp"), ("o.weight", "double"), ("o.count", "int"),
      ("o.ship_to.country", "string"),
      ("o.ship_to", "object"), ("o.lines", "list(object)"), ("o.lines[0].price", "decimal"), ("o.labels.colour", "string"),
      ("o.tags", "list(string)"),
      ("order", "string"), ("limit", "decimal"), ("patience", "duration"), ("embargoed", "list(string)"), ("share", "decimal"),
      // Decimals: literals become what is wanted, integers widen.
      ("o.total > 1000", "bool"), ("o.total > 1000.50", "bool"), ("o.total > 1.1 * 3", "bool"), ("1.1 * 3 < o.total", "bool"),
      ("o.total + 1", "decimal"),
      ("o.total * 0.5", "decimal"), ("o.total * o.count", "decimal"), ("o.count * 2", "int"), ("o.weight * 2.0", "double"),
      ("o.total > share", "bool"),
      ("o.total > limits[o.currency]", "bool"), ("o.total in [1.5, 20]", "bool"), ("o.rush ? o.total : 0", "decimal"),
      ("o.rush ? 1.5 : o.total", "decimal"),
      ("[o.total, 1]", "list(decimal)"), ("[o.factor, o.count]", "list(decimal)"), ("o.total > max(1.5, 2)", "bool"),
      ("o.total > [1.5, 2.5].sum()", "bool"), ("-o.total", "decimal"), ("o.total == limit", "bool"),
      ("div(o.total, 3, 2)", "decimal"), ("div(1, 3, 2)", "decimal"), ("round(o.total * 0.125, 2)", "decimal"),
      ("decimal(o.weight, 2) + o.factor", "decimal"), ("abs(o.total - 5)", "decimal"),
      ("max(o.total, 5)", "decimal"), ("min(o.count, 5)", "int"), ("ratio(o.count, 3)", "double"), ("ratio(o.total, limit)", "double"),
      ("o.lines.map(l, l.price * l.quantity).sum()", "decimal"), ("o.total == o.lines.map(l, l.price * l.quantity).sum() + o.tax", "bool"),
      ("o.lines.map(l, l.quantity).sum()", "int"), ("o.lines.map(l, l.quantity > 1, l.sku)", "list(string)"),
      ("o.lines.filter(l, l.price > 5).size()", "int"),
      // Guards.
      ("has(o.discount) && o.discount > 5", "bool"), ("!has(o.discount) || o.discount > 5", "bool"),
      ("has(o.discount) ? o.discount : 0", "decimal"),
      ("!has(o.discount) ? 0 : o.discount", "decimal"), ("o.?discount.orValue(0)", "decimal"),
      ("o.total - o.?discount.orValue(0)", "decimal"),
      ("o.?customer.email.orValue(\"\")", "string"), ("o.?customer.?email", "optional(string)"),
      ("has(o.customer.email) && o.customer.email == \"x\"", "bool"),
      ("has(o.note) && o.note.matches(r\"^[a-z]+$\")", "bool"), ("o.lines.exists(l, has(l.gift) && l.gift == \"x\")", "bool"),
      ("o.?discount.hasValue()", "bool"),
      ("o.?discount.optMap(d, d * 2).orValue(0)", "decimal"), ("o.?discount.or(optional.of(o.tax))", "optional(decimal)"),
      // Kinds of a pattern.
      ("p.amount", "decimal"), ("p.type == \"captured\" && p.code == \"x\"", "bool"), ("p.type == \"refunded\" && p.code == 5", "bool"),
      ("p.type != \"captured\" || p.auth == \"x\"", "bool"),
      // Currencies.
      ("o.total > o.tax", "bool"), ("o.currency == p.currency && o.total > p.amount", "bool"),
      ("p.currency != o.currency || p.amount > o.total", "bool"),
      ("o.total * o.factor > o.tax", "bool"), ("o.currency == \"EUR\" && o.total > o.fee", "bool"), ("o.total + 5 > o.tax * 2", "bool"),
      ("o.currency == p.currency ? o.total - p.amount : o.total", "decimal"),
      // Texts, times, lists.
      ("o.tier == \"gold\"", "bool"), ("o.tier in [\"gold\", \"silver\"]", "bool"), ("o.ship_to.country in embargoed", "bool"),
      ("o.order_id + \"-x\"", "string"), ("\"a\".size() + size(\"b\")", "int"),
      ("o.order_id.lowerAscii().startsWith(\"x\")", "bool"), ("o.at + 30m > o.at", "bool"), ("o.at - o.at < patience", "bool"),
      ("o.at.getHours() >= 22", "bool"), ("timestamp(\"2026-01-05T00:00:00Z\") < o.at", "bool"),
      ("o.tags.exists(t, t == \"vip\") || o.tags.all(t, t.size() > 3)", "bool"), ("o.labels.exists(k, k == \"a\")", "bool"),
      ("o.labels.exists(k, v, v == \"a\")", "bool"), ("o.tags.exists_one(t, t == \"a\")", "bool"),
      ("o.tags[?0].orValue(\"\")", "string"), ("o.labels[?\"x\"].hasValue()", "bool"), ("[]", "list(dyn)"), ("{}", "map(dyn, dyn)"),
      ("o.tags == []", "bool"), ("cel.bind(x, o.total, x * x)", "decimal"),
      ("string(o.count) + \"a\"", "string"), ("int(o.total)", "int"), ("(o.total)", "decimal"), ("o.rush", "bool"), ("!o.rush", "bool"),
      ("o.count > 1.5", "bool"), ("o.weight > 1", "bool"),
    ])
  func types(_ text: String, _ type: String) {
    #expect(ExpressionFixture.outcome(text) == type)
  }

  @Test("a pattern's where tells what holds afterwards")
  func assumptions() {
    var scope = ExpressionFixture.scope()
    #expect(ExpressionFixture.outcome("o.discount > 1", in: scope).hasPrefix("TN0207"))
    #expect(ExpressionFixture.outcome("o.total > p.amount", in: scope).hasPrefix("TN0212"))
    var checker = ExpressionChecker()
    for text in ["has(o.discount)", "p.currency == o.currency && has(o.note)"] {
      if let condition = checker.check(ExpressionFixture.syntax(text), in: scope, wanting: .bool, for: "`where`") {
        scope.assume(condition.expression)
      }
    }
    #expect(ExpressionFixture.outcome("o.discount > 1 && o.note == \"x\"", in: scope) == "bool")
    #expect(ExpressionFixture.outcome("o.total > p.amount", in: scope) == "bool")
  }

  @Test("a part of the key equates what gives it")
  func keys() {
    var scope = ExpressionFixture.scope(keyed: false)
    let path = FieldPath(["currency"])
    let nowhere = ExpressionFixture.syntax("1").span
    scope.keyParts = [
      KeyPart(
        name: "currency", type: .string,
        expressions: [0, 1].map { CheckedExpression(.field(pattern: $0, path), type: .string, span: nowhere) })
    ]
    #expect(ExpressionFixture.outcome("o.total > p.amount", in: scope) == "bool")
    #expect(ExpressionFixture.outcome("o.total > limits[currency]", in: scope) == "bool")
  }

  @Test("fields that are read are noted once, by pattern, in the order of first use")
  func fields() {
    var checker = ExpressionChecker()
    let scope = ExpressionFixture.scope()
    for text in ["o.total > 1 && has(o.customer.email)", "o.lines.exists(l, l.price > o.tax)", "p.amount > 0 && o.total > 2", "o.total"] {
      _ = checker.check(ExpressionFixture.syntax(text), in: scope, for: "`when`")
    }
    #expect(checker.diagnostics == [])
    #expect(checker.fields[0]?.map(\.description) == ["total", "customer.email", "lines", "tax", "currency"])
    #expect(checker.fields[1]?.map(\.description) == ["amount"])
  }

  @Test("values of params are literals of the type")
  func literals() {
    var checker = ExpressionChecker()
    let value = { (text: String, type: ValueType) in
      checker.literalValue(ExpressionFixture.syntax(text), type: type, in: Scope(lets: ExpressionFixture.lets))
    }
    #expect(value("5000.00", .decimal).map(\.messageText) == "5000.00")
    #expect(value("5000", .decimal).map(\.messageText) == "5000")
    #expect(
      value("limits", .map(.string, .decimal))
        == .map([
          .string("EUR"): .decimal(ExactDecimal(coefficient: 20001, scale: 1)),
          .string("JPY"): .decimal(ExactDecimal(coefficient: 300_000, scale: 0)),
        ]))
    #expect(value("30m", .duration) == .duration(.seconds(1800)))
    #expect(value("embargoed", .list(.string)) == .list([.string("KP"), .string("SY")]))
    #expect(checker.diagnostics == [])
    #expect(value("\"x\"", .decimal) == nil)
    #expect(checker.diagnostics.map(\.message) == ["the value is decimal, and this is string"])
  }

  @Test("a window function is noted once, with its pattern, type and sign")
  func windows() throws {
    var checker = ExpressionChecker()
    var scope = ExpressionFixture.scope(isWindow: true, keyed: false)
    let path = FieldPath(["currency"])
    let nowhere = ExpressionFixture.syntax("1").span
    scope.keyParts = [
      KeyPart(
        name: "currency", type: .string,
        expressions: [0, 1].map { CheckedExpression(.field(pattern: $0, path), type: .string, span: nowhere) })
    ]
    let text =
      "count() > 3 && count(o) > 1 && sum(o.total) > sum(p.amount) && sum(o.total) > 5 && distinct(p.payment_id) > 1 && avg(o.count) > 1.0 && last(o.order_id) == \"x\""
    let checked = checker.check(ExpressionFixture.syntax(text), in: scope, wanting: .bool, for: "`when`")
    let amount = try #require(checked)
    #expect(checker.diagnostics == [])
    #expect(amount.expression.type == .bool)
    #expect(
      checker.aggregates.map { "\($0.name) \($0.pattern.map(String.init) ?? "all") \($0.type.described) \($0.isNonNegative)" } == [
        "count all int true", "count 0 int true", "sum 0 decimal true", "sum 1 decimal false", "distinct 1 int false", "avg 0 double false",
        "last 0 string false",
      ])
    #expect(checker.fields[0]?.map(\.description) == ["total", "count", "order_id"])
    let difference = checker.check(ExpressionFixture.syntax("sum(o.total) - sum(p.amount)"), in: scope, for: "`exposure`")
    let exposure = try #require(difference)
    guard case .expression(let currency)? = exposure.currency, case .keyPart(0) = currency.kind else {
      return #expect(Bool(false), "the currency is the key's")
    }
    #expect(checker.aggregates.count == 7)
  }

  @Test("an amount's currency is its field, or the schema's constant")
  func currencies() {
    var checker = ExpressionChecker()
    let scope = ExpressionFixture.scope()
    let source = { (text: String) in checker.check(ExpressionFixture.syntax(text), in: scope, for: "`exposure`")?.currency }
    for text in [
      "o.total", "o.total - o.tax", "max(o.total, 5)", "o.lines.map(l, l.price).sum()", "o.?discount.orValue(0)", "o.total * 2",
      "abs(o.total - 1)", "round(o.total, 2)",
    ] {
      guard case .expression(let field)? = source(text), case .field(0, let path) = field.kind else {
        #expect(Bool(false), "\(text)")
        continue
      }
      #expect(path.description == "currency")
    }
    guard case .constant("EUR")? = source("o.fee + 1") else { return #expect(Bool(false), "the fee is in euros") }
    #expect(source("o.factor") == nil)
    #expect(source("div(o.total, o.tax, 2)") == nil)
  }
}
