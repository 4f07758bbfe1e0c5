package import Diagnostics

/// The pattern form of a rule: what makes it an obligation, a prohibition, a chain, a join or a limit. A rule without is a condition.
package enum FormSyntax: Sendable {
  case joins([JoinSyntax])
  case expect(StepSyntax)
  /// Without steps a prohibition, else a chain.
  case forbid(steps: [StepSyntax], last: StepSyntax)
  case over(WindowSyntax)

  package var span: SourceSpan {
    switch self {
    case .joins(let joins): joins.dropFirst().reduce(joins[0].span) { $0.joined(with: $1.span) }
    case .expect(let step): step.span
    case .forbid(let steps, let last): (steps.first ?? last).span.joined(with: last.span)
    case .over(let window): window.span
    }
  }
}

/// `expect B within D unless C`, and the same with `then` and `forbid`.
package struct StepSyntax: Sendable {
  package var keyword: Word
  package var pattern: PatternSyntax
  package var reach: SpanSyntax
  package var unless: PatternSyntax?
  package var span: SourceSpan
}

/// `with all payments.captured as c within 7d after`
package struct JoinSyntax: Sendable {
  /// `all`, `first` or `last`.
  package var quantifier: Word?
  package var pattern: PatternSyntax
  package var within: LengthSyntax
  package var counting: Word?
  package var direction: Word
  package var span: SourceSpan
}

/// How far a step looks.
package struct SpanSyntax: Sendable {
  package var kind: Kind
  package var span: SourceSpan

  package enum Kind: Sendable {
    /// `within 4h counting support_desk`, `within 30d before`
    case within(LengthSyntax, counting: Word?, direction: Word?)
    /// `due o.promised_at at most 60d`
    case due(ExpressionSyntax, atMost: LengthSyntax)
  }
}

/// `over sliding 10m`
package struct WindowSyntax: Sendable {
  package var kind: Kind
  /// From `over` on.
  package var span: SourceSpan

  package enum Kind: Sendable {
    case sliding(LengthSyntax)
    case tumbling(Spanned<Duration>)
    case hopping(Spanned<Duration>, every: Spanned<Duration>)
    case session(gap: Spanned<Duration>, max: Spanned<Duration>?)
    case calendar(unit: Word, zone: Spanned<String>)
    case all(from: DottedName, once: Word?, retain: LengthSyntax)
  }
}
