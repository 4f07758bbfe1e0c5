import KafkaIO
import Testing

@Suite struct PropertyTests {
  private func fault(_ properties: [String: String]) -> KafkaPropertyFault? {
    do {
      _ = try KafkaCluster(properties: properties, application: "shop")
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "an unknown property is refused with the nearest name",
    arguments: [
      ("bootstrap.server", "bootstrap.servers"), ("sasl.mechansim", "sasl.mechanism"), ("socket.timeout", "socket.timeout.ms"),
      ("compresion.codec", "compression.codec"),
    ])
  func unknown(typed: String, meant: String) {
    let refused = fault(["bootstrap.servers": "localhost:9092", typed: "x"])
    #expect(refused?.property == typed)
    #expect(refused?.suggestion == meant)
  }

  @Test("nothing is suggested for what resembles no property")
  func strange() {
    let refused = fault(["bootstrap.servers": "localhost:9092", "colour": "green"])
    #expect(refused?.property == "colour")
    #expect(refused?.suggestion == nil)
  }

  @Test(
    "a value out of range, a property that exactly-once depends on and what is not supported yet are refused by name",
    arguments: [
      ("socket.timeout.ms", "many"), ("enable.auto.commit", "true"), ("isolation.level", "read_uncommitted"), ("transactional.id", "mine"),
      ("sasl.mechanism", "AWS_MSK_IAM"),
    ])
  func refused(name: String, value: String) {
    #expect(fault(["bootstrap.servers": "localhost:9092", name: value])?.property == name)
  }

  @Test("brokers must be named")
  func brokersMissing() {
    #expect(fault(["client.id": "shop"])?.property == "bootstrap.servers")
    #expect(fault(["bootstrap.servers": "localhost:9092"]) == nil)
    #expect(fault(["metadata.broker.list": "localhost:9092"]) == nil)
  }

  @Test("the version is that of the library at hand")
  func version() {
    #expect(KafkaCluster.libraryVersion.split(separator: ".").count >= 3)
  }
}
