/// Rule files of about a megabyte that ask for as much of the checker as their size allows: each is checked or refused in linear time.
enum HostileFiles {
  static let size = 1_000_000

  /// The streams are those of the language's examples, which stand before each.
  static let all: [(name: String, text: @Sendable () -> String)] = [
    ("a list of numbers", { "let a = [" + filled { "\($0)," } + "0]\n" }),
    ("a list of texts", { "let a = [" + filled { "\"v\($0)\"," } + "\"\"]\n" }),
    ("rules", { filled { "rule r.n\($0) { on orders.placed as o  when o.total > \($0) }\n" } }),
    ("rules with a misspelt field", { filled { "rule r.n\($0) { on orders.placed as o  when o.totl > \($0) }\n" } }),
    ("rules of one name", { filled { "rule r.n { on orders.placed as o  when o.total > \($0) }\n" } }),
    (
      "a long list that rules name",
      {
        "let big = [" + filled(100_000) { "\($0)," } + "0]\n"
          + filled(900_000) { "rule r.n\($0) { on orders.placed as o  when o.lines.size() in big }\n" }
      }
    ),
    (
      "names that are nearly others",
      {
        filled(500_000) { "let n\($0)a = \($0)\n" }
          + filled(500_000) { "rule r.n\($0) { on orders.placed as o  when o.total > n\($0)b }\n" }
      }
    ),
    ("parentheses", { String(repeating: "(", count: size) }), ("braces", { String(repeating: "{", count: size) }),
    ("quotes", { String(repeating: "\"", count: size) }), ("a comment", { "//" + String(repeating: "x", count: size) }),
    ("a name", { when(String(repeating: "x", count: size)) }),
    ("conjuncts", { when(filled { "o.total > \($0) && " } + "true") }), ("disjuncts", { when(filled { "o.total > \($0) || " } + "true") }),
    ("negations", { when(String(repeating: "!", count: size) + "true") }),
    ("a sum of texts", { when(filled { _ in "o.order_id + " } + "\"\" == \"\"") }),
    ("macros", { when(filled { "o.lines.exists(l, l.quantity > \($0)) || " } + "true") }),
    ("look-ups", { when(filled { _ in "prices.get(\"x\", o.currency).amount > 1 && " } + "true") }),
    ("kinds of a pattern", { "rule a.b { on " + filled { _ in "orders.placed or " } + "orders.placed as o when true }\n" }),
    (
      "joins",
      {
        "rule a.b { by order_id on orders.placed as o "
          + filled { "with payments.captured as c\($0) where c\($0).amount > 1 within 1h after " }
          + "when true }\n"
      }
    ),
    ("states", { "lifecycle l { by order_id on orders " + filled { "s\($0) -> s\($0 + 1)\n" } + " end s1 retain 1d }\n" }),
    (
      "states with conditions",
      {
        "lifecycle l { by order_id on orders "
          + filled { "state s\($0) = orders.placed as e where e.total == \($0)\ns\($0) -> s\($0 + 1)\n" } + " end s1 retain 1d }\n"
      }
    ),
    (
      "cases of a test",
      { when("o.total > 5") + "test \"x\" { cases (a) {" + filled { "(\($0)) " } + "} at 10:00 orders.placed { total: a } expect a.b }\n" }
    ),
    (
      "tests",
      { when("o.total > 5") + filled { "test \"t\($0)\" { at 10:00 orders.placed { total: \($0) } expect a.b when \($0) > 5 }\n" } }
    ),
    (
      "tests of what does not exist",
      { when("o.total > 5") + filled { "test \"t\($0)\" { at 10:00 orders.placd { total: \($0) } expect r.b when \($0) > 5 }\n" } }
    ),
    ("fixtures of fixtures", { filled { "fixture f\($0) = " + ($0 == 0 ? "orders.placed" : "f\($0 - 1)") + " { total: \($0) }\n" } }),
    ("a message", { "rule a.b { on orders.placed as o when true violation \"" + filled { _ in "{o.total}" } + "\" }\n" }),
    (
      "values of a violation",
      { "rule a.b { on orders.placed as o when true violation \"x\" {" + filled { "m\($0): o.total, " } + "z: 1} }\n" }
    ),
    (
      "corrections",
      {
        "rule a.b { on payments.captured as p when true "
          + filled { "correct refunds.requested { payment_id: p.payment_id, currency: p.currency, amount: \($0) }\n" } + "}\n"
      }
    ),
    ("hours of a wrong zone", { filled { "hours h\($0) { zone \"Europe/Dublim\" open mon 09:00 to 10:00 }\n" } }),
    (
      "a chain of rules",
      {
        "rule r.n0 { by order_id on orders.placed as o over sliding 1h when count() > 1 }\n"
          + filled { "rule r.n\($0 + 1) { by order_id on r.n\($0) as v over sliding 1h when count() > 1 }\n" }
      }
    ),
    (
      "KPIs",
      { filled { "kpi k.n\($0) { by region on orders.placed as o over tumbling 1h measure count() target >= ago(\($0 + 1)h) }\n" } }
    ),
    (
      "parts of a key",
      {
        "rule a.b { by " + filled { "p\($0) = o.order_id, " } + "z = o.order_id on orders.placed as o over sliding 1h when count() > 1 }\n"
      }
    ),
    ("params", { filled { "param p\($0) decimal { default \($0).5 region \"eu\" 3 }\n" } }),
  ]

  private static func when(_ expression: String) -> String { "rule a.b { on orders.placed as o when \(expression) }\n" }

  /// Pieces, numbered from 0, until they are so long.
  private static func filled(_ size: Int = size, _ piece: (Int) -> String) -> String {
    var (text, number) = ("", 0)
    while text.utf8.count < size {
      text += piece(number)
      number += 1
    }
    return text
  }
}
