import Diagnostics
import EventModel
import Testing

@testable import Settings

/// Loads a configuration from texts alone.
func load(
  _ text: String?, environment: [String: String] = [:], flags: [(name: String, value: String)] = [], secrets: [String: String] = [:],
  file: String = "tenet.yaml"
) -> SettingsLoader.Outcome {
  SettingsLoader.load(
    file: text.map { .init(name: file, text: $0) }, environment: environment, flags: flags, hostName: "worker-1",
    readFile: { secrets[$0] })
}

func rendered(_ outcome: SettingsLoader.Outcome) -> String { TextRenderer(sources: outcome.sources).render(outcome.diagnostics) }

private let head = "application: shop-rules\nregion: us-east-1\n"

@Suite("Settings come from flags, environment, file and defaults")
struct SettingsLoaderTests {
  @Test("without anything but the two required settings all defaults hold")
  func defaults() throws {
    let settings = try #require(load(head).settings)
    #expect(settings.application == "shop-rules")
    #expect(settings.instance == "worker-1")
    #expect(settings.rulesPath == "Rules")
    #expect(settings.slots == 12)
    #expect(settings.start == .latest)
    #expect(settings.maxSkew == .seconds(300))
    #expect(settings.idleMargin == .seconds(2))
    #expect(settings.heartbeat == .milliseconds(500))
    #expect(settings.maxEvent == 1 << 20)
    #expect(settings.stateMemory == 4 << 30)
    #expect(settings.standbys == .count(0))
    #expect(settings.outputRetention == .seconds(30 * 86_400))
    #expect(settings.feedListen == HostAndPort(host: "127.0.0.1", port: 8080))
    #expect(settings.privacyKey == nil)
    #expect(settings.peers.isEmpty && settings.residency.isEmpty && settings.kafka.isEmpty)
  }

  @Test("every section of a whole file is read")
  func wholeFile() throws {
    let text = """
      application: shop-rules   # the same in all regions
      region: us-east-1
      instance: worker-7
      rules: { path: packs, from: files }
      schemas: /etc/schemas
      kafka:
        bootstrap.servers: localhost:9092
        security.protocol: sasl_ssl
        enable.sparse.connections: false
      slots: 24
      shards: 1
      start: 2026-01-05T10:00:00Z
      max_skew: 1m30s
      max_event: 512KB
      outputs: { prefix: rules, partitions: 8, retention: 1w }
      relay: { peers: { eu-west-1: { bootstrap.servers: "eu:9092", client.id: tenet } } }
      feed: { listen: "[::1]:0", history: /var/feed.sqlite }
      traces: { endpoint: none }
      log: { level: debug, format: json }
      """
    let outcome = load(text, file: "conf/tenet.yaml")
    let settings = try #require(outcome.settings, "\(rendered(outcome))")
    #expect(settings.rulesPath == "conf/packs")
    #expect(settings.rulesFrom == .files)
    #expect(settings.schemas == "/etc/schemas")
    #expect(settings.kafka["enable.sparse.connections"] == "false")
    #expect(settings.start == EventTime(rfc3339: "2026-01-05T10:00:00Z").map { .time($0) })
    #expect(settings.maxSkew == .seconds(90))
    #expect(settings.maxEvent == 512 << 10)
    #expect(settings.peers == ["eu-west-1": ["bootstrap.servers": "eu:9092", "client.id": "tenet"]])
    #expect(settings.feedListen == HostAndPort(host: "::1", port: 0))
    #expect(settings.feedHistory == "/var/feed.sqlite")
    #expect(settings.logLevel == .debug && settings.logFormat == .json)
  }

  @Test("a flag wins over the environment, that over the file, that over the default")
  func precedence() {
    let file = head + "slots: 2\nidle_margin: 1s\nmax_skew: 2m\n"
    let environment = ["TENET_SLOTS": "3", "TENET_IDLE_MARGIN": "3s"]
    let settings = load(file, environment: environment, flags: [("slots", "4"), ("slots", "5")]).settings
    #expect(settings?.slots == 5)
    #expect(settings?.idleMargin == .seconds(3))
    #expect(settings?.maxSkew == .seconds(120))
    #expect(settings?.heartbeat == .milliseconds(500))
  }

  @Test("memory is shared out as the file says")
  func memory() {
    let settings = load(head + "memory: { state: 1GB, prefetch: 64MB }\n").settings
    #expect(settings?.stateMemory == 1 << 30)
    #expect(settings?.prefetchMemory == 64 << 20)
  }

  @Test("Kafka's properties are also options and variables")
  func kafkaEverywhere() {
    let file = head + "kafka: { bootstrap.servers: \"a:1\", client.id: one }\n"
    let environment = ["TENET_KAFKA_BOOTSTRAP_SERVERS": "b:2"]
    let settings = load(file, environment: environment, flags: [("kafka.client.id", "two")]).settings
    #expect(settings?.kafka == ["bootstrap.servers": "b:2", "client.id": "two"])
  }

  @Test("secrets come from variables and from files, relative to the configuration")
  func secrets() throws {
    let text =
      head + """
        kafka: { sasl.username: "${USER_NAME}", sasl.password: "file:secrets/kafka", ssl.ca.location: ca.pem, log.queue: "a$$b" }
        relay: { peers: { eu: { bootstrap.servers: "x:1", sasl.password: "file:/run/key" } } }
        """
    let outcome = load(
      text, environment: ["USER_NAME": "shop"], secrets: ["conf/secrets/kafka": "p:ss\n", "/run/key": "k"], file: "conf/tenet.yaml")
    let settings = try #require(outcome.settings, "\(rendered(outcome))")
    #expect(
      settings.kafka == ["sasl.username": "shop", "sasl.password": "p:ss", "ssl.ca.location": "conf/ca.pem", "log.queue": "a$b"])
    #expect(settings.peers["eu"]?["sasl.password"] == "k")
  }

  @Test("a mistake shows its place in the file, and the nearest name")
  func unknownInFile() {
    let outcome = load(head + "memory: { stat: 4GB }\n")
    #expect(outcome.settings == nil)
    #expect(
      rendered(outcome) == """
        error[TN0902]: `memory.stat` is no setting
          --> tenet.yaml:3:11
           |
         3 | memory: { stat: 4GB }
           |           ^^^^
           = help: did you mean `memory.state`?

        """)
  }

  @Test("a value given as an option is shown where it is wrong, a secret never is")
  func wrongOption() {
    let outcome = load(head, flags: [("max_skew", "5 min"), ("kafak.sasl.password", "hunter2")])
    let text = rendered(outcome)
    #expect(text.contains("error[TN0903]: `max_skew`: `5 min` is no duration\n  --> --max_skew:1:1"))
    #expect(text.contains("`kafak.sasl.password` is no setting"))
    #expect(!text.contains("hunter2"))
  }

  @Test("all mistakes are told, not the first")
  func allOfThem() {
    let outcome = load(
      "application: a b\nslots: many\nslots: 3\nfeed: 8080\nlog: { level: chatty }\nstart:\n", environment: ["TENET_SLOT": "3"])
    #expect(Set(outcome.diagnostics.map(\.code.number)) == [902, 903, 904, 905])
    #expect(outcome.diagnostics.count == 8, "\(rendered(outcome))")
  }

  @Test("variables of others that begin alike are left alone")
  func foreignVariables() {
    let environment = ["TENET_PORT_8080_TCP_ADDR": "10.0.0.1", "TENET_FEED_SERVICE_HOST": "10.0.0.2"]
    #expect(load(head, environment: environment).settings != nil)
  }

  @Test("relay.peers is read from the file alone")
  func peersOnlyInFile() {
    let outcome = load(head, flags: [("relay.peers.eu-west-1.bootstrap.servers", "x:1")])
    #expect(outcome.diagnostics.map(\.code) == [SettingsCode.onlyInFile.code])
  }

  @Test("an empty file is no mistake of its own", arguments: ["", "# nothing\n", "---\n"])
  func emptyFile(_ text: String) {
    let outcome = load(text, flags: [("application", "a"), ("region", "r")])
    #expect(outcome.settings != nil, "\(rendered(outcome))")
  }

  @Test("places in a file count characters, whatever their width")
  func placesInUTF8() {
    let outcome = load(head + "kafka: { client.id: \"käse 🧀\", client.rack: &x b }\n")
    #expect(rendered(outcome).contains("tenet.yaml:3:44"), "\(rendered(outcome))")
  }
}
