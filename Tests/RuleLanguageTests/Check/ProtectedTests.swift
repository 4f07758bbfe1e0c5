import Diagnostics
import RuleLanguage
import Testing

/// Values that a schema calls personal, or binds to a zone: no rule is evaluated that would let the first out unmasked, and none is right that
/// would let the others out of their zone.
@Suite("Protected values")
struct ProtectedTests {
  private static let schema = """
    {
      "type": "object", "required": ["type", "at", "id", "email", "street", "total", "lines", "buyer", "minor"],
      "properties": {
        "type": {"enum": ["placed"]}, "at": {"type": "string", "format": "date-time"}, "id": {"type": "string"},
        "email": {"type": "string", "x-personal": true}, "street": {"type": "string", "x-residency": "eu", "x-personal": true},
        "minor": {"type": "boolean", "x-personal": true}, "total": {"type": "integer"},
        "lines": {"type": "array", "items": {"type": "object", "required": ["gift"], "properties": {
          "gift": {"type": "string", "x-personal": true}}}},
        "buyer": {"type": "object", "x-personal": true, "required": ["id"], "properties": {"id": {"type": "string"}}}
      }
    }
    """

  private static func mistakes(_ rule: String) -> [String] {
    let stream = "stream orders { topic \"o\"  schema \"s\"  kind type  key id  time at  id id within 1h }\n"
    let result = RuleProgram.check(files: [SourceText(file: "r.tenet", text: stream + rule)]) { _ in Array(schema.utf8) }
    return result.diagnostics.map { "\($0.code) \($0.message)" }
  }

  /// Where personal values go out: such a rule is not evaluated.
  private static func personal(_ rule: String) -> [String] {
    let stream = "stream orders { topic \"o\"  schema \"s\"  kind type  key id  time at  id id within 1h }\n"
    let text = stream + rule
    let result = RuleProgram.check(files: [SourceText(file: "r.tenet", text: text)]) { _ in Array(schema.utf8) }
    guard let program = result.program, program.rules.isEmpty else { return result.diagnostics.map(\.message) }
    return program.unevaluated.flatMap(\.missing).map { missing in
      "\(missing.what): \(String(decoding: Array(text.utf8)[missing.span.range], as: UTF8.self))"
    }
  }

  @Test(
    "what goes out with a verdict holds no protected value",
    arguments: [
      ("violation \"{o.email}\"", "masking of personal values: o.email"),
      ("violation \"{o.email.size()}\"", "masking of personal values: o.email"),
      ("violation \"{o.minor}\"", "masking of personal values: o.minor"),
      ("violation \"{o.buyer.id}\"", "masking of personal values: o.buyer.id"),
      ("violation \"{o.lines[0].gift}\"", "masking of personal values: o.lines"),
      ("violation \"x\" { who: o.email }", "masking of personal values: o.email"),
    ])
  func outlet(_ note: String, _ message: String) {
    #expect(Self.personal("rule a.b { on orders.placed as o  when o.total > 1  \(note) }") == [message])
  }

  @Test("nor does what a window function hands on, or a part of the key by its name; a key itself goes out as a hash")
  func keys() {
    let masking = "masking of personal values: "
    let limit = "rule a.b { by email  on orders.placed as o  over sliding 1h  when count() > 1"
    #expect(Self.mistakes(limit + "  violation \"{key}\" }") == [])
    #expect(Self.personal(limit + "  violation \"{email}\" }") == [masking + "email"])
    #expect(Self.personal(limit + "  violation \"{last(o.email)}\" }") == [masking + "o.email"])
    #expect(
      Self.mistakes("rule a.c { by street  on orders.placed as o  over sliding 1h  when count() > 1 }") == [
        "TN0606 `street` may not leave the zone `eu`, and this rule is published in all regions"
      ])
  }

  @Test("a value of a zone goes out of local rules alone, and is not read at all by a rule over all regions")
  func resident() {
    let rule = "rule a.b { on orders.placed as o  when o.street != \"\""
    #expect(Self.mistakes(rule + " }") == [])
    #expect(
      Self.mistakes(rule + "  violation \"{o.street}\" }") == [
        "TN0606 `street` may not leave the zone `eu`, and this rule is published in all regions"
      ])
    #expect(
      Self.mistakes(rule + "  scope local  violation \"{o.street}\" }") == [
        "TN0801 1 of 1 rules is right, and not evaluated by this version"
      ])
    #expect(
      Self.mistakes(rule + "  scope global }").first
        == "TN0606 `street` may not leave the zone `eu`, and this rule is evaluated for all regions")
  }

  @Test("a condition on a protected value is free, and so is how many there are")
  func free() {
    #expect(
      Self.mistakes(
        "rule a.b { on orders.placed as o where o.street != \"\"  when o.email.endsWith(\"x\")  violation \"{o.total} {o.email == o.street}\" }"
      ) == [])
    #expect(
      Self.mistakes(
        "rule a.c { by id  on orders.placed as o  over sliding 1h  when distinct(o.email) > 3  violation \"{distinct(o.email)}\" }")
        == [])
  }
}
