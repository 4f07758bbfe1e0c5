internal import Commerce
internal import Dispatch
internal import EventModel
internal import KafkaIO
internal import StreamRuntime

/// The shop alone, as a load on a Kafka.
struct LoadRun {
  private let options: DemoOptions
  private let console: Console
  private let clock = SystemClock()

  init(_ options: DemoOptions, _ console: Console) { (self.options, self.console) = (options, console) }

  func run() throws -> ExitCode {
    let end = EndRequest()
    let ended = DispatchSemaphore(value: 0)
    do {
      let cluster = try KafkaCluster(properties: ["bootstrap.servers": options.kafka ?? ""], application: "tenet-shop")
      // Without them its records would wait, and be lost in the end.
      _ = try Clusters.partitionCounts(of: Shop.topics, on: cluster)
      let floor = ShopFloor(
        ShopOptions(seed: options.seed, region: options.region, opening: clock.now, traffic: .steady(Double(options.rate))),
        producer: try cluster.producer(), clock: clock
      ) { _ in }
      let begin = clock.uptime
      var told = begin
      end.whenMade { ended.signal() }
      while options.duration.map({ clock.uptime - begin < $0 }) ?? true {
        try floor.publish()
        if clock.uptime - told >= .seconds(10) {
          told = clock.uptime
          console.note("\(floor.counts.records) records, \(floor.counts.orders) orders\n")
        }
        if ended.wait(timeout: .now() + .milliseconds(20)) == .success { break }
      }
      try floor.close()
      console.note("\(floor.counts.records) records, \(floor.counts.orders) orders\n")
      return .good
    } catch let fault as KafkaPropertyFault {
      throw CallMistake(fault.description)
    } catch let fault as KafkaFault {
      throw EnvironmentFault(fault, "the shop cannot publish")
    }
  }
}
