import EventModel

/// Records as the engine publishes them.
enum Records {
  static func violation(
    _ id: String, epoch: Int = 0, revision: Int = 0, state: String = "open", severity: String = "high",
    rule: String = "payments.capture_timeout",
    region: String? = "us-east-1", at: String = "2026-01-05T10:30:00Z", message: String = "order o-1 was not paid in 30 minutes"
  ) -> String {
    var json = JSONWriter()
    json.object {
      $0.member("id", id)
      $0.member("epoch", epoch)
      $0.member("revision", revision)
      $0.member("state", state)
      $0.member("settled", revision > 0)
      if state == "resolved" { $0.member("reason", "late") }
      $0.member("rule", rule)
      $0.member("pattern", "obligation")
      $0.member("severity", severity)
      $0.member("owner", "payments")
      $0.key("tags")
      $0.array { $0.write("money") }
      $0.member("runbook", "https://runbooks.example.com/capture-timeout")
      if let region { $0.member("region", region) }
      $0.member("scope", region == nil ? "global" : "region")
      $0.member("mode", "active")
      $0.key("key")
      $0.object { $0.member("order_id", "o-1") }
      $0.member("at", at)
      $0.member("message", message)
      $0.key("exposure")
      $0.object {
        $0.member("amount", "20.00")
        $0.member("currency", "EUR")
      }
      $0.member("expected", "20.00")
      $0.member("actual", "0.00")
      $0.key("details")
      $0.object { $0.member("attempts", 3) }
      $0.key("evidence")
      $0.array {
        $0.raw(
          Array(
            #"{"role":"on","stream":"orders","kind":"placed","id":"e-17","at":"2026-01-05T10:00:00Z","topic":"orders.v1","partition":3,"offset":17}"#
              .utf8))
      }
      $0.member("evidence_omitted", 0)
      $0.member("suppressed", 0)
      for name in ["replaces", "replaced_by"] {
        $0.key(name)
        $0.array { _ in }
      }
      $0.member("clock", "2026-01-05T10:40:35Z")
      $0.member("rules", "sha256:" + String(repeating: "0", count: 64))
      $0.member("engine", "0.1.0")
    }
    return json.text
  }

  static func kpi(
    _ name: String = "revenue.gmv", start: String = "2026-01-05T10:00:00Z", end: String = "2026-01-05T11:00:00Z", revision: Int = 0,
    final: Bool = false, value: String? = "1250.40", region: String? = "us-east-1", currency: String = "EUR"
  ) -> String {
    var json = JSONWriter()
    json.object {
      $0.member("kpi", name)
      $0.key("key")
      $0.object { $0.member("currency", currency) }
      $0.key("window")
      $0.object {
        $0.member("start", start)
        $0.member("end", end)
      }
      $0.member("epoch", 0)
      $0.member("revision", revision)
      $0.member("final", final)
      $0.member("partial", false)
      if let value { $0.member("value", value) }
      $0.member("events", 17)
      $0.key("target")
      $0.object {
        $0.member("op", ">=")
        $0.member("value", "1000.00")
        $0.member("met", true)
      }
      if let region { $0.member("region", region) }
      $0.member("scope", region == nil ? "global" : "region")
      $0.member("mode", "active")
      $0.member("clock", "2026-01-05T10:40:35Z")
      $0.member("rules", "sha256:" + String(repeating: "0", count: 64))
      $0.member("engine", "0.1.0")
    }
    return json.text
  }
}
