import EventModel
import Testing

@Suite struct CompletionTests {
  /// The text around the cursor is broken, as it is while somebody types.
  static let cases: [(text: String, has: [String], hasNot: [String])] = [
    ("rule a.b {\n  on orders.placed as o\n  when o.lines.filter(l, true).¦\n}", ["size", "map"], ["orders", "severity"]),
    ("¦", ["rule", "stream", "test"], ["severity", "orders"]),
    ("rule a.b {\n  on ¦", ["orders", "orders.placed", "orders.paid"], ["total", "severity"]),
    ("rule a.b {\n  on orders.¦", ["placed", "cancelled"], ["total", "rule"]),
    ("rule a.b {\n  on orders.placed as o\n  when o.¦\n}", ["total", "ship_to", "channel"], ["placed", "rule"]),
    ("rule a.b {\n  on orders.placed as o\n  when o.ship_to.c¦\n}\nrule c.d {", ["country", "city"], ["total"]),
    ("rule a.b {\n  on orders.placed as o\n  when o.channel == \"¦\"\n}", ["web", "store"], ["total"]),
    ("rule a.b {\n  on orders.placed as o\n  when o.channel == \"¦", ["web", "store"], ["total"]),
    ("rule a.b {\n  on orders.placed as o\n  when o.channel in [\"web\", \"¦\"]\n}", ["web", "store"], []),
    ("rule a.b {\n  on orders.placed as o\n  when ¦\n}", ["o", "embargoed", "has", "count"], ["topic"]),
    ("rule a.b {\n  on orders.placed as o\n  when o.total > 1\n  ¦\n}", ["severity", "owner", "violation"], ["topic"]),
    ("rule a.b {\n  on orders.placed as o\n  severity ¦\n}", ["low", "high", "critical"], ["owner", "orders"]),
    ("rule a.b {\n  on orders.placed as o\n  mode ¦\n}", ["shadow", "quiet"], ["critical"]),
    ("rule a.b {\n  on orders.placed as o\n  violation \"order {o.¦} is\"\n}", ["order_id", "total"], []),
    ("rule a.b {\n  by ¦\n  on orders.placed as o\n}", ["order_id"], []),
    ("rule a.b {\n  on orders.placed as o\n  over ¦\n}", ["sliding", "tumbling"], ["orders"]),
    ("rule a.b { on orders.placed }\ntest \"t\" {\n  expect ¦\n}", ["a.b", "no"], ["total"]),
    ("rule a.b { on orders.placed }\ntest \"t\" {\n  expect a.¦\n}", ["b"], ["total"]),
    ("fixture f = ¦", ["orders.placed"], []),
    ("fixture f = orders.placed { ¦ }", ["total", "order_id"], ["a.b"]),
    ("fixture f = orders.placed { channel: \"¦\" }", ["web", "store"], []),
    ("fixture f = orders.placed { }\ntest \"t\" {\n  at 10:00 ¦\n}", ["f", "orders.placed", "time passes"], []),
    ("rule a.b {\n  on orders.placed as o\n  when math.¦\n}", ["greatest"], ["total"]),
    ("// on orders.¦", [], ["placed"]),
    // What has ended above, and what is another declaration's own, is not offered again.
    ("rule a.b {\n  ¦\n}", ["by", "on", "severity"], ["orders", "unless"]),
    ("rule a.b {\n  by order_id\n  on orders.placed as o\n  ¦\n}", ["expect", "with", "when", "owner"], ["by", "on"]),
    (
      "rule a.b {\n  by order_id\n  on orders.placed\n  expect orders.paid within 1h\n  ¦\n}", ["unless", "severity"],
      ["over", "on", "when"]
    ),
    ("rule a.b {\n  on orders.placed as o\n  when o.total > 1\n  severity low\n  ¦\n}", ["owner", "violation"], ["severity", "with"]),
    ("rule a.b {\n  on orders.placed as o\n  when o.total > 1\n  tags ¦\n}", [], ["severity", "by"]),
    (
      "rule c.d { on orders.placed as o  when o.total > most  param most int { default 1 } }\nrule a.b {\n  on orders.placed as o\n  when ¦\n}",
      ["o"], ["most"]
    ),
    // In a message's holes and in its braces.
    (
      "rule a.b {\n  by order_id\n  on orders.placed as o\n  violation \"order {¦}\"\n}", ["o", "order_id", "round"], ["severity", "owner"]
    ),
    ("rule a.b {\n  on orders.placed as o\n  violation \"order\" { ¦ }\n}", ["exposure", "expected"], ["severity", "owner"]),
    // What a macro binds, though its call has no end.
    ("rule a.b {\n  on orders.placed as o\n  when o.lines.exists(l, l.¦\n}", ["sku"], ["exists", "total"]),
    ("rule a.b {\n  on orders.placed as o\n  when o.lines.exists(l, l.sku == \"\" && l.¦)\n}", ["sku"], ["exists", "total"]),
    ("rule a.b {\n  on orders.placed as o\n  when o.exists(o2, o2.exists(o, o.¦", ["total"], []),
    ("rule a.b {\n  on orders.placed as o\n  when l.exists(l, l.¦", ["exists"], ["sku"]),
    // Values of an enum where no quote was typed yet, and of the field that tells kinds apart.
    ("rule a.b {\n  on orders.placed as o\n  when o.channel == ¦\n}", ["\"web\"", "\"store\"", "o"], ["web"]),
    ("rule a.b {\n  on orders.placed or orders.paid as o\n  when o.type == \"¦\"\n}", ["placed", "paid"], []),
    ("fixture f = orders.placed { channel: ¦ }", ["\"web\""], []),
    ("fixture f = orders.placed { ship_to.¦ }", ["country"], ["total", "exists"]),
    ("stream s {\n  topic \"s\"\n  key ¦\n}", [], ["topic", "disorder"]),
    ("rule a.b {\n  by order_id\n  on orders.placed\n  with ¦\n}", ["all", "first", "last", "orders.paid"], []),
    ("rule a.b {\n  by order_id\n  on orders.placed\n  with all ¦\n}", ["orders.paid"], ["from"]),
    ("rule a.b {\n  on orders.placed as o\n  when o.total > most\n  param most ¦\n}", ["decimal", "int"], ["severity"]),
    ("rule a.b {\n  on orders.placed as o\n  when o.total > most\n  param most int { ¦ }\n}", ["default", "region"], ["severity"]),
    ("rule a.b {\n  by ¦\n  on orders.placed or orders.paid as o\n}", ["order_id"], ["lines", "ship_to"]),
    ("lifecycle l {\n  by order_id\n  on orders\n  placed -> ¦\n}", ["paid", "cancelled"], ["severity"]),
    ("lifecycle l {\n  by order_id\n  on orders\n  placed -> paid\n  end ¦\n}", ["paid", "cancelled"], ["severity"]),
    // A test's lines: what happens is named by kinds and fixtures, what is expected by rules.
    ("rule orders.b { on orders.placed }\ntest \"t\" {\n  expect orders.¦\n}", ["b"], ["placed"]),
    ("rule orders.b { on orders.placed }\ntest \"t\" {\n  at 10:00  orders.¦\n}", ["placed"], ["b"]),
    (
      "rule a.b { by order_id  on orders.placed  expect orders.paid within 1h }\ntest \"t\" {\n  expect a.b dated 10:00 { ¦ }\n}",
      ["order_id", "severity"], ["total"]
    ),
    ("rule a.b { on orders.placed }\ntest \"t\" {\n  expect a.b ¦\n}", ["resolved", "dated", "when"], ["arrives", "lags"]),
    ("fixture f = orders.placed { }\ntest \"t\" {\n  at 10:00  f ¦\n}", ["arrives", "from"], ["resolved", "dated"]),
    (
      "rule a.b {\n  on orders.placed as o\n  when o.total > most\n  param most int { default 1 }\n}\ntest \"t\" {\n  given param ¦\n}",
      ["a.b.most"], ["most"]
    ),
    (
      "rule a.b {\n  on orders.placed as o\n  when o.total > most\n  param most int { default 1 }\n}\ntest \"t\" {\n  given param a.¦\n}",
      ["b.most"], ["b"]
    ),
    (
      "lifecycle l {\n  by order_id\n  on orders\n  placed -> paid\n  end paid retain 1d\n}\ntest \"t\" {\n  expect l.¦\n}",
      ["overdue", "illegal_transition"], ["placed"]
    ),
  ]

  @Test("what a space asks for is what must come, not every clause that may")
  func afterSpace() {
    var client = TestClient()
    let context = #""context": {"triggerKind": 2, "triggerCharacter": " "}"#
    func labels(_ text: String) -> [String] {
      let place = client.open(text)
      return client.request("textDocument/completion", "{\(place), \(context)}")["items"]?.elements?.compactMap { $0["label"]?.text } ?? []
    }
    #expect(labels("rule a.b {\n  on orders.placed as o\n  ¦\n}") == [])
    #expect(labels("rule a.b {\n  on ¦\n}").contains("orders.placed"))
    #expect(labels("rule a.b {\n  on orders.placed ¦\n}") == ["or", "as", "where"])
  }

  @Test("at a place stands what may be written there", arguments: cases.indices)
  func offers(index: Int) {
    let (text, has, hasNot) = Self.cases[index]
    var client = TestClient()
    let found = client.completions(text)
    #expect(has.filter { !found.contains($0) } == [], "of \(found.prefix(60)) at \(text)")
    #expect(hasNot.filter { found.contains($0) } == [], "at \(text)")
  }
}
