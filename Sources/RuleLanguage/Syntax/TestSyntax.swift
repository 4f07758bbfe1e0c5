package import Diagnostics
package import EventModel

/// `fixture new_order = orders.placed { order_id: "o-1" }`
package struct FixtureSyntax: Sendable {
  package var name: Word
  package var base: DottedName
  package var fields: InitializersSyntax?
}

/// `test "an unpaid order is flagged" on 2026-01-09 { … }`
package struct TestSyntax: Sendable {
  package var title: Spanned<String>
  package var day: Spanned<CivilDate>?
  package var givens: [Given]
  package var cases: Cases?
  package var lines: [Line]

  package enum Given: Sendable {
    case region(Spanned<String>)
    case param(DottedName, ExpressionSyntax)
  }

  /// `cases (total, wrong) { (23.00, false) (21.50, true) }`
  package struct Cases: Sendable {
    package var names: [Word]
    package var rows: [Row]
    package var span: SourceSpan
  }

  package struct Row: Sendable {
    package var values: [ExpressionSyntax]
    package var span: SourceSpan
  }

  package enum Line: Sendable {
    case event(EventLineSyntax)
    case expect(ExpectLineSyntax)
  }
}

/// `at 10:00  new_order { total: 30.00 } arrives late`
package struct EventLineSyntax: Sendable {
  package var moment: Moment
  package var happening: Happening
  package var span: SourceSpan

  package enum Moment: Sendable {
    case at(InstantSyntax)
    case after(Spanned<Duration>)
  }

  package enum Happening: Sendable {
    case timePasses
    case rulesStart
    case lags(DottedName)
    case catchesUp(DottedName)
    case event(DottedName, InitializersSyntax?, isDeleted: Bool, [Arrival])
  }

  package enum Arrival: Sendable {
    case late
    case at(InstantSyntax)
    case after(Spanned<Duration>)
    case fromPartition(Spanned<Int64>)
    case fromRegion(Spanned<String>)
  }
}

/// `2026-01-07 12:00`, `12:00`
package struct InstantSyntax: Sendable {
  package var day: Spanned<CivilDate>?
  package var clock: Spanned<ClockTime>
}

/// `expect no payments.capture_timeout { order_id: "o-1" } when flagged`
package struct ExpectLineSyntax: Sendable {
  package var isNegated: Bool
  package var count: Spanned<Int64>?
  package var claim: Claim
  package var fields: InitializersSyntax?
  package var when: WhenSyntax?
  package var span: SourceSpan

  package enum Claim: Sendable {
    case correction(DottedName, isRevoked: Bool)
    /// `resolved`, `withdrawn`, `undetermined` or `waiting`; nil: open.
    case violation(DottedName, state: Word?, dated: InstantSyntax?)
    case value(DottedName, BinaryOperator, ExpressionSyntax, from: InstantSyntax?)
  }
}
