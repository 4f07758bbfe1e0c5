import EventModel
import Foundation
import RuleEngine

/// What the engine takes of a worker that catches up: ten stateless rules and a window by customer, records of twelve partitions into twelve
/// slots, and every ten thousand events what changed is handed over. One thread, no Kafka.
enum KeyedBenchmark {
  private static let slots = 12
  /// Records of a partition that come one after the other, as many as a fetch brings.
  private static let fetch = 1_800

  static func run() {
    let events = Int(ProcessInfo.processInfo.environment["EVENTS"] ?? "") ?? 600_000
    let orders = OrderEvents(count: events)
    let order = backlog(events)
    let rounds = events < 200_000 ? 1 : 3
    let best = (0..<rounds).map { _ in measure(orders, order) }.min() ?? 0
    say("keyed: \(Int(best)) ns of CPU an event, the best of three runs")
  }

  private struct Read {
    var partition: Int
    var number: Int
    var offset: Int
  }

  /// The order in which a backlog arrives: of one partition after the other a fetch.
  private static func backlog(_ events: Int) -> [Read] {
    var partitions = [[Int]](repeating: [], count: slots)
    for number in 0..<events { partitions[Int((UInt64(number) &* 0x9E37_79B9_7F4A_7C15) >> 40) % slots].append(number) }
    var order: [Read] = []
    var begin = 0
    while order.count < events {
      for (partition, numbers) in partitions.enumerated() {
        let range = min(begin, numbers.count)..<min(begin + fetch, numbers.count)
        order += range.map { Read(partition: partition, number: numbers[$0], offset: $0) }
      }
      begin += fetch
    }
    return order
  }

  /// Nanoseconds an event.
  @inline(never) private static func measure(_ orders: OrderEvents, _ order: [Read]) -> Double {
    let engine = Engine(program: Workload.program(stateless: 10, windows: 1), options: .init(region: "us-east-1", slots: slots))
    for slot in 0..<slots { engine.load(slot: slot) }
    let sources = (0..<slots).map { engine.attach(Source(topic: Workload.topic, partition: Int32($0))) }
    for source in sources { engine.start(source, at: 0) }
    var rows = 0
    let start = CPUTime.ofThread
    for begin in stride(from: 0, to: order.count, by: 1_024) {
      let read = order[begin..<min(begin + 1_024, order.count)]
      engine.apply(read.map { orders.record($0.number, source: sources[$0.partition], offset: $0.offset) })
      if begin % 10_240 == 0 { rows += engine.drain().slots.reduce(0) { $0 + $1.rows.count } }
    }
    let spent = CPUTime.ofThread - start
    precondition(rows > 0, "what was read is to be committed")
    return spent / Double(order.count)
  }
}
