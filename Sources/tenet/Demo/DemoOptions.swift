internal import EventModel
internal import HTTPServing

/// How a demo is run.
struct DemoOptions: Sendable {
  var region = "eu-west-1"
  var seed: UInt64 = 1
  /// Events a second while the sale is on.
  var rate = 500
  /// nil: until it is ended by hand.
  var duration: Duration?
  /// A line a violation instead of the screen.
  var isPlain = false
  var wantsJSON = false
  var isColored = false
  /// Brokers; nil: a cluster within the process.
  var kafka: String?
  /// Where the feed listens.
  var feed = ListenAddress(host: "127.0.0.1", port: 8080)
  /// Take a free port where that one is taken.
  var orFreePort = true

  /// How much past the shop has when the demo begins: longer than the longest promise of the rules.
  static let past = Duration.seconds(5 * 3_600)
  /// Events a second in that past.
  static let quietRate = 0.7

  static let all = [
    Option("for", "DURATION", "end after so long", standard: "until q or ctrl-C"),
    Option("rate", "N", "events a second", standard: "500"),
    Option("seed", "N", "what happens in the shop follows from it", standard: "1; with --load the time"),
    Option("region", "REGION", "where the shop is: its customers, currencies and warehouses", standard: "eu-west-1"),
    Option("plain", nil, "no screen: a line a violation, and the summary"),
    Option("kafka", "BROKERS", "a Kafka of your own, in which the shop's topics are empty", standard: "one within the process"),
    Option("load", nil, "the shop alone, into the topics of --kafka: nothing is evaluated"),
    Option("feed", "ADDRESS", "where the page is served", standard: "127.0.0.1:8080, or a free port if that is taken"),
    Option("rules", "PATH", "rule files", standard: "rules.path of tenet.yaml, else Rules"),
    Option("schemas", "DIR", "JSON Schemas", standard: "schemas of tenet.yaml, else Schemas"),
    Option("config", "FILE", "the configuration", standard: "tenet.yaml if there is one"),
    .format("text", "json"),
  ]

  init(_ invocation: Invocation, now: EventTime) throws(CallMistake) {
    region = invocation["region"] ?? region
    rate = try invocation.whole("rate", in: 1...200_000) ?? rate
    duration = try invocation.duration("for")
    kafka = invocation["kafka"]
    if let seed = try invocation.whole("seed", in: 0...Int.max) {
      self.seed = UInt64(seed)
    } else if invocation.isSet("load") {
      seed = UInt64(bitPattern: now.microseconds)
    }
    wantsJSON = invocation.wantsJSON
    isPlain = invocation.isSet("plain") || wantsJSON || !invocation.console.outIsTerminal
    isColored = tenet.isColored(invocation.color, isTerminal: invocation.console.outIsTerminal)
    if let text = invocation["feed"] {
      guard let address = ListenAddress(text) else {
        throw CallMistake("`--feed \(text)` is no address", help: "host and port, as in `127.0.0.1:8080`")
      }
      (feed, orFreePort) = (address, false)
    }
    if invocation.isSet("load"), kafka == nil { throw CallMistake("`--load` wants `--kafka BROKERS`") }
  }
}
