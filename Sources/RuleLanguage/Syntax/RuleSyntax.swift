package import Diagnostics

/// `rule payments.capture_timeout { … }`
package struct RuleSyntax: Sendable {
  package var name: DottedName
  package var by: KeySyntax?
  package var on: OnSyntax
  package var form: FormSyntax?
  package var when: WhenSyntax?
  package var notes: [NoteSyntax]
  package var params: [ParamSyntax]
}

/// `by order = o.order_id | p.reference, region`
package struct KeySyntax: Sendable {
  package var parts: [Part]
  package var span: SourceSpan

  package struct Part: Sendable {
    package var name: Word
    /// Empty: the field of that name in every pattern.
    package var expressions: [ExpressionSyntax]
    package var span: SourceSpan
  }
}

/// `on payments.captured as c, payments.declined as d`
package struct OnSyntax: Sendable {
  /// At least one.
  package var patterns: [PatternSyntax]
  package var span: SourceSpan
}

/// `payments.authorized or payments.declined as p where has(p.card)`
package struct PatternSyntax: Sendable {
  /// At least one.
  package var names: [DottedName]
  package var alias: Word?
  package var condition: ExpressionSyntax?
  package var span: SourceSpan
}

/// `when e`
package struct WhenSyntax: Sendable {
  package var condition: ExpressionSyntax
  package var span: SourceSpan
}

/// `kpi revenue.gmv { … }`
package struct KPISyntax: Sendable {
  package var name: DottedName
  package var by: KeySyntax?
  package var on: OnSyntax
  package var window: WindowSyntax
  package var measure: ExpressionSyntax
  package var when: WhenSyntax?
  package var items: [Item]
  package var notes: [NoteSyntax]

  package struct Item: Sendable {
    package var keyword: Word
    package var content: Content
    package var span: SourceSpan
  }

  package enum Content: Sendable {
    case emitEvery(Spanned<Duration>)
    case fill(Spanned<Duration>)
    case target(BinaryOperator, ExpressionSyntax)
  }
}

/// `lifecycle order { by order_id  on orders, payments  placed -> paid within 30m  end paid retain 90d }`
package struct LifecycleSyntax: Sendable {
  package var name: Word
  package var by: KeySyntax
  package var on: OnSyntax
  package var states: [State]
  package var arrows: [Arrow]
  package var start: [Word]
  package var end: [Word]
  package var retain: LengthSyntax
  package var notes: [NoteSyntax]

  /// `state paid = payments.captured`
  package struct State: Sendable {
    package var name: Word
    package var pattern: PatternSyntax
    package var span: SourceSpan
  }

  /// `placed -> paid, cancelled within 30m`
  package struct Arrow: Sendable {
    package var from: Word
    package var to: [Word]
    package var within: LengthSyntax?
    package var counting: Word?
    package var span: SourceSpan
  }
}
