import HTTPServing
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
}
