import Diagnostics
import RuleLanguage
import Testing

@Suite("Checking of mutated programs")
struct MutatedProgramTests {
  static let schema = """
    {"oneOf": [
      {"type": "object", "required": ["id", "type", "at", "key", "amount", "currency"], "properties": {
        "id": {"type": "string"}, "type": {"const": "a"}, "at": {"type": "string", "format": "date-time"}, "key": {"type": "string"},
        "amount": {"type": "string", "format": "decimal", "x-currency": "currency", "minimum": 0}, "currency": {"type": "string"},
        "note": {"type": ["string", "null"]}}},
      {"type": "object", "required": ["id", "type", "at", "key"], "properties": {
        "id": {"type": "string"}, "type": {"const": "b"}, "at": {"type": "string", "format": "date-time"}, "key": {"type": "string"}}}
    ]}
    """

  static let samples = [
    """
    stream s { topic "s.v1"  schema "s.json"  kind type  key key  time at  id id within 1h }
    param most decimal { default 5.00  region "eu" 4.00 }
    let wanted = ["EUR", "USD"]
    /// Said.
    rule r.condition {
      on s.a or s.b as e where e.type == "a" && has(e.note)
      when e.currency in wanted && e.amount > most || e.note.startsWith("x")
      severity high when exposure > 1000.00, else low
      violation "{e.key} of {e.amount}" { exposure: e.amount, note: e.note }
    }
    """,
    """
    stream s { topic "s.v1"  schema "s.json"  kind type  key key  time at  id id within 1h  disorder 1s }
    rule r.obligation {
      by part = a.key | b.key | c.key
      on s.a as a
      expect s.b as b where b.key != "" within 30m after
      unless s.b as c
      remember 1d
      violation "{part} {key}" exposure a.amount
    }
    rule r.limit {
      by key, currency
      on s.a as a
      over sliding 10m
      when count() >= 3 && sum(a.amount) > 5.00
      violation "{sum(a.amount)} {currency}" exposure sum(a.amount)
    }
    kpi k.value { on s.a as a, s.b as b  over tumbling 1h  measure ratio(count(a), count())  when count() > 1  emit every 10s }
    """,
  ]

  static func check(_ text: [UInt8]) -> RuleProgram.Result {
    RuleProgram.check(files: [SourceText(file: "s.tenet", bytes: text)]) { $0 == "s.json" ? Array(schema.utf8) : nil }
  }

  @Test("the samples themselves have no mistake", arguments: samples.indices)
  func whole(index: Int) {
    let result = Self.check(Array(Self.samples[index].utf8))
    #expect(TextRenderer(sources: result.sources).render(result.diagnostics) == "")
  }

  @Test("no mutation crashes the checker; what is no program has an error, and every diagnostic has a place", arguments: samples.indices)
  func mutations(index: Int) {
    for mutation in Mutation.all(of: Array(Self.samples[index].utf8)) {
      let result = Self.check(mutation.text)
      #expect((result.program == nil) == result.diagnostics.hasErrors, "\(mutation.description)")
      for diagnostic in result.diagnostics {
        let size = diagnostic.span.file == "s.tenet" ? mutation.text.count : Self.schema.utf8.count
        #expect(diagnostic.span.range.upperBound <= size && !diagnostic.message.isEmpty, "\(mutation.description)")
      }
    }
  }
}
