import Diagnostics
import EventModel
import RuleLanguage
import Testing

@Suite("Checking of rules")
struct RuleCheckingTests {
  /// The one rule of a text that has no mistakes.
  static func rule(_ text: String) throws -> (rule: CheckedRule, program: CheckedProgram) {
    let result = TestProgram.check(text)
    #expect(TextRenderer(sources: result.sources).render(result.diagnostics) == "")
    let program = try #require(result.program)
    return (try #require(program.rules.first), program)
  }

  @Test("a condition has its pattern, its `when`, and the fields that it reads")
  func condition() throws {
    let (rule, program) = try Self.rule(
      """
      /// Large orders are looked at.
      rule orders.large {
        on orders.placed or orders.amended as o where o.ship_to.country != "DE"
        when o.total > 1000.00 && o.tax > 0.00
        severity high when exposure > 5000.00, low when currency == "EUR", else info
        owner "sales"
        runbook "https://runbooks.example.com/large"
        tags money, checkout
        violation "order {o.order_id} of {o.total}" { exposure: o.total, expected: o.tax, tier: o.tier }
      }
      """)
    #expect(rule.name == "orders.large")
    #expect(rule.documentation == "Large orders are looked at.")
    #expect(program.streams.map(\.name) == ["inventory", "orders", "payments"])
    #expect(rule.patterns.count == 1)
    #expect(rule.patterns[0].alias == "o")
    #expect(rule.patterns[0].kinds.map { program.streams[$0.stream].kinds[$0.kind] } == ["placed", "amended"])
    #expect(
      Set(rule.patterns[0].fields.map(\.description)) == ["ship_to.country", "total", "tax", "order_id", "currency", "tier"])
    #expect(rule.key.isEmpty)
    guard case .condition = rule.form else {
      Issue.record("\(rule.form)")
      return
    }
    #expect(rule.when?.type == .bool)
    #expect(rule.notes.severities.map(\.level) == [.high, .low, .info])
    #expect(rule.notes.severities.map { $0.when != nil } == [true, true, false])
    #expect(rule.notes.owner == "sales" && rule.notes.runbook == "https://runbooks.example.com/large")
    #expect(rule.notes.tags == ["money", "checkout"])
    #expect(rule.notes.message.count == 4)
    #expect(rule.notes.exposure?.type == .decimal)
    guard case .expression(let currency)? = rule.notes.currency, case .field(0, FieldPath(["currency"])) = currency.kind else {
      Issue.record("\(String(describing: rule.notes.currency))")
      return
    }
    #expect(rule.notes.expected?.type == .decimal)
    #expect(rule.notes.details.map(\.name) == ["tier"])
  }

  @Test("without notes a rule is medium, active, and says its documentation, or its name")
  func defaults() throws {
    func message(_ rule: CheckedRule) -> String? {
      if case .text(let text)? = rule.notes.message.first { text } else { nil }
    }
    let (plain, _) = try Self.rule("rule a.b { on orders.placed }")
    #expect(message(plain) == "a.b")
    #expect(plain.notes.severities.map(\.level) == [.medium])
    #expect(plain.notes.mode == .active && plain.notes.scope == .region)
    #expect(plain.notes.remember == .fixed(.seconds(7 * 86_400)))
    #expect(plain.when == nil)
    let (documented, _) = try Self.rule("/// No order\n/// is placed.\nrule a.b { on orders.placed  mode shadow  remember 1d }")
    #expect(message(documented) == "No order is placed.")
    #expect(documented.notes.mode == .shadow && documented.notes.remember == .fixed(.seconds(86_400)))
  }

  @Test("an obligation has its patterns in the order of the text, and a key part for each")
  func obligation() throws {
    let (rule, program) = try Self.rule(
      """
      param patience duration { default 30m  region "eu-west-1" 45m }
      rule payments.capture_timeout {
        by order = o.order_id | p.order_id, order_id
        on orders.placed as o where o.total > 10.00
        expect payments.captured as p where p.currency == o.currency && p.amount == o.total within patience
        unless orders.cancelled as c where c.order_id != ""
        violation "order {order} was not paid: {key}" exposure o.total
      }
      """.replacing(" | p.order_id", with: " | p.order_id | c.order_id"))
    guard case .obligation(let obligation) = rule.form else {
      Issue.record("\(rule.form)")
      return
    }
    #expect((obligation.expected, obligation.excuse ?? 0) == (1, 2))
    #expect(obligation.direction == .after)
    #expect(obligation.within == .param(0))
    #expect(program.params.map(\.name) == ["patience"])
    #expect(program.params[0].defaultValue == .duration(.seconds(1_800)))
    #expect(program.params[0].regional == ["eu-west-1": .duration(.seconds(2_700))])
    #expect(rule.patterns.map(\.role) == [.on, .expect, .unless])
    #expect(rule.key.map(\.name) == ["order", "order_id"])
    for (pattern, expression) in rule.key[0].expressions.enumerated() {
      guard case .field(pattern, FieldPath(["order_id"])) = expression.kind else {
        Issue.record("\(expression.kind)")
        continue
      }
    }
    #expect(rule.patterns.map { $0.where != nil } == [true, true, true])
    #expect(rule.patterns[1].fields.map(\.description) == ["currency", "amount", "order_id"])
  }

  @Test(
    "an obligation may look back or around", arguments: [("before", Obligation.Direction.before), ("around", .around), ("after", .after)])
  func direction(word: String, direction: Obligation.Direction) throws {
    let (rule, _) = try Self.rule("rule a.b { by order_id  on payments.captured  expect orders.placed within 1d \(word) }")
    guard case .obligation(let obligation) = rule.form else {
      Issue.record("\(rule.form)")
      return
    }
    #expect(obligation.direction == direction)
    #expect(obligation.within == .fixed(.seconds(86_400)))
  }

  @Test("a limit has each window function once, whatever reads it")
  func limit() throws {
    let (rule, _) = try Self.rule(
      """
      rule fraud.cards_per_device {
        by device_id
        on payments.authorized or payments.declined as p where has(p.card_fingerprint), payments.captured as c
        over sliding 1h
        when distinct(p.card_fingerprint) >= 4 && count(p) > most
        severity high when distinct(p.card_fingerprint) > 10, else medium
        violation "{distinct(p.card_fingerprint)} cards, {count()} payments" { last: last(c.order_id) }
        param most int { default 5 }
      }
      """)
    guard case .limit(.sliding(.fixed(.seconds(3_600)))) = rule.form else {
      Issue.record("\(rule.form)")
      return
    }
    #expect(rule.aggregates.map(\.name) == [.distinct, .count, .count, .last])
    #expect(rule.aggregates.map(\.pattern) == [0, 0, nil, 1])
    #expect(rule.key.map(\.name) == ["device_id"])
  }

  @Test("a KPI has its measure, its guard and its rhythm")
  func kpi() throws {
    let (rule, _) = try Self.rule(
      """
      kpi payments.decline_ratio {
        by gateway
        on payments.captured as c, payments.declined as d
        over tumbling 1h
        measure ratio(count(d), count()) when count() >= 50
        emit every 10s
      }
      """)
    guard case .kpi(let measure) = rule.form, case .tumbling(.seconds(3_600)) = measure.window else {
      Issue.record("\(rule.form)")
      return
    }
    #expect(measure.expression.type == .double)
    #expect(measure.emitEvery == .seconds(10))
    #expect(rule.when?.type == .bool)
    #expect(rule.aggregates.map(\.name) == [.count, .count])
  }

  @Test("a program has its rules in order of name, whatever the files")
  func order() throws {
    let files = [
      "rule b.c { on orders.placed }", "kpi a.k { on orders.placed  over tumbling 1h  measure count() }", "rule a.b { on orders.placed }",
    ]
    let sources = files.enumerated().map { SourceText(file: "\($0.offset).tenet", text: $0.element) } + [TestProgram.streams]
    let first = RuleProgram.check(files: sources, schemas: TestProgram.schema)
    let second = RuleProgram.check(files: sources.reversed(), schemas: TestProgram.schema)
    #expect(first.program?.rules.map(\.name) == ["a.b", "a.k", "b.c"])
    #expect(second.program?.rules.map(\.name) == ["a.b", "a.k", "b.c"])
    #expect(first.program?.fingerprint == second.program?.fingerprint)
  }

  @Test("a stream has what it says, and the defaults of the language")
  func stream() throws {
    let result = RuleProgram.check(
      files: [
        SourceText(
          file: "s.tenet",
          text: """
            stream orders {
              topic "orders.v1"  schema "order-event.schema.json"  kind type  key order_id, ship_to.country  time occurred_at
              id event_id within 24h  partitioner crc32  disorder 5s
            }
            """)
      ], schemas: TestProgram.schema)
    let stream = try #require(result.program?.streams.first)
    #expect(stream.topic == "orders.v1" && stream.kind == FieldPath(["type"]) && stream.time == FieldPath(["occurred_at"]))
    #expect(stream.kinds == ["placed", "amended", "cancelled", "on_credit"])
    #expect(stream.key == [FieldPath(["order_id"]), FieldPath(["ship_to", "country"])])
    #expect(stream.id == FieldPath(["event_id"]) && stream.idSpan == .seconds(86_400))
    #expect(stream.partitioner == .crc32)
    #expect([stream.disorder, stream.delay, stream.skew, stream.lateness] == [.seconds(5), .seconds(5), .zero, .seconds(5)])
  }

  @Test("a summary says what is kept for a key, and what bounds it")
  func summary() {
    let result = TestProgram.check(
      """
      rule a.a { on orders.placed as o  when o.total > 5.00 }
      rule a.b { by order_id  on orders.placed as o  expect payments.captured within 30m  remember 2d  violation "{o.total}" }
      rule a.c { by order_id, currency  on orders.placed as o  over sliding 10m  when sum(o.total) > 5.00 }
      kpi a.d { by currency  on orders.placed as o  over tumbling 1h  measure sum(o.total) }
      """)
    #expect(
      result.summaries.map { "\($0.name) \($0.pattern): \($0.bound)" } == [
        "a.a condition: each violation, 5s until it is settled",
        "a.b obligation: 30m after each `orders.placed`, and 2d while violated",
        "a.c limit: the events of 10m, kept 5s longer for late events",
        "a.d kpi: a window of 1h, kept 5s longer for late events",
      ])
    #expect(result.summaries.allSatisfy { (40...400).contains($0.bytesAKey) })
  }
}

@Suite("Bounds of checking")
struct BoundsTests {
  @Test(
    "an expression as high as the parser allows is checked without harm",
    arguments: [("1 + ", "1", "", 99), ("(", "1", ")", 99), ("[", "1", "]", 99), ("true || ", "false", "", 99), ("!", "true", "", 99)])
  func height(before: String, middle: String, after: String, times: Int) {
    let text = "let x = " + String(repeating: before, count: times) + middle + String(repeating: after, count: times)
    #expect(TestProgram.check(text).diagnostics.filter { $0.severity == .error }.map(\.message) == [])
  }

  @Test("lets that make each other larger and larger end in a diagnostic, not in a long wait")
  func lets() {
    var text = "let a0 = 1\n"
    for index in 1...40 { text += "let a\(index) = a\(index - 1) + a\(index - 1)\n" }
    #expect(TestProgram.check(text).diagnostics.map(\.message) == ["`a14` is too large when the lets in it are put in their places"])
    let chain = "let a0 = 1\n" + (1...1_000).map { "let a\($0) = a\($0 - 1) + 1\n" }.joined()
    #expect(TestProgram.check(chain).diagnostics.map(\.code.number) == [122])
    let high = "let high = 1" + String(repeating: " + 1", count: 90) + "\nrule a.b { on orders.placed as o  when o.lines.size() > high"
    let rule = TestProgram.check(high + String(repeating: " + 1", count: 30) + " }")
    #expect(rule.diagnostics.map(\.code.number) == [122])
  }

  @Test("a chain of thousands of lets is refused where it becomes too long, and is checked in no time")
  func letChain() {
    let text = "let a0 = 1\n" + (1...5_000).map { "let a\($0) = a\($0 - 1)\n" }.joined()
    #expect(TestProgram.check(text).diagnostics.map(\.message) == ["`a100` is too large when the lets in it are put in their places"])
  }
}
