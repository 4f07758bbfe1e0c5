import Diagnostics
import EventModel

/// Mistakes in notes: TN0600–TN0699.
extension DiagnosticCode {
  static let detailIsPath = DiagnosticCode(600)
  static let badExposure = DiagnosticCode(601)
  static let unknownCode = DiagnosticCode(602)
  static let formerNameTaken = DiagnosticCode(603)
  static let effectiveEndsBefore = DiagnosticCode(604)
  static let globalRule = DiagnosticCode(605)
  static let residentValue = DiagnosticCode(606)
}

extension Diagnostic {
  static func detailIsPath(_ path: PathSyntax) -> Diagnostic {
    Diagnostic(
      .detailIsPath, .error, "a value of a violation has a plain name, and not `\(path.text)`", at: path.span,
      help: "`{ \(path.parts.last?.text ?? "x"): … }`")
  }

  static func badExposure(_ span: SourceSpan, _ type: ValueType) -> Diagnostic {
    Diagnostic(.badExposure, .error, "an exposure is a number, and this is \(type.described)", at: span)
  }

  static func unknownCode(_ code: Word) -> Diagnostic {
    Diagnostic(.unknownCode, .error, "no diagnostic has the code `\(code.text)`", at: code.span)
  }

  static func allowedError(_ code: Word) -> Diagnostic {
    Diagnostic(.unknownCode, .error, "`\(code.text)` is an error, and only warnings can be allowed", at: code.span)
  }

  static func formerNameTaken(_ name: Spanned<String>, declared: SourceSpan) -> Diagnostic {
    Diagnostic(
      .formerNameTaken, .error, "`\(name.value)` is the name of another rule now", at: name.span,
      notes: [Note("it is declared here", at: declared)],
      help: "a rule goes on under its former name as long as nobody else has it")
  }

  static func effectiveEndsBefore(_ span: SourceSpan, from: SourceSpan) -> Diagnostic {
    Diagnostic(.effectiveEndsBefore, .error, "this day is before the first", at: span, notes: [Note("the first is here", at: from)])
  }

  static func globalWithoutID(_ span: SourceSpan, stream: CheckedStream) -> Diagnostic {
    Diagnostic(
      .globalRule, .error, "a rule over all regions tells events by their ids, and stream `\(stream.name)` has none", at: span,
      notes: [Note("it is declared here", at: stream.span)], help: "give the stream an id: `id event_id within 24h`")
  }

  static func globalRegionalParam(_ name: String, at span: SourceSpan, scope: SourceSpan) -> Diagnostic {
    Diagnostic(
      .globalRule, .error, "`\(name)` has values of its own in some regions, and this rule is over all", at: span,
      notes: [Note("its scope is here", at: scope)], help: "use a param without regional values")
  }

  static func resident(_ path: FieldPath, zone: String, at span: SourceSpan, isGlobal: Bool) -> Diagnostic {
    Diagnostic(
      .residentValue, .error,
      "`\(path)` may not leave the zone `\(zone)`, and this rule \(isGlobal ? "is evaluated for all regions" : "is published in all regions")",
      at: span, help: "keep the rule in its region with `scope local`, or read the field in `where` and `when` alone")
  }
}

enum NoteCatalogue {
  static let entries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .detailIsPath, .error, "a path as the name of a value",
      explanation: "The values in the braces of `violation` are published under plain names.",
      bad: "rule orders.large { on orders.placed as o  when o.total > 1000  violation \"large\" { ship.to: o.ship_to.country } }\n",
      good: "rule orders.large { on orders.placed as o  when o.total > 1000  violation \"large\" { ship_to: o.ship_to.country } }\n"),
    DiagnosticEntry(
      .badExposure, .error, "an exposure that is no number",
      explanation: "The exposure of a violation is how much money is at risk.",
      bad: "rule orders.large { on orders.placed as o  when o.total > 1000  violation \"large\" exposure o.currency }\n",
      good: "rule orders.large { on orders.placed as o  when o.total > 1000  violation \"large\" exposure o.total }\n"),
    DiagnosticEntry(
      .unknownCode, .error, "`allow` of what is no warning",
      explanation: "`allow CODE \"why\"` silences a warning in its rule. Errors are put right instead.",
      bad: "rule orders.large { on orders.placed as o  when o.total > 1000  allow TN9999 \"known\" }\n",
      good: "rule orders.large { on orders.placed as o  when o.total > 1000  allow TN0701 \"known\" }\n"),
    DiagnosticEntry(
      .formerNameTaken, .error, "a former name that is taken",
      explanation: "`was` keeps the state and ids of a rule over a renaming. Two rules cannot go on as one.",
      bad: large("was \"orders.huge\"") + "rule orders.huge { on orders.placed as o  when o.total > 9000 }\n",
      good: large("was \"orders.huge\"")),
    DiagnosticEntry(
      .effectiveEndsBefore, .error, "a rule that ends before it begins", explanation: "Both days of `effective` are included.",
      bad: large("effective 2026-11-27 to 2026-11-01 in \"Europe/Dublin\""),
      good: large("effective 2026-11-01 to 2026-11-27 in \"Europe/Dublin\"")),
    DiagnosticEntry(
      .globalRule, .error, "a rule over all regions that rests on one",
      explanation:
        "A rule with `scope global` sees the events of all regions at one place: they are told apart by ids, and nothing is regional.",
      bad: "param most decimal { default 1000.00  region \"eu-west-1\" 900.00 }\n" + large("scope global", than: "most"),
      good: "param most decimal { default 1000.00 }\n" + large("scope global", than: "most")),
    DiagnosticEntry(
      .residentValue, .error, "a value that would leave its zone",
      explanation: """
        A field with `x-residency` stays in the regions of that zone. What a rule publishes goes to all regions, unless its scope is `local`; \
        what a comparison says of the value is free.
        """,
      bad: patients + "rule clinic.fever { on patients as p  when p.temperature > 39.0  violation \"fever: {p.diagnosis}\" }\n",
      good: patients + "rule clinic.fever { on patients as p  when p.temperature > 39.0  violation \"fever\" }\n"),
  ]

  private static func large(_ note: String, than most: String = "1000") -> String {
    "rule orders.large { on orders.placed as o  when o.total > \(most)  \(note) }\n"
  }

  private static let patients =
    "stream patients { topic \"patients.v1\"  schema \"patient-event.schema.json\"  key patient_id  time at  id event_id within 1h }\n"
}
