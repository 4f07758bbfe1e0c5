import Diagnostics
import EventModel

/// What the language has and this version does not evaluate: TN0800–TN0899.
extension DiagnosticCode {
  static let notEvaluated = DiagnosticCode(801)
  static let testSkipped = DiagnosticCode(802)
}

extension Diagnostic {
  /// One warning for a program: what it says, and where.
  static func notEvaluated(_ rules: [UnevaluatedRule], of count: Int) -> Diagnostic? {
    guard let first = rules.first?.missing.first else { return nil }
    // A line each: there may be many, and none is a mistake.
    let notes = rules.map { Note("`\($0.rule.name)` needs " + $0.needs.joined(separator: ", ")) }
    let number = rules.count == 1 ? "1 of \(count) rules is" : "\(rules.count) of \(count) rules are"
    return Diagnostic(
      .notEvaluated, .warning, "\(number) right, and not evaluated by this version", at: first.span, notes: notes)
  }

  /// One warning for a program.
  static func testsSkipped(_ tests: [(title: Spanned<String>, missing: [String])], of count: Int) -> Diagnostic? {
    guard let first = tests.first else { return nil }
    let notes = tests.map { Note("\"\($0.title.value)\" needs " + $0.missing.joined(separator: ", ")) }
    let number = tests.count == 1 ? "1 of \(count) tests is" : "\(tests.count) of \(count) tests are"
    return Diagnostic(
      .testSkipped, .warning, "\(number) skipped: this version lacks what they need", at: first.title.span,
      notes: tests.count == 1 ? [Note("it needs " + first.missing.joined(separator: ", "))] : notes)
  }
}

enum SupportCatalogue {
  static let entries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .notEvaluated, .warning, "rules that this version does not evaluate",
      explanation: """
        The rules are checked like all others, and no event is matched against them: they say nothing. One warning names all of them, and \
        what each needs.
        """,
      bad: "rule orders.large { on orders.placed as o  when o.total > 1000  scope global }\n",
      good: "rule orders.once { by order_id  on orders.placed  forbid orders.placed within 1h }\n"),
    DiagnosticEntry(
      .testSkipped, .warning, "a test that is skipped",
      explanation: "The test is well formed, and asks for something that this version cannot evaluate. `tenet test` counts it as skipped.",
      bad:
        "rule orders.large { on orders.placed as o  when o.total > 1000  violation \"large\" }\ntest \"large\" { expect orders.large waiting }\n",
      good:
        "rule orders.large { on orders.placed as o  when o.total > 1000  violation \"large\" }\ntest \"large\" { expect no orders.large }\n"
    ),
  ]
}
