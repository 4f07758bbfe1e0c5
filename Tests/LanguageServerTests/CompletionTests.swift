import Testing

@Suite struct CompletionTests {
  /// The text around the cursor is broken, as it is while somebody types.
  static let cases: [(text: String, has: [String], hasNot: [String])] = [
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
  ]

  @Test("at a place stands what may be written there", arguments: cases.indices)
  func offers(index: Int) {
    let (text, has, hasNot) = Self.cases[index]
    var client = TestClient()
    let found = client.completions(text)
    #expect(has.filter { !found.contains($0) } == [], "of \(found.prefix(60)) at \(text)")
    #expect(hasNot.filter { found.contains($0) } == [], "at \(text)")
  }
}
