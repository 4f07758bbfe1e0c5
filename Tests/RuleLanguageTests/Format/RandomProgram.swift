import TestKit

/// Programs that follow the grammar and mean nothing: every clause and every form of expression, at random.
struct RandomProgram {
  private var random: TestRandom

  init(seed: UInt64) { random = TestRandom(seed: seed) }

  mutating func text() -> String {
    (0..<random.whole(1...6)).map { number in
      let name = "n\(number)"
      return switch random.whole(0...9) {
      case 0:
        "stream \(name) { topic \"t\"  schema \"s\"  kind a.b  kinds { x: \"y\", z: \"w\" }  key a, b.c  time at  id i within 1h  disorder 5s }"
      case 1: "table \(name) { topic \"t\"  schema \"s\"  key a, b  time at  keep 30d  max_rows 5 }"
      case 2: "hours \(name) { zone \"UTC\"  open mon to fri 09:00 to 17:30  open sat 10:00 to 12:00  closed 2026-12-25, 2026-12-26 }"
      case 3: "let \(name) = \(expression(4))"
      case 4: "param \(name) map(string, decimal) { default \(expression(2))  region \"eu\" \(expression(1)) }"
      case 5: "fixture \(name) = a.b \(fields(3))"
      case 6: kpi(name)
      case 7: lifecycle(name)
      case 8: test(name)
      default: rule(name)
      }
    }.joined(separator: "\n")
  }

  // MARK: - Declarations

  private mutating func rule(_ name: String) -> String {
    let forms = [
      "", "expect \(pattern()) within 1h after unless \(pattern())", "expect \(pattern()) due \(expression(1)) at most 60d",
      "then \(pattern()) within 1h unless \(pattern()) forbid \(pattern()) within d1",
      "with last \(pattern()) within 7d before with all x.y as q within 1h around",
      "over all from a.b once retain 400d", "over sliding 10m", "over calendar day in \"Europe/Dublin\"",
    ]
    return
      "rule r.\(name) { by k = \(expression(1)) | \(expression(1)), m on \(pattern()) \(random.pick(forms)) when \(expression(4)) \(notes()) "
      + "param p decimal { default 1.50 region \"eu\" 2 } }"
  }

  private mutating func kpi(_ name: String) -> String {
    let windows = ["tumbling 1h", "hopping 1h every 5m", "session gap 10m max 2h"]
    return
      "kpi k.\(name) { by a, b on \(pattern()), \(pattern()) over \(random.pick(windows)) measure \(expression(3)) when \(expression(2)) "
      + "emit every 10s fill 24h target >= \(expression(2)) \(notes()) }"
  }

  private mutating func lifecycle(_ name: String) -> String {
    "lifecycle \(name) { by id on a, b.c state paid = \(pattern()) state sent = b.sent placed -> paid, gone within 30m paid -> sent within 4h counting h "
      + "start placed, paid end sent, gone retain 90d \(notes()) }"
  }

  private mutating func test(_ name: String) -> String {
    var text =
      "test \"\(name)\" on 2026-01-09 { given region \"eu\" given param a.b = \(expression(2)) cases (x, y) { (1, \(expression(1))) (2, true) } "
    for _ in 0..<random.whole(0...5) {
      text += random.pick([
        "at 10:00 a.b \(fields(2)) deleted arrives late ", "after 1h30m time passes ",
        "at 2026-01-10 10:00:05 e arrives at 11:00 from partition 2 ",
        "at 10:05 payments catches up ", "expect no r.a \(fields(2)) when \(expression(2)) ",
        "expect 2 r.a resolved dated 10:30 \(fields(1)) ",
        "expect k.b >= \(expression(1)) from 10:00 \(fields(2)) ", "expect correct a.b revoked \(fields(1)) ", "at 09:00 rules start ",
      ])
    }
    return text + "}"
  }

  private mutating func notes() -> String {
    let all = [
      "severity high when \(expression(2)), low when \(expression(1)), else medium", "owner \"o\"", "runbook \"https://x\"", "tags a, b",
      "mode shadow",
      "scope local", "effective 2026-01-01 to 2026-02-01 in \"UTC\"", "suppress 1h", "remember d2", "was \"x.y\"", "allow TN0701 \"why\"",
      "violation \"a {\(expression(2, isInText: true))} {{b}}\" exposure \(expression(3))", "violation \"x\" \(fields(6))",
      "correct a.b \(fields(3)) when \(expression(2))",
    ]
    return all.filter { _ in random.chance(0.3) }.joined(separator: " ")
  }

  private mutating func pattern() -> String {
    random.pick(["a.b", "a.b or c.d", "a"]) + random.pick(["", " as e"]) + (random.chance(0.5) ? " where \(expression(3))" : "")
  }

  private mutating func fields(_ most: Int) -> String {
    let members = (0..<random.whole(0...most)).map { "f\($0)\(random.pick(["", ".g", ".`h-i`"])): \(expression(2))" }
    return "{ \(members.joined(separator: ", "))\(members.isEmpty || random.chance(0.7) ? "" : ",") }"
  }

  // MARK: - Expressions

  /// - Parameter isInText: it stands in a message, on one line and without other quotes.
  private mutating func expression(_ height: Int, isInText: Bool = false) -> String {
    guard height > 0 else {
      let atoms = ["a", "o.total", ".x.y", "1", "-5", "2u", "1.50", "1e3", "true", "null", "30m", "-1h", "key"]
      return random.pick(isInText ? atoms : atoms + ["\"s\"", "r'\\d+'", "b\"x\"", "'''two\nlines'''"])
    }
    func sub(_ random: inout TestRandom) -> Int { random.whole(0...height - 1) }
    let (a, b) = (expression(sub(&random), isInText: isInText), expression(sub(&random), isInText: isInText))
    let c = expression(0, isInText: isInText)
    return switch random.whole(0...15) {
    case 0, 1: "(\(a)) \(random.pick(["||", "&&", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%"])) (\(b))"
    case 2: "a.b && \(c) || !(\(a))"
    case 3: "(\(a)) ? (\(b)) : \(c)"
    case 4: "-(\(a))"
    case 5: "!!(\(a))"
    case 6: "f(\(a), \(b))"
    case 7: "(\(a)).m(x, \(b))"
    case 8: "x[\(a)]"
    case 9: "x[?\(a)]"
    case 10: "[\(a), ?\(b)]"
    case 11: "{\(a): \(b), ?\(c): 1}"
    case 12: "x.?y.orValue(\(a))"
    case 13: "o.lines.exists(l, l.price > (\(a)) && (\(b)))"
    case 14: "[]"
    default: "has(o.a) && (\(a)) - \(c) > (\(b))"
    }
  }
}
