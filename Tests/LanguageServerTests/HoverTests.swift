import Testing

@Suite struct HoverTests {
  static let rule = "/// Too much.\nrule a.b {\n  by order_id\n  on orders.placed as o\n  when o.total > 1 && o.channel == \"web\"\n}\n"
  static let cases: [(text: String, says: [String])] = [
    (
      "rule a.b {\n  on orders.placed as o\n  when o.to¦tal > 1\n}",
      ["total: decimal", "With tax.", "currency: in `currency`", "field of `orders`"]
    ),
    ("rule a.b {\n  on orders.placed as o\n  when o.chan¦nel == \"web\"\n}", ["\"web\"", "\"store\"", "optional", "Where it was sold."]),
    ("rule a.b {\n  on orders.placed as o\n  when ¦o.total > 1\n}", ["orders.placed as o", "alias"]),
    ("rule a.b {\n  on orders.pl¦aced as o\n}", ["orders.placed", "an event of the stream `orders`", "`total`"]),
    ("rule a.b {\n  on ord¦ers.placed as o\n}", ["stream orders", "orders.v1", "What customers do.", "`paid`"]),
    ("rule a.b {\n  on orders.placed as o\n  when o.ship_to.country in emb¦argoed\n}", ["let embargoed = [\"KP\", \"SY\"]"]),
    ("rule a.b {\n  on orders.placed as o\n  when o.order_id.starts¦With(\"x\")\n}", ["startsWith(", "→ bool", "begins with"]),
    ("rule a.b {\n  on orders.placed as o\n  when o.total > 1\n  sev¦erity low\n}", ["How bad a violation is"]),
    (
      "/// Too much.\nrule a.b { on orders.placed }\ntest \"t\" {\n  expect no a¦.b\n}",
      ["rule a.b", "Too much.", "Each `orders.placed` is a violation."]
    ),
    ("rule a.b {\n  on orders.placed as o\n  when o.to¦tal > \n", ["total: decimal"]),
    ("rule a.b {\n  on orders.placed as o\n  when o.lines.exists(l, l.s¦ku == \"x\")\n}", ["lines.sku: string"]),
    ("test \"t\" {\n  at 10:00  time pas¦ses\n}", ["what is due falls due"]),
    ("rule a.b { on orders.placed }\ntest \"t\" {\n  expect a.b { sev¦erity: \"low\" }\n}", ["How bad a violation is"]),
  ]

  @Test("a hover says what a name stands for", arguments: cases.indices)
  func says(index: Int) {
    let (text, says) = Self.cases[index]
    var client = TestClient()
    let found = client.hover(text)
    #expect(says.filter { !found.contains($0) } == [], "in \(found) at \(text)")
  }

  @Test("where no name stands there is nothing to say")
  func nothing() {
    var client = TestClient()
    #expect(client.hover("rule a.b {¦\n  on orders.placed\n}") == "")
    #expect(client.hover("rule a.b { on orders.placed }\ntest \"t\" {\n  expect a.b { reg¦ion: \"placed\" }\n}") == "")
  }
}
