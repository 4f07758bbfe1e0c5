import Foundation
import TestKit
import Testing

@testable import tenet

/// A small project in a folder of its own: two streams, three rules and a KPI, and recorded events.
struct ReplayProject {
  let folder = FileManager.default.temporaryDirectory.appending(path: "tenet-replay-\(UUID().uuidString)")

  init(rules: String = ReplayProject.rules) throws {
    try write("Schemas/orders.json", Self.schema(["placed", "cancelled"], "total"))
    try write("Schemas/payments.json", Self.schema(["captured", "declined"], "amount"))
    try write("Rules/streams.tenet", Self.streams)
    try write("Rules/rules.tenet", rules)
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  func write(_ name: String, _ text: String) throws {
    let file = folder.appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  /// Other rules over the same streams.
  func write(rules: String, in name: String) throws {
    try write("\(name)/streams.tenet", Self.streams)
    try write("\(name)/rules.tenet", rules)
  }

  /// Events as lines `TIME STREAM KIND ID {fields}`; `time T` lets the time pass, and `@T` behind it is Kafka's timestamp.
  func write(events lines: String, as name: String = "events.jsonl") throws {
    try write(name, lines.split(separator: "\n").map { Self.line(String($0)) }.joined(separator: "\n"))
  }

  private static func line(_ text: String) -> String {
    let words = text.split(separator: " ", maxSplits: 4).map(String.init)
    let time = "2026-03-02T\(words[0]):00Z"
    if words[1] == "time" { return #"{"time": "\#(time)"}"# }
    let fields = words.count > 4 ? ", " + words[4] : ""
    return #"{"topic": "\#(words[1]).v1", "value": {"event_id": "\#(words[3])", "type": "\#(words[2])", "at": "\#(time)"\#(fields)}}"#
  }

  func call(_ verb: Verb, _ words: String...) -> (code: ExitCode, out: String, error: String) {
    let transcript = Transcript()
    var options = ["--schemas", path("Schemas")]
    if verb.options.contains(where: { $0.name == "rules" }) { options += ["--rules", path("Rules")] }
    let code = CommandLineTool.run([verb.name] + words + options, verbs: [verb], console: transcript.console)
    return (code, transcript.out.replacing(folder.path + "/", with: ""), transcript.error.replacing(folder.path + "/", with: ""))
  }

  func replay(_ words: String..., events: String = "events.jsonl") -> (code: ExitCode, out: String, error: String) {
    let transcript = Transcript()
    let options = ["--schemas", path("Schemas"), "--rules", path("Rules"), "--events", path(events)]
    let code = CommandLineTool.run(["replay"] + words + options, verbs: [.replay], console: transcript.console)
    return (code, transcript.out.replacing(folder.path + "/", with: ""), transcript.error.replacing(folder.path + "/", with: ""))
  }

  private static func schema(_ kinds: [String], _ amount: String) -> String {
    """
    {"type": "object", "required": ["event_id", "type", "at", "order_id", "currency", "\(amount)"], "properties": {
      "event_id": {"type": "string"}, "type": {"type": "string", "enum": ["\(kinds.joined(separator: "\", \""))"]},
      "at": {"type": "string", "format": "date-time"}, "order_id": {"type": "string"}, "currency": {"type": "string"},
      "\(amount)": {"type": ["number", "string"], "format": "decimal", "x-currency": "currency", "minimum": 0},
      "card": {"type": ["string", "null"]}, "ship_to": {"type": "object", "properties": {"country": {"type": "string"}}},
      "due_at": {"type": "string", "format": "date-time"}, "lines": {"type": "array", "items": {"type": "object",
        "required": ["sku", "quantity"], "properties": {"sku": {"type": "string"}, "quantity": {"type": "integer"}}}}
    }}
    """
  }

  static let streams = """
    stream orders {
      topic "orders.v1"  schema "orders.json"  kind type  key order_id  time at  id event_id within 24h
      disorder 2s  delay 10s  lateness 1m  skew 1s
    }
    stream payments {
      topic "payments.v1"  schema "payments.json"  kind type  key order_id  time at  id event_id within 24h
      disorder 2s  delay 10s  lateness 1m  skew 1s
    }
    param review_limit decimal { default 1000.00 }
    """

  static let rules = """
    rule orders.large {
      on orders.placed as o  when o.total > review_limit
      violation "order {o.order_id} of {o.total}" exposure o.total
    }
    rule payments.paid {
      by order_id
      on orders.placed as o
      expect payments.captured within wait
      unless orders.cancelled
      param wait duration { default 30m }
      severity high when exposure > 100, else medium
      violation "order {order_id} was not paid" exposure o.total
    }
    rule payments.burst {
      by card
      on payments.declined as d where has(d.card)
      over sliding 10m
      when count() >= most
      param most int { default 3 }
      violation "{count()} declines on {card}"
    }
    kpi revenue { by currency  on orders.placed as o  over tumbling 1h  measure sum(o.total) }
    """

  static let events = """
    10:00 orders placed e-1 "order_id": "o-1", "currency": "EUR", "total": "20.00"
    10:01 orders placed e-2 "order_id": "o-2", "currency": "EUR", "total": "1200.00", "ship_to": {"country": "IE"}
    10:02 payments declined e-3 "order_id": "o-2", "currency": "EUR", "amount": 1200.00, "card": "c-1"
    10:03 payments declined e-4 "order_id": "o-2", "currency": "EUR", "amount": 1200.00, "card": "c-1"
    10:04 payments declined e-5 "order_id": "o-3", "currency": "EUR", "amount": 5.00, "card": "c-2"
    10:05 payments declined e-6 "order_id": "o-2", "currency": "EUR", "amount": 1200.00, "card": "c-1"
    10:06 payments captured e-7 "order_id": "o-1", "currency": "EUR", "amount": 20.00
    10:07 orders placed e-8 "order_id": "o-4", "currency": "USD", "total": "1500.00"
    10:50 payments captured e-9 "order_id": "o-4", "currency": "USD", "amount": 1500.00
    11:30 time
    """
}
