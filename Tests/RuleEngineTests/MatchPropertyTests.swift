import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

/// Random events of a few keys over half an hour, and ways to read them.
struct RandomWorld {
  var draws: Draws
  /// By partition of each topic, in the order of event time.
  var events: [[EngineDriver.Record]] = []
  static let partitions = ["orders.v1": 2, "payments.v1": 2]
  static let start = Fixture.time(0)

  init(seed: Int) {
    draws = Draws(seed: UInt64(seed))
    events = Array(repeating: [], count: 4)
    var time = 0
    for number in 0..<(40 + draws.below(120)) {
      // Runs of events of one instant, of some seconds, and of minutes of silence.
      time += [0, 0, 1, 250_000, 1_000_000, 3_000_000, 20_000_000, 90_000_000][draws.below(8)] * (1 + draws.below(2))
      append(number, time)
    }
  }

  private mutating func append(_ number: Int, _ microseconds: Int) {
    let isOrder = draws.below(2) == 0
    let kind = (isOrder ? ["placed", "placed", "cancelled"] : ["captured", "declined", "declined"])[draws.below(3)]
    var members: [(key: String, value: JSONValue)] = [
      ("type", .string(kind)), ("event_id", .string("e-\(number)")),
      ("occurred_at", .string(EventTime(microseconds: Self.start.microseconds + Int64(microseconds)).rfc3339)),
      ("order_id", .string("o-\(draws.below(3))")),
    ]
    if draws.below(20) > 0 { members.append(("n", draws.below(25) == 0 ? .string("x") : .number(String(draws.below(4))))) }
    let cents = draws.below(500)
    members.append(("total", .string("\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)")))
    members.append(("ratio", .number(String(draws.below(100)) + "." + String(draws.below(10)) + "e-1")))
    if draws.below(3) > 0 { members.append(("note", .string("n\(draws.below(3))"))) }
    let record = EngineDriver.Record(
      topic: isOrder ? "orders.v1" : "payments.v1", partition: Int32(draws.below(2)),
      timestamp: EventTime(microseconds: Self.start.microseconds + Int64(microseconds)),
      value: Array(JSONValue.object(members).compact.utf8))
    add(record)
    if draws.below(12) == 0 {
      // The retry of a producer, in the other partition.
      var retry = record
      retry.partition = 1 - record.partition
      add(retry)
    }
  }

  private mutating func add(_ record: EngineDriver.Record) {
    events[(record.topic == "orders.v1" ? 0 : 2) + Int(record.partition)].append(record)
  }

  /// The events in an order of reading: within a partition they stand up to `disorder` seconds out of order, and partitions are read at
  /// their own pace.
  static func order(_ events: [[EngineDriver.Record]], _ draws: inout Draws, disorder: Int) -> [EngineDriver.Record] {
    var queues = events.map { partition -> [EngineDriver.Record] in
      let moved = partition.map { record -> (Int64, EngineDriver.Record) in
        (record.timestamp.microseconds + Int64(draws.below(disorder * 1_000_000 + 1)), record)
      }
      return moved.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)
    }
    var order: [EngineDriver.Record] = []
    while queues.contains(where: { !$0.isEmpty }) {
      let queue = draws.below(4)
      for _ in 0..<min(queues[queue].count, 1 + draws.below(6)) { order.append(queues[queue].removeFirst()) }
    }
    return order
  }
}

/// Rules of every form that the engine evaluates.
enum EveryForm {
  static let program: CheckedProgram = {
    var streams = Hand.streams
    for index in streams.indices { streams[index].lateness = .seconds(20) }
    let pair = Hand.pattern([Hand.captured, Hand.declined])
    let text: ([MessagePart]) -> CheckedNotes = { Hand.notes($0, exposure: Hand.typed(.field("total"), .decimal)) }
    let window: (String, CheckedExpression, [WindowFunction], [EventPattern]) -> CheckedRule = { name, when, functions, patterns in
      Hand.rule(
        name, patterns, .limit(.sliding(.fixed(.seconds(60)))), when: when, functions: functions,
        notes: Hand.notes(functions.indices.map { .expression(Hand.aggregate($0)) }))
    }
    let rules = [
      Hand.rule(
        "a_condition", [Hand.pattern([Hand.placed])], .condition, when: .call(">", .field("n"), Expression.int(2)),
        notes: text([.expression(.field("n"))])),
      Hand.rule(
        "b_unpaid", [Hand.pattern([Hand.placed]), Hand.pattern([Hand.captured], as: .expect), Hand.pattern([Hand.cancelled], as: .unless)],
        Hand.obligation(within: .seconds(40), excuse: 2), notes: text([.expression(.field("order_id"))])),
      Hand.rule(
        "c_silent", [pair, Hand.pattern([Hand.captured, Hand.declined], as: .expect)], Hand.obligation(within: .seconds(30)),
        notes: Hand.notes(remember: .seconds(100))),
      Hand.rule(
        "d_before",
        [
          Hand.pattern([Hand.captured]),
          Hand.pattern([Hand.placed, Hand.captured], as: .expect, where: .call("==", .field("n", of: 1), .field("n"))),
        ],
        Hand.obligation(.before, within: .seconds(50)), notes: text([.text("x")])),
      Hand.rule(
        "e_around",
        [
          Hand.pattern([Hand.declined], where: .call(">", .field("n"), Expression.int(0))), Hand.pattern([Hand.declined], as: .expect),
        ], Hand.obligation(.around, within: .seconds(5)), notes: text([.text("x")])),
      window(
        "f_burst", .call(">=", Hand.aggregate(0), Expression.int(3)),
        [Hand.function(.count), Hand.function(.distinct, "note", .string), Hand.function(.first, "n"), Hand.function(.last, "n")], [pair]),
      window("g_few", .call("<", Hand.aggregate(0), Expression.int(2)), [Hand.function(.count)], [pair]),
      window(
        "h_sums", .call("<", Hand.aggregate(0, .decimal), Expression.decimal("3.5")),
        [
          Hand.function(.sum, "total", .decimal), Hand.function(.avg, "total", .decimal), Hand.function(.min, "n"),
          Hand.function(.max, "ratio", .double),
          Hand.function(.sum, "ratio", .double),
        ], [pair]),
      window(
        "i_two", .or(.call(">", Hand.aggregate(0), Hand.aggregate(1)), .call(">", Hand.aggregate(2), Expression.int(4))),
        [Hand.function(.count, "n", of: 0), Hand.function(.count, "n", of: 1), Hand.function(.sum, "n", of: 1)],
        [
          Hand.pattern([Hand.cancelled]),
          Hand.pattern([Hand.placed, Hand.cancelled], where: .call(">", .field("n", of: 1), Expression.int(0))),
        ]),
      Hand.rule(
        "j_kpi", [pair],
        .kpi(Measure(window: .tumbling(.seconds(60)), expression: .list((0..<4).map { Hand.aggregate($0) }), emitEvery: .seconds(7))),
        functions: [
          Hand.function(.count), Hand.function(.sum, "total", .decimal), Hand.function(.sum, "ratio", .double),
          Hand.function(.distinct, "n"),
        ]),
      Hand.rule(
        "k_all", [pair], .kpi(Measure(window: .tumbling(.seconds(300)), expression: Hand.aggregate(0), emitEvery: nil)),
        functions: [Hand.function(.first, "total", .decimal)],
        isKeyed: false),
      kpi("l_hopping", .hopping(.seconds(60), every: .seconds(20)), emit: .seconds(5), fill: .seconds(90)),
      kpi("m_sessions", .session(gap: .seconds(10), max: .seconds(25)), emit: .seconds(3)),
      kpi("n_hours", .calendar(unit: .hour, zone: "Europe/Dublin"), fill: .seconds(4_000)),
      ended("o_many", .call(">=", Hand.aggregate(0), Expression.int(3)), .tumbling(.seconds(10))),
      ended("p_few", .call("<", Hand.aggregate(0), Expression.int(3)), .tumbling(.seconds(15))),
      ended("q_hour", .call(">", Hand.aggregate(0), Hand.aggregate(1)), .calendar(unit: .hour, zone: "Europe/Dublin")),
      target("r_less", "<", Expression.int(3), fill: .seconds(25), .tumbling(.seconds(10))),
      target("s_more", ">=", MatchTargetTests.ago(.seconds(20)), fill: .seconds(45), .hopping(.seconds(20), every: .seconds(10))),
      target("t_session", "<=", Expression.int(4), .session(gap: .seconds(8), max: .seconds(30))),
      Hand.lifecycle(
        "u_life",
        [
          ("placed", [Hand.placed], [1, 2], .seconds(40), ["start"]), ("paid", [Hand.captured], [1, 3], nil, ["end"]),
          ("cancelled", [Hand.cancelled], [0], nil, ["end"]), ("failed", [Hand.declined], [1, 3], .seconds(25), []),
        ],
        retain: .seconds(150), notes: Hand.notes(Hand.transition, remember: .seconds(100))),
    ]
    return Fixture.program(streams, rules)
  }()

  private static func ended(_ name: String, _ when: CheckedExpression, _ window: Window) -> CheckedRule {
    Hand.rule(
      name, [Hand.pattern([Hand.placed, Hand.captured, Hand.declined])], .limit(window), when: when,
      functions: [Hand.function(.count), Hand.function(.distinct, "total", .decimal)], notes: Hand.notes([.expression(Hand.aggregate(0))]))
  }

  private static func target(_ name: String, _ sign: String, _ bound: CheckedExpression, fill: Duration? = nil, _ window: Window)
    -> CheckedRule
  {
    Hand.rule(
      name, [Hand.pattern([Hand.placed, Hand.captured, Hand.declined])],
      .kpi(MatchTargetTests.measure(sign, bound, fill: fill, window: window)), functions: [Hand.function(.count)],
      notes: Hand.notes([.expression(Hand.aggregate(0))], remember: .seconds(100)))
  }

  private static func kpi(_ name: String, _ window: Window, emit: Duration? = nil, fill: Duration? = nil) -> CheckedRule {
    var percentile = Hand.function(.percentile, "ratio", .double)
    percentile.rank = 75
    let measure = Measure(window: window, expression: .list((0..<4).map { Hand.aggregate($0) }), emitEvery: emit, fill: fill)
    return Hand.rule(
      name, [Hand.pattern([Hand.placed, Hand.cancelled])], .kpi(measure),
      functions: [Hand.function(.count), Hand.function(.sum, "ratio", .double), percentile, Hand.function(.distinct, "total", .decimal)])
  }
}

@Suite("Sameness")
struct MatchPropertyTests {
  /// A batch of records, then perhaps a proof of all partitions.
  struct Batch {
    var records: [EngineDriver.Record]
    var proof: EventTime?
  }

  static func batches(_ order: [EngineDriver.Record], _ draws: inout Draws) -> [Batch] {
    var (batches, rest) = ([Batch](), order[...])
    while !rest.isEmpty {
      let count = min(rest.count, draws.below(9) == 0 ? 40 : 1 + draws.below(6))
      batches.append(Batch(records: Array(rest.prefix(count))))
      rest = rest.dropFirst(count)
    }
    // All is read: the clocks go on, in steps, far enough that everything is decided and most is forgotten.
    let end = order.map(\.timestamp.microseconds).max() ?? 0
    for step in [20, 40, 60, 61, 75, 100, 130, 160, 200, 400, 1_000, 3_800] {
      batches.append(Batch(records: [], proof: EventTime(microseconds: end + Int64(step) * 1_000_000)))
    }
    return batches
  }

  /// What stands: of each violation that is not withdrawn what it says, and the final values.
  static func standing(_ outputs: [OutputRecord]) -> [String] {
    var last: [String: String] = [:]
    for output in outputs where output.topic == .violations || output.topic == .kpis {
      guard let value = output.value, case .object(let members)? = try? JSONValue.parse(value) else { continue }
      let json = JSONValue.object(members)
      let unstable: Set<String> = ["revision", "clock", "replaces"]
      let key = json["id"]?.text ?? output.key.map { String(decoding: $0, as: UTF8.self) } ?? ""
      if json["kpi"] != nil, json["final"] != .bool(true) { continue }
      let rest = members.filter { !unstable.contains($0.key) }.map { name, value in
        // Where an event was read depends on who wrote first.
        (key: name, value: name == "evidence" ? .array((value.elements ?? []).compactMap { $0["id"] }) : value)
      }
      last[key] = json["state"] == .string("withdrawn") ? nil : JSONValue.object(rest).compact
    }
    return last.values.sorted()
  }

  static let seeds = 0..<10

  @Test("an engine that is restarted at any commit says the same, revision by revision", arguments: seeds)
  func restarts(seed: Int) {
    var world = RandomWorld(seed: seed)
    let order = RandomWorld.order(world.events, &world.draws, disorder: 8)
    let batches = Self.batches(order, &world.draws)
    let straight = EngineDriver(EveryForm.program, partitions: RandomWorld.partitions)
    let restarted = EngineDriver(EveryForm.program, partitions: RandomWorld.partitions)
    for batch in batches {
      for driver in [straight, restarted] { driver.read(batch.records, provenAt: batch.proof) }
      guard world.draws.below(3) > 0 else { continue }
      let expected = straight.commit().map(OutputLine.text)
      #expect(restarted.commit().map(OutputLine.text) == expected)
      // A proof that decided nothing is not committed: a restart would ask for it again.
      if batch.proof == nil || !expected.isEmpty { restarted.restart() }
    }
    #expect(restarted.commit().map(OutputLine.text) == straight.commit().map(OutputLine.text))
  }

  @Test("any order of reading within the disorder, in any batches, leaves the same standing", arguments: seeds)
  func orders(seed: Int) {
    var world = RandomWorld(seed: seed)
    var results: [[String]] = []
    for attempt in 0..<3 {
      let order = RandomWorld.order(world.events, &world.draws, disorder: attempt == 0 ? 0 : 20)
      let driver = EngineDriver(EveryForm.program, partitions: RandomWorld.partitions)
      for batch in Self.batches(order, &world.draws) {
        driver.read(batch.records, provenAt: batch.proof)
        driver.commit()
        if attempt == 2, batch.proof == nil, world.draws.below(5) == 0 { driver.restart() }
      }
      #expect(!driver.outputs.contains { $0.topic == .late || $0.topic == .deadLetters })
      results.append(Self.standing(driver.outputs))
    }
    for result in results.dropFirst() {
      let (missing, extra) = (Set(results[0]).subtracting(result).sorted(), Set(result).subtracting(results[0]).sorted())
      #expect(missing == [])
      #expect(extra == [])
    }
    #expect(!results[0].isEmpty)
  }

  @Test("every form says something in some of the worlds")
  func coverage() {
    var said: Set<String> = []
    for seed in Self.seeds {
      var world = RandomWorld(seed: seed)
      let driver = EngineDriver(EveryForm.program, partitions: RandomWorld.partitions)
      for batch in Self.batches(RandomWorld.order(world.events, &world.draws, disorder: 20), &world.draws) {
        driver.read(batch.records, provenAt: batch.proof)
        driver.commit()
      }
      for (rule, counts) in driver.engine.counters.rules {
        if counts.open > 0 { said.insert("\(rule) open") }
        if counts.resolved > 0 { said.insert("\(rule) resolved") }
        if counts.withdrawn > 0 { said.insert("\(rule) withdrawn") }
        if counts.values > 0 { said.insert("\(rule) value") }
        if counts.duplicates > 0 { said.insert("\(rule) duplicate") }
        for reason in counts.undetermined.keys { said.insert("\(rule) undetermined \(reason)") }
      }
      // At the end nothing is remembered but what waits for its `remember`.
      for footprint in driver.engine.footprints where !["g_few", "h_sums", "n_hours", "q_hour"].contains(footprint.rule) {
        #expect(footprint.keys == 0, "\(footprint.rule)")
      }
    }
    for rule in ["a_condition", "b_unpaid", "c_silent", "d_before", "e_around", "f_burst", "g_few", "h_sums", "i_two"] {
      #expect(said.contains("\(rule) open"), "\(rule)")
    }
    for what in [
      "b_unpaid resolved", "c_silent resolved", "f_burst resolved", "f_burst withdrawn", "j_kpi value", "k_all value",
      "l_hopping value", "m_sessions value", "n_hours value", "o_many open", "o_many resolved", "o_many withdrawn", "p_few open",
      "p_few resolved", "q_hour open", "r_less open", "r_less resolved", "s_more open", "s_more resolved", "s_more undetermined history",
      "t_session open", "t_session resolved",
      "u_life.illegal_transition open", "u_life.illegal_transition undetermined no history", "u_life.overdue open",
      "u_life.overdue resolved", "f_burst duplicate", "a_condition undetermined error", "d_before undetermined error",
    ] {
      #expect(said.contains(what), "\(what) of \(said.sorted())")
    }
  }
}
