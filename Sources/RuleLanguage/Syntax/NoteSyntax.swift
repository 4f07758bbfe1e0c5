package import Diagnostics
package import EventModel

/// What stands after the pattern of a rule: how its violations look, and how it runs.
package struct NoteSyntax: Sendable {
  package var keyword: Word
  package var content: Content
  package var span: SourceSpan

  package enum Content: Sendable {
    case severity(SeveritySyntax)
    case owner(Spanned<String>)
    case runbook(Spanned<String>)
    case tags([Word])
    case mode(Word)
    case scope(Word)
    case effective(from: Spanned<CivilDate>, to: Spanned<CivilDate>, zone: Spanned<String>)
    case suppress(LengthSyntax)
    case remember(LengthSyntax)
    case start(StartSyntax)
    case was(Spanned<String>)
    case allow(Word, reason: Spanned<String>)
    case violation(ViolationSyntax)
    case correct(DottedName, InitializersSyntax, when: WhenSyntax?)
  }
}

/// `severity high when exposure > 1000, else medium`
package struct SeveritySyntax: Sendable {
  /// Those with a condition, in order.
  package var cases: [Case]
  /// The one without.
  package var otherwise: Word

  package struct Case: Sendable {
    package var level: Word
    package var condition: ExpressionSyntax
  }
}

/// `start 30d`, `start now`, `start earliest`
package enum StartSyntax: Sendable {
  case duration(Spanned<Duration>)
  case now(Word)
  case earliest(Word)
}

/// `violation "order {order_id} was not paid" exposure o.total`
package struct ViolationSyntax: Sendable {
  package var message: MessageSyntax
  package var exposure: ExpressionSyntax?
  package var details: InitializersSyntax?
}

/// A message: text as it is, and expressions that stand in braces.
package struct MessageSyntax: Sendable {
  package var parts: [Part]
  package var span: SourceSpan

  package enum Part: Sendable {
    case text(String)
    case expression(ExpressionSyntax)
  }
}
