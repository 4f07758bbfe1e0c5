package import Diagnostics
package import EventModel

/// What stands after the pattern of a rule: how its violations look.
package struct CheckedNotes: Sendable {
  package enum Severity: String, Sendable, CaseIterable { case info, low, medium, high, critical }
  package enum Mode: String, Sendable { case active, shadow, quiet, off }
  package enum Scope: String, Sendable { case local, region, global }

  /// Severities tried in order; the last one without a condition.
  package var severities: [(level: Severity, when: CheckedExpression?)]
  package var owner: String?
  package var runbook: String?
  package var tags: [String]
  package var mode: Mode
  package var scope: Scope
  /// How long a violation that rests on something missing is kept for late evidence (8.5).
  package var remember: SpanLength
  /// Without `violation`: the documentation, else the rule's name.
  package var message: [MessagePart]
  package var exposure: CheckedExpression?
  package var currency: CurrencySource?
  package var expected: CheckedExpression?
  package var actual: CheckedExpression?
  /// Named values of the author's, in the order written.
  package var details: [(name: String, value: CheckedExpression)]
  /// At least so long between two violations of a key (8.6).
  package var suppress: SpanLength?
  package var start = Start.now
  /// The name that state and ids go on to use (24.2).
  package var was: String?
  package var effective: Effective?
  package var corrections: [Correction] = []

  /// How far back the rule reads before it goes live (6.5).
  package enum Start: Hashable, Sendable {
    case now, earliest
    case before(Duration)
  }

  /// Both days included, in a zone of the database (23.2).
  package struct Effective: Hashable, Sendable {
    package var from: CivilDate
    package var to: CivilDate
    package var zone: String
  }

  package init(
    severities: [(level: Severity, when: CheckedExpression?)], owner: String?, runbook: String?, tags: [String], mode: Mode, scope: Scope,
    remember: SpanLength, message: [MessagePart], exposure: CheckedExpression?, currency: CurrencySource?, expected: CheckedExpression?,
    actual: CheckedExpression?, details: [(name: String, value: CheckedExpression)]
  ) {
    self.severities = severities
    self.owner = owner
    self.runbook = runbook
    self.tags = tags
    self.mode = mode
    self.scope = scope
    self.remember = remember
    self.message = message
    self.exposure = exposure
    self.currency = currency
    self.expected = expected
    self.actual = actual
    self.details = details
  }
}

extension CheckedNotes {
  /// The expressions in what a violation says: its severity, message, exposure and values. Corrections have their own.
  package var expressions: [CheckedExpression] {
    var all = severities.compactMap(\.when) + [exposure, expected, actual].compactMap { $0 } + details.map(\.value)
    if case .expression(let currency)? = currency { all.append(currency) }
    for case .expression(let part) in message { all.append(part) }
    return all
  }
}

extension CheckedNotes {
  /// As `expressions`, with those of the corrections.
  package var allExpressions: [CheckedExpression] {
    expressions + corrections.flatMap { $0.fields.map(\.value) + [$0.when].compactMap { $0 } }
  }
}

/// A piece of a message: text as it is, or an expression in braces.
package enum MessagePart: Sendable {
  case text(String)
  case expression(CheckedExpression)
}

/// Where the currency of an exposure comes from.
package enum CurrencySource: Sendable {
  /// An expression of type string: the currency field of the amount, or what the author gave.
  case expression(CheckedExpression)
  case constant(String)
}

/// `correct stream.kind { … } when e` (language.md 21).
package struct Correction: Sendable {
  package var kind: EventPattern.Kind
  /// Paths of the kind's schema, each once.
  package var fields: [(path: FieldPath, value: CheckedExpression)]
  package var when: CheckedExpression?
  /// Of its kind.
  package var span: SourceSpan
}
