internal import EventModel
internal import RuleLanguage

/// A settled violation that stands, as an event of other rules (language.md 22.1).
struct VerdictEvent {
  /// The rule's name; of a lifecycle, that of one of its two.
  var name: String
  var id: String
  /// Where it was said.
  var slot: Int
  var at: Int64
  /// As `members` gives it.
  private var content: [UInt8]

  init(name: String, id: String, slot: Int, at: Int64, content: [UInt8]) {
    self.name = name
    self.id = id
    self.slot = slot
    self.at = at
    self.content = content
  }

  /// The event as its stream has it.
  var json: [UInt8] {
    var json = JSONWriter()
    json.object {
      $0.member(CheckedProgram.verdictID, id)
      $0.member("at", EventTime(microseconds: at).rfc3339)
      $0.raw(content)
    }
    return json.bytes
  }

  /// Stands for the offset that records have.
  var place: Int64 { Int64(bitPattern: UInt64(id.prefix(16), radix: 16) ?? 0) & .max }

  /// The key's parts, `severity`, `exposure`, `currency` and the named values.
  static func members(
    _ plan: RulePlan, key: [Value], severity: CheckedNotes.Severity, exposure: Exposure, named: [(name: String, value: Value)],
    _ values: some Activation
  ) -> [UInt8] {
    var json = JSONWriter()
    json.object {
      for (name, value) in zip(plan.keyNames, key) { $0.member(name, value) }
      $0.member("severity", severity.rawValue)
      if let amount = exposure.amount { $0.member("exposure", amount) }
      if let currency = exposure.currency { $0.member("currency", currency) }
      for (name, value) in named where !plan.keyNames.contains(name) { $0.member(name, value) }
      for (name, expression) in plan.rule.notes.details {
        switch try? expression.evaluate(values) {
        case nil, .null?, .optional(nil)?: continue
        case .optional(let inner?)?: $0.member(name, inner)
        case let value?: $0.member(name, value)
        }
      }
    }
    return Array(json.bytes.dropFirst().dropLast())
  }
}
