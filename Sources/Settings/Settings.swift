package import EventModel

/// The configuration of a process, whole and typed.
package struct Settings: Sendable {
  /// The same in all regions: consumer group, prefix of internal topics and of transactional ids.
  package var application = ""
  package var region = ""
  package var instance = ""
  package var rulesPath = ""
  package var rulesFrom = RulesOrigin.files
  package var schemas = ""
  /// Properties of librdkafka by name, secrets filled in.
  package var kafka: [String: String] = [:]
  package var slots = 0
  package var shards = 0
  package var start = StartPoint.latest
  package var maxSkew = Duration.zero
  package var idleMargin = Duration.zero
  package var heartbeat = Duration.zero
  /// Bytes.
  package var maxEvent = 0
  package var stateMemory = 0
  package var prefetchMemory = 0
  package var standbys = Standbys.count(0)
  package var outputPrefix = ""
  package var outputPartitions = 0
  package var outputRetention = Duration.zero
  /// Regions by zone of `x-residency`.
  package var residency: [String: [String]] = [:]
  package var privacyKey: String?
  /// Properties of librdkafka for the cluster of each other region, by region.
  package var peers: [String: [String: String]] = [:]
  package var feedListen = HostAndPort(host: "", port: 0)
  package var feedHistory = ""
  package var metricsListen = HostAndPort(host: "", port: 0)
  /// Where traces go (OTLP over HTTP); nil: nowhere.
  package var tracesEndpoint: String?
  package var logLevel = LogLevel.info
  package var logFormat = LogFormat.logfmt

  package enum RulesOrigin: String, Sendable, CaseIterable { case files, topic }
  package enum LogLevel: String, Sendable, CaseIterable { case debug, info, warning, error }
  package enum LogFormat: String, Sendable, CaseIterable { case logfmt, json }

  /// Where a new application begins to read.
  package enum StartPoint: Hashable, Sendable {
    case earliest, latest
    case time(EventTime)
  }

  /// How many other workers keep a copy of each slot's state.
  package enum Standbys: Hashable, Sendable {
    case count(Int)
    case all
  }
}

/// Where a server listens. Port 0: any free one.
package struct HostAndPort: Hashable, Sendable, CustomStringConvertible {
  package var host: String
  package var port: UInt16

  package init(host: String, port: UInt16) {
    (self.host, self.port) = (host, port)
  }

  /// `127.0.0.1:8080`, `[::1]:8080`, or `:8080` for all interfaces.
  package init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) } else if host.contains(":") { return nil }
    if host.contains(where: \.isWhitespace) { return nil }
    self.init(host: host.isEmpty ? "0.0.0.0" : host, port: port)
  }

  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
