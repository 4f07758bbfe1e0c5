import Diagnostics
import EventModel
import Glibc
import RuleEngine
import RuleLanguage

/// What it costs to read an event: bytes → fields in columns → stateless conditions. One thread, no Kafka; rules that seldom hold, so that
/// publishing does not count.
enum ReadBenchmark {
  static func run() {
    print("reading: nanoseconds an event, one core, the best of five runs")
    let orders = Orders(count: 50_000)
    for (name, rules) in [("no rule: kind, key, time, id", 0), ("10 stateless rules", 10), ("100 stateless rules", 100)] {
      let best = (0..<5).map { _ in measure(orders, program: program(rules: rules)) }.min() ?? 0
      print("  \(name): \(Int(best)) (\(orders.bytes / orders.count) bytes an event)")
    }
  }

  /// Nanoseconds an event.
  private static func measure(_ orders: Orders, program: CheckedProgram) -> Double {
    let engine = Engine(program: program, options: .init(region: "us-east-1", slots: 1))
    engine.load(slot: 0, [])
    let source = engine.attach(Source(topic: "orders.v1", partition: 0))
    engine.start(source, at: 0)
    let start = cpuTime()
    var begin = 0
    while begin < orders.count {
      let end = min(begin + 1024, orders.count)
      engine.apply((begin..<end).map { orders.record($0, source: source) })
      begin = end
    }
    let spent = cpuTime() - start
    precondition(engine.drain().slots.allSatisfy { $0.outputs.isEmpty }, "the rules of the benchmark do not hold")
    return spent / Double(orders.count)
  }

  private static func cpuTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
  }

  private static let nowhere = SourceSpan(file: "benchmark.tenet", range: 0..<0)
  private static func path(_ steps: String...) -> FieldPath { FieldPath(steps) }
  private static func field(_ name: String, _ type: FieldType) -> Field { Field(name: name, type: type, isRequired: true) }

  /// `orders`, and rules that compare its fields, each with another constant.
  private static func program(rules: Int) -> CheckedProgram {
    let text = FieldType.string(allowed: nil)
    let money = FieldType.decimal(minimum: .zero, minorUnits: false, currency: nil)
    let object = ObjectType(fields: [
      field("event_id", text), field("type", text), field("occurred_at", .timestamp), field("order_id", text), field("currency", text),
      field("total", money), field("tax", money), field("items", .integer(minimum: 0, maximum: nil)), field("gift", .bool),
      field("channel", text), field("ship_to", .object(ObjectType(fields: [field("country", text)]))),
    ])
    let kinds = ["placed", "amended", "cancelled"]
    let schema = EventSchema(file: "order.json", kinds: kinds.map { KindSchema(name: $0, fields: object) }, canonical: [])
    let stream = CheckedStream(
      name: "orders", topic: "orders.v1", schema: schema, kind: path("type"), kinds: kinds, key: [path("order_id")],
      time: path("occurred_at"),
      id: path("event_id"), idSpan: .seconds(3600), partitioner: nil, disorder: .seconds(5), delay: .seconds(30), skew: .zero,
      lateness: .seconds(5), span: nowhere)
    return CheckedProgram(streams: [stream], params: [], rules: (0..<rules).map(rule), fingerprint: "sha256:benchmark")
  }

  private static func rule(_ number: Int) -> CheckedRule {
    let paths = [path("ship_to", "country"), path("total"), path("tax"), path("items"), path("currency"), path("gift"), path("channel")]
    func read(_ path: FieldPath, _ type: ValueType) -> CheckedExpression { .init(.field(pattern: 0, path), type: type, span: nowhere) }
    func literal(_ value: Value, _ type: ValueType) -> CheckedExpression { .init(.literal(value), type: type, span: nowhere) }
    func call(_ name: String, _ a: CheckedExpression, _ b: CheckedExpression) -> CheckedExpression {
      let function = Function(name: name) { _ throws(EvaluationError) in preconditionFailure("the benchmark's comparisons run over columns")
      }
      return .init(.call(function, [a, b]), type: .bool, span: nowhere)
    }
    func both(_ a: CheckedExpression, _ b: CheckedExpression) -> CheckedExpression { .init(.and(a, b), type: .bool, span: nowhere) }
    let limit = literal(.decimal(ExactDecimal(coefficient: Int128(1_000_000 + number), scale: 2)), .decimal)
    let condition =
      switch number % 5 {
      case 0:
        both(
          call("@in", read(paths[0], .string), literal(.list([.string("KP"), .string("X\(number)")]), .list(.string))),
          call("_>_", read(paths[1], .decimal), literal(.int(Int64(number)), .int)))
      case 1: both(call("_>_", read(paths[1], .decimal), limit), call("_==_", read(paths[4], .string), literal(.string("EUR"), .string)))
      case 2: both(call("_>_", read(paths[2], .decimal), read(paths[1], .decimal)), call("_>_", read(paths[1], .decimal), limit))
      case 3: call("_>_", read(paths[3], .int), literal(.int(Int64(1000 + number)), .int))
      default:
        both(
          call("_==_", read(paths[6], .string), literal(.string("partner-\(number)"), .string)),
          call("_>=_", read(paths[1], .decimal), limit))
      }
    let pattern = EventPattern(
      role: .on, alias: "o", kinds: [.init(stream: 0, kind: number % 3), .init(stream: 0, kind: 0)], where: nil, fields: paths,
      span: nowhere)
    let notes = CheckedNotes(
      severities: [(.medium, nil)], owner: nil, runbook: nil, tags: [], mode: .active, scope: .region, remember: .fixed(.seconds(604_800)),
      message: [], exposure: nil, currency: nil, expected: nil, actual: nil, details: [])
    return CheckedRule(
      name: "r\(number)", documentation: nil, patterns: [pattern], key: [], form: .condition, when: condition, aggregates: [], notes: notes,
      span: nowhere)
  }
}

/// Orders as a shop publishes them, one after the other in memory.
private final class Orders {
  let count: Int
  let bytes: Int
  private let memory: UnsafeMutableRawBufferPointer
  private let ends: [Int]

  init(count: Int) {
    self.count = count
    var all: [UInt8] = []
    var ends: [Int] = []
    var random: UInt64 = 42
    func next(_ bound: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % bound
    }
    for number in 0..<count {
      all += Self.text(number, next).utf8
      ends.append(all.count)
    }
    memory = .allocate(byteCount: all.count, alignment: 16)
    memory.copyBytes(from: all)
    (bytes, self.ends) = (all.count, ends)
  }

  deinit { memory.deallocate() }

  private static func text(_ number: Int, _ next: (Int) -> Int) -> String {
    let kind = ["placed", "placed", "placed", "amended", "cancelled"][next(5)]
    let country = ["DE", "FR", "IE", "US", "JP"][next(5)]
    let lines = (0...next(2)).map { _ in
      #"{"sku":"SKU-\#(10_000 + next(9_999))","quantity":\#(1 + next(4)),"price":"\#(1 + next(99)).\#(10 + next(89))"}"#
    }
    let time = "2026-01-05T10:\(10 + number / 1000 % 50):\(10 + number / 20 % 50).\(100 + next(899))Z"
    return #"{"event_id":"\#(1_000_000_000_000 + number)-\#(10_000_000 + next(9_999_999))","type":"\#(kind)","occurred_at":"\#(time)","#
      + #""order_id":"o-\#(number)","currency":"\#(["EUR", "USD", "JPY"][next(3)])","#
      + #""customer":{"id":"c-\#(next(100_000))","name":"Ana María","tier":"gold","email":"user\#(next(10_000))@example.com"},"#
      + #""total":"\#(next(900)).\#(10 + next(89))","tax":\#(next(90)).\#(10 + next(89)),"items":\#(1 + next(9)),"gift":\#(next(9) == 0),"#
      + #""channel":"\#(["web", "ios", "android"][next(3)])","ship_to":{"name":"Ana María","street":"Calle Mayor \#(next(90))","#
      + #""city":"Madrid","country":"\#(country)","postcode":"\#(10_000 + next(89_999))"},"lines":[\#(lines.joined(separator: ","))],"#
      + #""source":"checkout-\#(next(40))","trace_id":"\#(1_000_000_000_000_000 + next(999_999_999))"}"#
  }

  func record(_ number: Int, source: Int) -> SourceRecord {
    let begin = number == 0 ? 0 : ends[number - 1]
    return SourceRecord(
      source: source, offset: Int64(number), timestamp: EventTime(microseconds: 1_767_700_000_000_000), key: nil,
      value: UnsafeRawBufferPointer(rebasing: memory[begin..<ends[number]]))
  }
}
