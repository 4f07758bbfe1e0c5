import Diagnostics

/// Mistakes in corrections, and in rules that rest on rules: TN0550–TN0559, TN0610–TN0619.
extension DiagnosticCode {
  static let ruleCycle = DiagnosticCode(550)
  static let noViolations = DiagnosticCode(551)
  static let shadowBelow = DiagnosticCode(552)
  static let correctionKind = DiagnosticCode(610)
  static let correctionField = DiagnosticCode(611)
  static let correctionLacks = DiagnosticCode(612)
  static let correctionCycle = DiagnosticCode(613)
}

extension Diagnostic {
  static func ruleCycle(_ name: DottedName) -> Diagnostic {
    Diagnostic(
      .ruleCycle, .error, "this rule rests on its own violations, by way of `\(name.text)`", at: name.span,
      help: "rules on rules go one way: from events up")
  }

  static func noViolations(_ name: DottedName, keyword: String, declared: SourceSpan) -> Diagnostic {
    let isKPI = keyword == "kpi"
    return Diagnostic(
      .noViolations, .error, "\(isKPI ? "KPI" : "lifecycle") `\(name.text)` \(isKPI ? "has no target, so no violations" : "is two rules")",
      at: name.span, notes: [Note("it is declared here", at: declared)],
      help: isKPI ? nil : "say which: `\(name.text).illegal_transition` or `\(name.text).overdue`")
  }

  static func unknownLifecycleRule(_ name: DottedName) -> Diagnostic {
    let own = ["illegal_transition", "overdue"]
    let (last, first) = (name.parts[name.parts.count - 1], name.parts[0].text)
    let nearest = nearestName(to: last.text, among: own)
    return Diagnostic(
      .noViolations, .error, "lifecycle `\(first)` has no rule `\(last.text)`", at: last.span,
      help: nearest.map { "did you mean `\(first).\($0)`?" } ?? "it has `\(first).illegal_transition` and `\(first).overdue`",
      edit: nearest.map { Edit(replace: last.span, with: $0) })
  }

  static func shadowBelow(_ span: SourceSpan, _ name: String, rule: SourceSpan) -> Diagnostic {
    Diagnostic(
      .shadowBelow, .error, "`\(name)` runs in the shadow, and this rule does not", at: span,
      notes: [Note("it is declared here", at: rule)],
      help: "what a shadow rule says is seen by shadow rules alone: `mode shadow`")
  }

  static func correctionOfNoKind(_ name: DottedName) -> Diagnostic {
    Diagnostic(
      .correctionKind, .error, "`\(name.text)` is not one kind of event", at: name.span,
      help: "a correction is an event of a kind: `correct \(name.parts[0].text).requested { … }`")
  }

  static func unknownCorrectionField(_ path: PathSyntax, kind: DottedName, fields: [String]) -> Diagnostic {
    let nearest = nearestName(to: path.text, among: fields)
    return Diagnostic(
      .correctionField, .error, "`\(kind.text)` has no field `\(path.text)`", at: path.span,
      help: nearest.map { "did you mean `\($0)`?" } ?? "it has " + fields.prefix(12).map(\.self).quoted,
      edit: nearest.map { Edit(replace: path.span, with: $0) })
  }

  static func correctionFieldFilled(_ path: PathSyntax, as what: String) -> Diagnostic {
    Diagnostic(
      .correctionField, .error, "`\(path.text)` is the \(what) of the event, and is filled in", at: path.span, help: "leave it out")
  }

  static func correctionLacks(_ fields: [String], kind: DottedName) -> Diagnostic {
    Diagnostic(
      .correctionLacks, .error,
      "the schema of `\(kind.text)` requires \(fields.quoted), and this correction does not give \(fields.count == 1 ? "it" : "them")",
      at: kind.span, help: "add " + (fields.count == 1 ? "it" : "each") + ": `\(fields[0]): …`")
  }

  static func correctionCycle(_ span: SourceSpan, rule: String, by way: [String]) -> Diagnostic {
    let path = way.isEmpty ? "" : ", by way of " + way.quoted
    return Diagnostic(
      .correctionCycle, .error, "this correction can trigger `\(rule)` again\(path)", at: span,
      help: "the rule is on events of the kind that it corrects with: each correction could call for the next")
  }
}

enum CorrectionCatalogue {
  private static let stream =
    "stream refunds { topic \"refunds.v1\"  schema \"refund-command.schema.json\"  kind type  key payment_id  time occurred_at  id event_id within 1h }\n"

  private static let refund = "correct refunds.requested { payment_id: p.payment_id, amount: p.amount, currency: p.currency }"

  private static func captured(_ correction: String) -> String {
    stream + "rule payments.large { on payments.captured as p  when p.amount > 1000  \(correction) }\n"
  }

  private static let burst =
    "rule orders.burst { by customer_id  on orders.placed  over sliding 10m  when count() >= 3  violation \"burst\" }\n"

  static let entries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .ruleCycle, .error, "rules that rest on each other",
      explanation: "A rule on the violations of others is decided after them, so no rule is before itself.",
      bad: "rule orders.a { by customer_id  on orders.b as v  over sliding 1h  when count() > 1 }\n"
        + "rule orders.b { by customer_id  on orders.a as v  over sliding 1h  when count() > 1 }\n",
      good: burst + "rule orders.a { by customer_id  on orders.burst as v  over sliding 1h  when count() > 1 }\n"),
    DiagnosticEntry(
      .noViolations, .error, "a rule on what has no violations",
      explanation: "Rules, KPIs with a target, and the two rules of a lifecycle have violations, and others may be on them.",
      bad: "kpi orders.number { by customer_id  on orders.placed  over tumbling 1h  measure count() }\n"
        + "rule orders.a { by customer_id  on orders.number as v  over sliding 1d  when count() > 1 }\n",
      good: burst + "rule orders.a { by customer_id  on orders.burst as v  over sliding 1d  when count() > 1 }\n"),
    DiagnosticEntry(
      .shadowBelow, .error, "a rule on a shadow rule", explanation: "What runs in the shadow has no effect outside it.",
      bad: burst.replacingMode("shadow") + "rule orders.a { by customer_id  on orders.burst as v  over sliding 1h  when count() > 1 }\n",
      good: burst.replacingMode("quiet") + "rule orders.a { by customer_id  on orders.burst as v  over sliding 1h  when count() > 1 }\n"),
    DiagnosticEntry(
      .correctionKind, .error, "a correction that is no event",
      explanation: "`correct` names one kind of a stream, and is published to its topic.",
      bad: captured("correct payments { payment_id: p.payment_id }"), good: captured(refund)),
    DiagnosticEntry(
      .correctionField, .error, "a field that a correction cannot have",
      explanation: "A correction has the fields of its kind. The event's time, id and kind are filled in.",
      bad: captured(refund.replacingFirst(" }", with: ", why: \"too much\" }")), good: captured(refund)),
    DiagnosticEntry(
      .correctionLacks, .error, "a correction without a field that is required",
      explanation: "A correction is right by the schema of its kind.",
      bad: captured("correct refunds.requested { payment_id: p.payment_id, amount: p.amount }"), good: captured(refund)),
    DiagnosticEntry(
      .correctionCycle, .error, "a correction that triggers its own rule",
      explanation: "Each violation would make an event that may make the next violation. That holds for several rules in a round, too.",
      bad: stream + "rule payments.refunds { on refunds.requested as p  when p.amount > 1000  \(refund) }\n", good: captured(refund)),
  ]
}

extension String {
  fileprivate func replacingMode(_ mode: String) -> String { replacingFirst("  violation", with: "  mode \(mode)  violation") }

  fileprivate func replacingFirst(_ text: String, with other: String) -> String {
    guard let range = self.firstRange(of: text) else { return self }
    return replacingCharacters(in: range, with: other)
  }

  private func replacingCharacters(in range: Range<String.Index>, with other: String) -> String {
    String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }
}
