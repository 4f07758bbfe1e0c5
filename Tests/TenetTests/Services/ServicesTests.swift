import Commerce
import EventModel
import Foundation
import StreamRuntime
import TestKit
import Testing

/// The services of docker-compose.yml as processes on two real Kafkas.
@Suite(
  "The services", .enabled(if: TestCluster.twoAreWanted, Comment(rawValue: TestCluster.whyNotTwo)), .onOwnThreads, .timeLimit(.minutes(8)))
struct ServicesTests {
  private static let regions = ["us": "us-east-1", "eu": "eu-west-1"]

  @Test(
    "two regions run by their own commands: violations reach both feeds, what watches them finds what it asks for, all end when told to")
  func twoRegions() async throws {
    try await onThread {
      let clusters = ["us": try TestCluster.shared, "eu": try TestCluster.peer]
      let services = try LocalServices(
        brokers: Dictionary(uniqueKeysWithValues: clusters.map { ("kafka-\($0):9092", $1.bootstrap) }))
      defer { services.remove() }
      let isShop = { (service: ComposeFile.Service) in service.name.hasPrefix("shop") }
      try services.start { !isShop($0) }
      for (short, cluster) in clusters { try Self.sell(in: short, cluster) }
      try services.start(where: isShop)
      let kinds = ["run", "feed", "relay"]
      #expect(Set(services.running.keys) == Set((kinds + ["shop"]).flatMap { kind in Self.regions.keys.map { "\(kind)-\($0)" } }))
      let names = services.running.keys.filter { !$0.hasPrefix("shop") }.sorted()
      let ports = Dictionary(uniqueKeysWithValues: try names.map { ($0, try services.port(of: $0)) })

      for short in Self.regions.keys { try Self.checkFeed(short, ports) }
      for (name, port) in ports {
        for path in ["/livez", "/readyz", "/startupz"] {
          let answer = try HTTPConnection.get(path, port: port)
          #expect(answer.status == 200, "\(name)\(path): \(answer.text)\n\(services.running[name]?.said ?? "")")
        }
      }
      try Self.checkWatching(services.compose, ports)
      for name in names { Self.checkLog(try #require(services.running[name]), of: name) }
      for (name, process) in services.running.sorted(by: { $0.key < $1.key }) {
        let (code, after) = try process.terminate()
        #expect(code == 0, "\(name): \(process.said)")
        // What orchestrators give a process before they kill it.
        #expect(after < .seconds(30), "\(name) took \(after): \(process.said)")
        if name.hasPrefix("shop") { #expect(process.error.toEnd().last?.contains(/^[1-9]\d* records/) == true, "\(process.said)") }
      }
    }
  }

  /// Some hours of another shop: in what the services' own shops do in a few seconds nothing may go wrong.
  private static func sell(in short: String, _ cluster: TestCluster) throws {
    let now = EventTime(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    var options = ShopOptions(
      seed: 7, region: try #require(regions[short]), opening: now.advanced(byMicroseconds: -7_200_000_000), traffic: .steady(0.2))
    options.faults = 8
    var shop = Shop(options)
    var records: [ProducedRecord] = []
    shop.advance(to: now) {
      records.append(ProducedRecord(topic: $0.topic, partition: nil, key: $0.key, value: $0.value, timestamp: $0.published))
    }
    try cluster.write(records)
  }

  /// A region's feed has what its own rules found, and by the relay what the other's found; each record as the other has it.
  private static func checkFeed(_ short: String, _ ports: [String: UInt16]) throws {
    let port = try #require(ports["feed-\(short)"])
    try wait("feed-\(short)", port, for: "a violation of each region", of: Set(regions.values)) { $0["region"]?.text }
    for (other, region) in regions {
      let list = try JSONValue.parse(try HTTPConnection.get("/api/v1/violations?region=\(region)&limit=500", port: port).body)
      let violations = try #require(list["items"]?.elements)
      #expect(violations.allSatisfy { $0["region"]?.text == region })
      let one = try #require(violations.last)
      let id = try #require(one["id"]?.text)
      let homePort = try #require(ports["feed-\(other)"])
      // The relay may have been quicker than the feed at home.
      try wait("feed-\(other)", homePort, for: "a violation that the other region has", of: [id]) { $0["id"]?.text }
      let home = try JSONValue.parse(try HTTPConnection.get("/api/v1/violations/\(id)", port: homePort).body)
      for member in ["rule", "key", "at", "evidence"] { #expect(home[member] == one[member], "\(id)") }
    }
  }

  /// Reads a feed's stream of violations until each of `values` has come as what `member` reads.
  private static func wait(
    _ name: String, _ port: UInt16, for what: String, of values: Set<String>, member: (JSONValue) -> String?
  ) throws {
    // The id of another history: all that is known is sent, then what comes.
    let stream = try EventSource("/api/v1/stream", port: port, lastEventID: "none-0")
    var missing = values
    let deadline = ContinuousClock.now + .seconds(120)
    while !missing.isEmpty {
      try #require(ContinuousClock.now < deadline, "\(name) does not show \(what): \(missing)")
      let event = try #require(try stream.next(), "\(name) ended its stream")
      guard event.name == "violation", let value = member(try JSONValue.parse(Array(event.data.utf8))) else { continue }
      missing.remove(value)
    }
  }

  /// Prometheus' targets answer, what dashboard and alerts ask for is exposed, and the documentation names all that is.
  private static func checkWatching(_ compose: ComposeFile, _ ports: [String: UInt16]) throws {
    let targets = try WatchFiles.targets()
    #expect(Set(targets.map(\.host)) == Set(ports.keys), "Prometheus scrapes every service")
    var exposed: [Exposition] = []
    for target in targets {
      let service = try #require(compose[target.host])
      let mount = try #require(service.mounts.first { $0.target == "/etc/tenet/tenet.yaml" })
      let configuration = try YAMLDocument.read(try ComposeFile.text(mount.source))
      #expect(target.labels["region"] == configuration["region"]?.text, "\(target.host)")
      #expect(target.job == service.command.first, "\(target.host)")
      let listen = configuration[target.job == "feed" ? "feed" : "metrics"]?["listen"]?.text
      #expect(listen == "0.0.0.0:\(target.port)", "\(target.host) listens where Prometheus asks")
      exposed.append(try Exposition(try HTTPConnection.get("/metrics", port: try #require(ports[target.host])).text))
    }
    for feed in compose.tenet where feed.command.first == "feed" { #expect(feed.ports == [8080]) }
    #expect(try WatchFiles.unanswered(by: exposed, targets: targets) == [])
    let page = try ComposeFile.text("Documentation/Operators/metrics.md")
    let documented = Set(page.matches(of: /`((?:tenet|process)_[a-z_]*[a-z])/).map { String($0.1) })
    #expect(documented == Set(exposed.flatMap(\.types.keys)), "Documentation/Operators/metrics.md names what is exposed")
  }

  /// Each line is an object that says when, how bad, what, and of whom.
  private static func checkLog(_ process: TenetProcess, of name: String) {
    for line in process.error.all {
      let json = try? JSONValue.parse(Array(line.utf8))
      for member in ["time", "level", "message", "application", "region", "verb"] {
        #expect(json?[member]?.text != nil, "\(name): \(line)")
      }
      #expect(json?["level"]?.text != "error", "\(name): \(line)")
    }
  }
}
