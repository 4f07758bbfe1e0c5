import Diagnostics
import Testing

@testable import RuleLanguage

@Suite("Mistakes in expressions")
struct ExpressionMistakeTests {
  @Test(
    "each mistake is found, at its place, with what to write instead",
    arguments: [
      ("totl > 1", "TN0200 [totl] `totl` is not a name here / did you mean `o.total`?"),
      ("embargo", "TN0200 [embargo] `embargo` is not a name here / did you mean `embargoed`?"),
      ("total > 1", "TN0200 [total] `total` is not a name here / it is a field: `o.total`"),
      ("o.totl > 1", "TN0201 [totl] `totl` is not a field of `placed` / did you mean `total`?"),
      ("o.ship_to.town == \"x\"", "TN0201 [town] `town` is not a field of `ship_to` / it has `country`, `zip`"),
      ("o.total.cents", "TN0201 [cents] a decimal has no `cents`"),
      ("o.lines.exists(l, l.prize > 1)", "TN0201 [prize] `prize` is not a field of `l` / did you mean `price`?"),
      ("contain(o.order_id)", "TN0202 [contain] there is no function `contain` / did you mean `contains`?"),
      ("o.order_id.startWith(\"a\")", "TN0202 [startWith] there is no function `startWith` / did you mean `startsWith`?"),
      ("o.order_id + 1", "TN0203 [+] `+` does not take string and int / `string(x)` makes a text of a value"),
      ("o.weight * 2", "TN0203 [*] `*` does not take double and int / `double(x)` converts; a literal has a point: `2.0`"),
      ("contains(o.order_id, \"x\")", "TN0203 [contains] `contains` is not called like this / write `x.contains(…)`"),
      ("o.tags.contains(\"x\")", "TN0203 [contains] `contains` does not take string / it is called `string.contains(string)`"),
      ("o.order_id < 5", "TN0203 [<] `<` does not take string and int"),
      (
        "o.total > o.weight",
        "TN0205 [>] a double does not go with decimals: it is not exact / `decimal(x, scale)` converts, or give the field `\"format\": \"decimal\"` in its schema"
      ),
      (
        "o.total + o.weight > 0",
        "TN0205 [+] a double does not go with decimals: it is not exact / `decimal(x, scale)` converts, or give the field `\"format\": \"decimal\"` in its schema"
      ),
      (
        "o.total == o.weight",
        "TN0205 [==] a double does not go with decimals: it is not exact / `decimal(x, scale)` converts, or give the field `\"format\": \"decimal\"` in its schema"
      ),
      (
        "o.total / 2",
        "TN0206 [/] decimals are not divided by `/`, since the result may not be exact / `div(a, b, scale)` rounds half to even; `ratio(a, b)` is a double"
      ),
      (
        "o.total > 10 / 4",
        "TN0206 [/] decimals are not divided by `/`, since the result may not be exact / `div(a, b, scale)` rounds half to even; `ratio(a, b)` is a double"
      ),
      (
        "o.discount > 5",
        "TN0207 [o.discount] `o.discount` may be absent, and then this is undetermined / ask first: `has(o.discount) && …`, or `where has(o.discount)` in the pattern; or say what holds without it: `o.?discount.orValue(…)`"
      ),
      (
        "o.discount > 5 && has(o.discount)",
        "TN0207 [o.discount] `o.discount` may be absent, and then this is undetermined / ask first: `has(o.discount) && …`, or `where has(o.discount)` in the pattern; or say what holds without it: `o.?discount.orValue(…)`"
      ),
      (
        "o.customer.email == \"x\"",
        "TN0207 [o.customer.email] `o.customer` may be absent, and then this is undetermined / ask first: `has(o.customer) && …`, or `where has(o.customer)` in the pattern; or say what holds without it: `o.?customer.orValue(…)`"
      ),
      (
        "o.note == null", "TN0209 [o.note == null] nothing is equal to `null`: a field that is null counts as absent / write `!has(o.note)`"
      ),
      ("null != o.note", "TN0209 [null != o.note] nothing is equal to `null`: a field that is null counts as absent / write `has(o.note)`"),
      (
        "o.tier == \"golden\"",
        "TN0210 [\"golden\"] `o.tier` is never `\"golden\"`: its schema does not list that value / did you mean `\"gold\"`?"
      ),
      (
        "o.tier in [\"gold\", \"bronze\"]",
        "TN0210 [[\"gold\", \"bronze\"]] `o.tier` is never `\"bronze\"`: its schema does not list that value / it is one of `\"gold\"`, `\"silver\"`"
      ),
      (
        "p.type == \"placed\"",
        "TN0210 [\"placed\"] `p.type` is never `\"placed\"`: its schema does not list that value / it is one of `\"captured\"`, `\"refunded\"`"
      ),
      ("\"EUR\" == o.total", "TN0211 [==] a string is never equal to a decimal"),
      ("o.count == 1.0", "TN0211 [==] an int is never equal to a double / write the literal with a point"),
      ("5 in o.tags", "TN0211 [in] an int is never in a list(string)"),
      ("o.?discount == 5", "TN0211 [==] an optional(decimal) is never equal to a decimal / say what holds without a value: `.orValue(…)`"),
      (
        "o.total > p.amount",
        "TN0212 [>] these amounts may be of different currencies: one is in `o.currency`, the other in `p.currency` / ask for one currency before: `o.currency == p.currency && …`, in a `where`, or make the currency a part of the key"
      ),
      (
        "o.total + o.fee > 1",
        "TN0212 [+] these amounts may be of different currencies: one is in `o.currency`, the other in `\"EUR\"` / ask for one currency before: `o.currency == \"EUR\" && …`, in a `where`, or make the currency a part of the key"
      ),
      (
        "o.total > p.amount && o.currency == p.currency",
        "TN0212 [>] these amounts may be of different currencies: one is in `o.currency`, the other in `p.currency` / ask for one currency before: `o.currency == p.currency && …`, in a `where`, or make the currency a part of the key"
      ),
      (
        "count() > 3",
        "TN0214 [count] `count` looks at the events of a window, and there is none here / it stands in `when`, `measure` and the notes of what has `over`; of a list it is `list.count()`"
      ),
      (
        "o == p",
        "TN0219 [o] `o` is an event, and no value / name one of its fields: `o.…`\nTN0219 [p] `p` is an event, and no value / name one of its fields: `p.…`"
      ),
      ("o.odd == \"x\"", "TN0220 [odd] the schema does not say what `odd` is, so rules cannot read it / give it one `type` in the schema"),
      (
        "p.code == \"x\"",
        "TN0221 [code] `code` has different types in the kinds of this pattern / ask for the kind first: `p.type == \"…\" && …`"
      ),
      ("o.tags.exists(\"t\", true)", "TN0223 [\"t\"] `exists` begins with a name for the element: `x.exists(e, …)`"),
      ("o.total.exists(t, true)", "TN0223 [o.total] `exists` goes over lists and maps, not over decimal"),
      ("has(o)", "TN0223 [has(o)] `has` takes one field: `has(o.discount)`"),
      ("o.tags.exists(o, true)", "TN0224 [o] `o` is a name already, and nothing hides another / give the variable another name"),
      (
        "timestamp(\"today\") < o.at",
        "TN0225 [timestamp(\"today\")] this always ends in an error: `today` is not a time as RFC 3339 writes it"
      ), ("1 / 0 > 5", "TN0225 [1 / 0] this always ends in an error: division by zero"),
      (
        "o.order_id.matches(\"[a\")",
        "TN0225 [o.order_id.matches(\"[a\")] this always ends in an error: not a regular expression: missing ]: [a"
      ), ("type(o.total)", "TN0226 [type] `type` is not part of rules: every type is known before events come / compare the value itself"),
      ("{1: 2}", "TN0226 [1] the keys of a map are strings, and this is int / `string(x)` makes a text of a value"),
      ("[1, \"a\"]", "TN0227 [\"a\"] a list has members of one type, and this is string beside int"),
      ("o.rush ? 1 : \"a\"", "TN0227 [o.rush ? 1 : \"a\"] the two sides of `:` have different types: int and string"),
      (
        "o.total > 1\(String(repeating: "0", count: 18)).\(String(repeating: "1", count: 20))",
        "TN0229 [1\(String(repeating: "0", count: 18)).\(String(repeating: "1", count: 20))] `1\(String(repeating: "0", count: 18)).\(String(repeating: "1", count: 20))` has more digits than a decimal holds / a decimal has at most 34 digits"
      ),
      (
        "o.rush && o.count",
        "TN0204 [o.count] a side of `&&` is bool, and this is int / a bool is `true` or `false`, or what a comparison gives"
      ),
      (
        "\"%s of %s\".format([o.order_id])",
        "TN0203 [[o.order_id]] the text has 2 places, and there is 1 for them / each `%s`, `%d`, `%.2f`, … takes one value; `%%` is a percent sign"
      ), ("\"%d\".format([o.order_id])", "TN0203 [o.order_id] `%d` does not take string / `%s` takes values of every type"),
      (
        "\"%y\".format([o.order_id])",
        "TN0225 [\"%y\".format([o.order_id])] this always ends in an error: `format`: there is no clause `%y`"
      ),
      (
        "math.greatest(o.total, p.amount) > 5",
        "TN0212 [math.greatest(o.total, p.amount)] these amounts may be of different currencies: one is in `o.currency`, the other in `p.currency` / ask for one currency before: `o.currency == p.currency && …`, in a `where`, or make the currency a part of the key"
      ),
      (
        "o.lines.map(l, l.price).sort()[0] > p.amount",
        "TN0212 [>] these amounts may be of different currencies: one is in `l.currency`, the other in `p.currency` / ask for one currency before: `l.currency == p.currency && …`, in a `where`, or make the currency a part of the key"
      ),
      (
        "math.greatest(o.weight, o.count)",
        "TN0203 [math.greatest] `math.greatest` does not take double and int / it is called `math.greatest(int, int)` or `math.greatest(uint, uint)` or `math.greatest(double, double)` or `math.greatest(decimal, decimal)`"
      ),
      ("math.greatst(1, 2)", "TN0202 [math.greatst] there is no function `math.greatst` / did you mean `math.greatest`?"),
      (
        "math.bitAnd(o.total, 1)",
        "TN0203 [math.bitAnd] `math.bitAnd` does not take decimal and int / it is called `math.bitAnd(int, int)` or `math.bitAnd(uint, uint)`"
      ),
      (
        "o.at.getHours(\"Europe/Dublim\") > 5",
        "TN0225 [\"Europe/Dublim\"] this always ends in an error: there is no time zone `Europe/Dublim` / did you mean `Europe/Dublin`?"
      ),
      ("cycle > 1", "TN0222 [cycle] `cycle` is made of itself"),
      (
        "[?o.order_id]",
        "TN0204 [o.order_id] behind `?` stands an optional, and this is string / leave the `?` out, or ask for an optional: `x.?field`, `map[?key]`, `optional.of(x)`"
      ),
    ])
  func mistakes(_ text: String, _ mistake: String) {
    // What a let has wrong is shown in the let's own text.
    let outcome = text.hasPrefix("cycle") ? "TN0222 [cycle] `cycle` is made of itself" : ExpressionFixture.outcome(text)
    #expect(outcome == mistake)
    #expect(ExpressionFixture.outcome(text).contains(mistake.prefix(6)))
  }

  @Test("all mistakes of an expression are reported")
  func several() {
    #expect(ExpressionFixture.outcome("o.totl > 1 && o.taxx > 2 || size(o.nothing) > 0").split(separator: "\n").count == 3)
  }

  @Test(
    "in a verdict `distinct` stands against a number of at most 10,000",
    arguments: [
      ("distinct(o.order_id) >= 3 && count() > 1", 0), ("10000 < distinct(o.order_id)", 0), ("distinct(o.order_id) > 10001", 1),
      ("distinct(o.order_id) * 2 > 5", 1), ("distinct(o.order_id) > count()", 1), ("distinct(o.order_id) > distinct(o.tier)", 2),
    ])
  func distinct(_ text: String, _ count: Int) throws {
    var checker = ExpressionChecker()
    let checked = checker.check(ExpressionFixture.syntax(text), in: ExpressionFixture.scope(isWindow: true), wanting: .bool, for: "`when`")
    checker.checkDistinct(inVerdict: try #require(checked).expression)
    #expect(checker.diagnostics.map(\.code) == Array(repeating: .distinctUnbounded, count: count))
  }

  @Test("a condition is bool, an amount is decimal")
  func wanted() {
    #expect(
      ExpressionFixture.outcome("o.total", wanting: .bool)
        == "TN0204 [o.total] `when` is bool, and this is decimal / a bool is `true` or `false`, or what a comparison gives")
    #expect(
      ExpressionFixture.outcome("o.weight", wanting: .decimal)
        == "TN0204 [o.weight] `when` is decimal, and this is double / `decimal(x, scale)` converts, at a scale")
    #expect(ExpressionFixture.outcome("o.count", wanting: .decimal) == "decimal")
    #expect(ExpressionFixture.outcome("1.5 + 2", wanting: .decimal) == "decimal")
    #expect(
      ExpressionFixture.outcome("o.?rush", wanting: .bool)
        == "TN0204 [o.?rush] `when` is bool, and this is optional(bool) / ask whether it has a value: `.hasValue()`")
  }

  @Test(
    "window functions name one alias, do not nest, and go over one currency",
    arguments: [
      (
        "sum(o.total) > 5",
        "TN0213 [o.total] `sum` goes over amounts of several currencies / make `o.currency` a part of the key: `by order, currency`"
      ),
      ("sum(max(o.count, sum(o.count))) > 5", "TN0215 [sum] `sum` stands inside another window function"),
      ("sum(1) > 5", "TN0216 [1] this names no event of the window / what stands in `sum(…)` names exactly one alias"),
      (
        "sum(o.count + p.amount) > 5",
        "TN0216 [o.count + p.amount] this names events of several patterns / what stands in `sum(…)` names exactly one alias"
      ),
      ("sum(o.order_id) > 5", "TN0217 [o.order_id] `sum` does not take string"),
      ("sum(o.count, 2) > 5", "TN0217 [sum(o.count, 2)] `sum` takes one expression over the events of a window"),
      ("count(o.total) > 5", "TN0217 [o.total] `count` takes an alias, or nothing / as in `count(o)`"),
      (
        "o.total > 5",
        "TN0218 [o] `o` is every event of the window, so its fields stand only in window functions / `last(o.…)` is the last one's; parts of the key are named alone"
      ),
      (
        "sum(o.discount) > 5",
        "TN0208 [o.discount] `o.discount` may be absent, and then the window has no value / leave events without it out: `where has(o.discount)`"
      ),
      ("percentile(o.weight, 101) > 5", "TN0264 [101] which percentile is a number from 0 to 100 that is written"),
      ("distinct(o.lines) > 1", "TN0217 [o.lines] `distinct` does not take list(object)"),
    ])
  func windows(_ text: String, _ mistake: String) {
    #expect(ExpressionFixture.outcome(text, in: ExpressionFixture.scope(isWindow: true)).hasPrefix(mistake))
  }
}
