import Diagnostics
import EventModel

/// Checks the notes of a rule or KPI (language.md 20).
extension RuleChecker {
  mutating func checkNotes(_ notes: [NoteSyntax], in scope: Scope, documentation: String?) -> CheckedNotes {
    var seen: [String: Word] = [:]
    var result = CheckedNotes(
      severities: [(.medium, nil)], owner: nil, runbook: nil, tags: [], mode: .active, scope: .region, remember: .fixed(.seconds(604_800)),
      message: [.text(documentation ?? name)], exposure: nil, currency: nil, expected: nil, actual: nil, details: [])
    for note in notes where note.keyword.text != "allow" && note.keyword.text != "correct" {
      if let first = seen[note.keyword.text] { diagnostics.append(.standsTwice(note.keyword, first: first)) }
      seen[note.keyword.text] = note.keyword
    }
    // What severities may ask for comes from `violation`, wherever that stands.
    for note in notes { if case .violation(let violation) = note.content { check(violation, in: scope, into: &result) } }
    for note in notes {
      switch note.content {
      case .severity(let severity): result.severities = check(severity, in: scope, exposure: result)
      case .owner(let owner): result.owner = owner.value
      case .runbook(let link): result.runbook = link.value
      case .tags(let tags): result.tags = tags.map(\.text)
      case .mode(let mode): result.mode = CheckedNotes.Mode(rawValue: mode.text) ?? .active
      case .remember(let length): if let length = self.length(length) { result.remember = length }
      case .allow(let code, _): checkAllow(code)
      case .scope(let scope): result.scope = CheckedNotes.Scope(rawValue: scope.text) ?? .region
      case .start(let start): result.start = checkStart(start)
      case .suppress(let length):
        result.suppress = self.length(length)
        if case .fixed(.zero)? = result.suppress { diagnostics.append(.emptyLength(length.span)) }
      case .was(let name): result.was = checkFormerName(name)
      case .effective(let from, let to, let zone): result.effective = checkEffective(from, to, zone)
      case .correct(let kind, let fields, let when):
        if let correction = check(kind, fields, when, in: scope) { result.corrections.append(correction) }
      case .violation: break
      }
    }
    return result
  }

  private mutating func check(
    _ severity: SeveritySyntax, in scope: Scope, exposure notes: CheckedNotes
  ) -> [(level: CheckedNotes.Severity, when: CheckedExpression?)] {
    var scope = scope
    scope.exposure = notes.exposure
    var result: [(level: CheckedNotes.Severity, when: CheckedExpression?)] = []
    for choice in severity.cases {
      let condition = expressions.check(choice.condition, in: scope, wanting: .bool, for: "`when` of a severity")?.expression
      if let condition, let level = CheckedNotes.Severity(rawValue: choice.level.text) { result.append((level, condition)) }
    }
    result.append((CheckedNotes.Severity(rawValue: severity.otherwise.text) ?? .medium, nil))
    return result
  }

  /// Only warnings can be allowed.
  private mutating func checkAllow(_ code: Word) {
    guard let entry = DiagnosticCatalogue.entries.first(where: { $0.code.description == code.text }) else {
      diagnostics.append(.unknownCode(code))
      return
    }
    if entry.severity == .error { diagnostics.append(.allowedError(code)) }
  }
}

/// `violation`: its message, and what stands in its braces.
extension RuleChecker {
  private mutating func check(_ violation: ViolationSyntax, in scope: Scope, into notes: inout CheckedNotes) {
    notes.message = check(violation.message, in: scope)
    if let exposure = violation.exposure { checkExposure(exposure, in: scope, into: &notes) }
    var seen: [String: SourceSpan] = [:]
    for member in violation.details?.members ?? [] {
      let name = member.path.parts[0]
      if member.path.parts.count > 1 { diagnostics.append(.detailIsPath(member.path)) }
      if let first = seen[member.path.text] {
        diagnostics.append(.standsTwice(Word(member.path.text, span: member.path.span), first: Word("", span: first)))
      }
      seen[member.path.text] = member.path.span
      switch name.text {
      case "exposure": checkExposure(member.value, in: scope, into: &notes)
      case "currency":
        if let currency = expressions.check(member.value, in: scope, wanting: .string, for: "`currency`")?.expression {
          notes.currency = .expression(currency)
        }
      case "expected": notes.expected = expressions.check(member.value, in: scope, for: "`expected`")?.expression
      case "actual": notes.actual = expressions.check(member.value, in: scope, for: "`actual`")?.expression
      default:
        if let value = expressions.check(member.value, in: scope, for: "`\(name.text)`")?.expression {
          notes.details.append((name.text, value))
        }
      }
    }
    if let exposure = notes.exposure, notes.currency == nil, seen["currency"] == nil {
      diagnostics.append(.exposureWithoutCurrency(exposure.span))
    }
  }

  private mutating func check(_ message: MessageSyntax, in scope: Scope) -> [MessagePart] {
    var scope = scope
    scope.knowsKey = true
    return message.parts.compactMap { part in
      switch part {
      case .text(let text): .text(text)
      case .expression(let expression): expressions.check(expression, in: scope, for: "a message").map { .expression($0.expression) }
      }
    }
  }

  /// An exposure is an amount of money: a number, with the currency that goes with it (language.md 4.3).
  private mutating func checkExposure(_ syntax: ExpressionSyntax, in scope: Scope, into notes: inout CheckedNotes) {
    guard var amount = expressions.check(syntax, in: scope, for: "`exposure`") else { return }
    switch amount.expression.type {
    case .int, .uint, .double, .decimal: break
    default:
      diagnostics.append(.badExposure(syntax.span, amount.expression.type))
      return
    }
    if case .literal = amount.expression.kind, let money = expressions.check(syntax, in: scope, wanting: .decimal, for: "`exposure`") {
      amount = money
    }
    notes.exposure = amount.expression
    guard notes.currency == nil, let currency = amount.currency else { return }
    notes.currency = currency
    if case .expression(let expression) = currency { expressions.noteFields(of: expression) }
  }
}
