import TestKit

/// What the rules of a world stand on: two streams, one for corrections, a table, hours, params. All spans are so many ticks, so a world of
/// seconds and one of quarters of an hour are the same but for the clocks of its zone.
struct ModelStreams {
  /// In milliseconds.
  var tick: Int
  var text: String

  static let zone = "Europe/Dublin"
  /// In ticks.
  static let delay = 10

  /// So many ticks as rules write a duration.
  func span(_ ticks: Int) -> String { Self.span(ticks, tick) }

  private static func span(_ ticks: Int, _ tick: Int) -> String {
    var (rest, text) = (ticks * tick, "")
    for (unit, size) in [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)] where rest >= size {
      text += "\(rest / size)\(unit)"
      rest %= size
    }
    return text.isEmpty ? "0s" : text
  }

  init(_ random: inout TestRandom) {
    let tick = random.pick([500, 500, 900_000])
    func span(_ ticks: Int) -> String { Self.span(ticks, tick) }
    self.tick = tick
    text = ""
    for name in ["a", "b"] {
      text += Self.stream(
        name, disorder: span(4), delay: span(Self.delay), skew: span(random.pick([0, 2])), lateness: span(random.pick([4, 8])),
        id: span(120))
    }
    text += Self.stream("c", disorder: span(4), delay: span(Self.delay), skew: "0s", lateness: span(4), id: span(120))
    text += """
      table t { topic "t.v1"  schema "t.json"  key id  time occurred_at  disorder \(span(2))  lateness \(span(random.pick([2, 6])))  keep 400d }
      hours desk { zone "\(Self.zone)"  open mon to sun 00:00 to 01:30  open mon to fri 09:00 to 17:30  closed 2026-01-06 }
      param level decimal { default 2.00  region "us-east-1" 2.50 }
      param reach duration { default \(span(6)) }

      """
  }

  /// As tests by hand have them.
  init(text: String, tick: Int = 1_000) { (self.text, self.tick) = (text, tick) }

  static func stream(_ name: String, disorder: String, delay: String, skew: String, lateness: String, id: String) -> String {
    """
    stream \(name) {
      topic "\(name).v1"  schema "\(name).json"  kind type  key id  time occurred_at  id event_id within \(id)
      disorder \(disorder)  delay \(delay)  skew \(skew)  lateness \(lateness)
    }

    """
  }

  /// By the name of the file.
  static func schema(_ file: String) -> String {
    let amount = #"{ "type": ["number", "string"], "format": "decimal", "x-currency": "EUR", "minimum": 0 }"#
    if file == "t.json" {
      return """
        { "type": "object", "required": ["id", "occurred_at", "v"], "properties": {
          "id": { "type": "string" }, "occurred_at": { "type": "string", "format": "date-time" },
          "v": { "type": "integer" }, "w": \(amount) } }
        """
    }
    let kinds = file == "a.json" ? #""x", "y""# : file == "b.json" ? #""x", "z""# : #""fix""#
    let required = file == "c.json" ? "" : #", "n", "amount""#
    return """
      { "type": "object", "required": ["event_id", "type", "occurred_at", "id"\(required)], "properties": {
        "event_id": { "type": "\(file == "b.json" ? "integer" : "string")" }, "type": { "type": "string", "enum": [\(kinds)] },
        "occurred_at": { "type": "string", "format": "date-time" }, "id": { "type": "string" },
        "n": { "type": "integer", "minimum": 0 }, "amount": \(amount),
        "extra": { "type": ["string", "null"] }, "due": { "type": "string", "format": "date-time" } } }
      """
  }
}
