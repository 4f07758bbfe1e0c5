import RuleEngine
import RuleLanguage

/// What it costs to evaluate an event: bytes → fields in columns → conditions → windows. One thread, no Kafka.
enum ReadBenchmark {
  static func run() {
    say("reading: nanoseconds of CPU an event, one core, the best of five runs")
    let orders = OrderEvents(count: 50_000)
    for (name, stateless, windows) in [
      ("no rule: kind, key, time, id", 0, 0), ("10 stateless rules", 10, 0), ("100 stateless rules", 100, 0),
      ("10 stateless rules and a window", 10, 1),
    ] {
      let program = Workload.program(stateless: stateless, windows: windows)
      let best = (0..<5).map { _ in measure(orders, program: program) }.min() ?? 0
      say("  \(name): \(Int(best)) (\(orders.bytes / orders.count) bytes an event)")
    }
  }

  /// Nanoseconds an event.
  private static func measure(_ orders: OrderEvents, program: CheckedProgram) -> Double {
    let engine = Engine(program: program, options: .init(region: "us-east-1", slots: 1))
    engine.load(slot: 0)
    let source = engine.attach(Source(topic: Workload.topic, partition: 0))
    engine.start(source, at: 0)
    let start = CPUTime.ofThread
    var begin = 0
    while begin < orders.count {
      let end = min(begin + 1024, orders.count)
      engine.apply((begin..<end).map { orders.record($0, source: source) })
      begin = end
    }
    let spent = CPUTime.ofThread - start
    precondition(!engine.drain().isEmpty, "what was read is to be committed")
    return spent / Double(orders.count)
  }
}
