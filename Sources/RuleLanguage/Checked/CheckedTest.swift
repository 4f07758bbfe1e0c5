package import Diagnostics
package import EventModel

/// A test that has been checked, for one row of its cases: every instant, event and value in it is known (language.md 26).
package struct CheckedTest: Sendable {
  package var title: String
  /// Of the row of `cases`: the names, and where their values stand.
  package var row: [(name: String, value: SourceSpan)]
  package var region: String
  /// Values that params have in this test, by index of `CheckedProgram.params`.
  package var params: [Int: Value]
  package var lines: [Line]
  /// What the test needs and this version does not have: then it is skipped.
  package var missing: [String]
  /// Of its title.
  package var span: SourceSpan

  /// Lines in the order of the text.
  package struct Line: Sendable {
    package var content: Content
    /// Where the wall clock goes before what the line says; nil: it stays.
    package var wall: EventTime?
    package var span: SourceSpan
  }

  package enum Content: Sendable {
    case event(Event)
    case row(Row)
    case timePasses
    case rulesStart
    case lags(Input)
    case catchesUp(Input)
    case violation(ViolationClaim)
    case value(ValueClaim)
  }

  /// What is read: by index of `CheckedProgram.streams` and `tables`.
  package enum Input: Hashable, Sendable { case stream(Int), table(Int) }

  /// A table's row, or a tombstone.
  package struct Row: Sendable {
    /// Index into `CheckedProgram.tables`.
    package var table: Int
    package var partition: Int32
    /// Of its record: the parts of its key, as JSON.
    package var key: String
    /// nil: it is deleted.
    package var value: JSONValue?
  }

  package struct Event: Sendable {
    package var kind: EventPattern.Kind
    /// Index into `CheckedProgram.streams`.
    package var stream: Int { kind.stream }
    package var partition: Int32
    package var value: JSONValue
  }

  package enum State: String, Sendable { case open, resolved, withdrawn }

  /// `expect 2 payments.capture_timeout resolved dated 10:30 { order_id: "o-1" }`
  package struct ViolationClaim: Sendable {
    package var rule: String
    package var count: Int
    /// nil: `expect no`, none that is open or resolved.
    package var state: State?
    package var at: EventTime?
    package var fields: [Field]
    /// False: the test wants that it does not hold.
    package var holds: Bool
  }

  /// `expect revenue.gmv == 45.00 from 10:00 { currency: "EUR" }`
  package struct ValueClaim: Sendable {
    package var kpi: String
    package var comparison: BinaryOperator
    package var value: Value
    /// nil: the last window.
    package var start: EventTime?
    package var fields: [Field]
    package var holds: Bool
    /// `expect no`.
    package var isNegated: Bool
  }

  /// A field of a published record.
  package struct Field: Sendable {
    /// It is a part of the key.
    package var isKey: Bool
    package var name: String
    package var value: Value
  }
}

extension CheckedTest {
  /// The rules and KPIs of which something is expected; what a lifecycle says is named below its own name.
  package var namedRules: Set<String> {
    Set(
      lines.compactMap { line in
        switch line.content {
        case .violation(let claim): claim.rule
        case .value(let claim): claim.kpi
        default: nil
        }
      })
  }
}
