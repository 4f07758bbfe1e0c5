package import Diagnostics
package import EventModel

/// `let embargoed = ["KP", "SY"]`
package struct LetSyntax: Sendable {
  package var name: Word
  package var value: ExpressionSyntax
}

/// `param review_limit decimal { default 5000.00  region "eu-west-1" 4000.00 }`
package struct ParamSyntax: Sendable {
  package var name: Word
  package var type: TypeSyntax
  package var defaultValue: ExpressionSyntax
  package var regional: [Regional]

  package struct Regional: Sendable {
    package var region: Spanned<String>
    package var value: ExpressionSyntax
  }
}

/// `decimal`, `list(string)`
package struct TypeSyntax: Hashable, Sendable {
  package var name: Word
  package var arguments: [TypeSyntax]
  package var span: SourceSpan
}

/// `hours support_desk { zone "Europe/Dublin"  open mon to fri 09:00 to 17:30  closed 2026-12-25 }`
package struct HoursSyntax: Sendable {
  package var name: Word
  package var zone: Spanned<String>
  package var openings: [Opening]
  package var closed: [Spanned<CivilDate>]

  package struct Opening: Sendable {
    package var firstDay: Word
    /// nil: the one day.
    package var lastDay: Word?
    package var from: Spanned<ClockTime>
    package var to: Spanned<ClockTime>
    package var span: SourceSpan
  }
}
