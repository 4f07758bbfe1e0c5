import HTTPServing
import Synchronization
import Telemetry
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct HealthTests {
  @Test("live, ready and started follow the parts, and say why")
  func conditions() throws {
    let health = Health(["kafka", "history"])
    let server = try TestServer(health.routes)
    func statuses() throws -> [Int] { try ["/livez", "/readyz", "/startupz"].map { try server.get($0).status } }

    #expect(try statuses() == [200, 503, 503])
    health.report("history", .ready)
    health.report("kafka", .starting(#"reading "x" to its end"#))
    #expect(
      try server.get("/readyz").text
        == #"{"status":"unavailable","parts":[{"name":"kafka","status":"starting","reason":"reading \"x\" to its end"},{"name":"history","status":"ready"}]}"#
    )
    health.report("kafka", .ready)
    #expect(try statuses() == [200, 200, 200])
    #expect(health.isReady)
    health.report("kafka", .waiting("no broker answers"))
    #expect(try statuses() == [200, 503, 200])
    health.report("kafka", .failed("fenced"))
    #expect(try statuses() == [503, 503, 200])
    #expect(health.condition(of: "kafka") == .failed("fenced"))
  }

  @Test("the log is told when all parts are ready, and which one no longer is")
  func told() {
    let lines = Mutex<[String]>([])
    let log = Logger(
      to: LogSink { line in lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }, now: { 1_767_614_400_000_000 })
    let health = Health(["kafka", "history"], log: log)
    health.report("kafka", .ready)
    health.report("history", .ready)
    health.report("history", .ready)
    health.report("kafka", .waiting("no broker answers"))
    health.report("history", .waiting("locked"))
    health.report("history", .ready)
    health.report("kafka", .ready)
    let time = "time=2026-01-05T12:00:00.000Z"
    #expect(
      lines.withLock { $0 } == [
        "\(time) level=info message=ready\n",
        "\(time) level=warning message=\"no longer ready\" part=kafka reason=\"no broker answers\"\n",
        "\(time) level=info message=ready\n",
      ])
  }
}
