import Diagnostics
import EventModel

/// Mistakes in spans, windows, hours and lifecycles: TN0520–TN0559; in tables and look-ups: TN0260–TN0269.
extension DiagnosticCode {
  static let tableAsValue = DiagnosticCode(260)
  static let tableMethod = DiagnosticCode(261)
  static let lookupKey = DiagnosticCode(262)
  static let agoNotHere = DiagnosticCode(263)
  static let badPercentile = DiagnosticCode(264)
  static let lookupNotHere = DiagnosticCode(265)
  static let emptyTable = DiagnosticCode(355)
  static let unknownZone = DiagnosticCode(360)
  static let badOpening = DiagnosticCode(361)
  static let chainDirection = DiagnosticCode(520)
  static let dueInThen = DiagnosticCode(521)
  static let unknownHours = DiagnosticCode(522)
  static let countingLooksAfter = DiagnosticCode(523)
  static let windowOfOther = DiagnosticCode(524)
  static let hoppingStep = DiagnosticCode(525)
  static let sessionCut = DiagnosticCode(526)
  static let unbounded = DiagnosticCode(527)
  static let sessionFilled = DiagnosticCode(528)
}

extension Diagnostic {
  static func tableAsValue(_ word: Word, _ table: CheckedTable) -> Diagnostic {
    Diagnostic(
      .tableAsValue, .error, "`\(word.text)` is a table, and no value", at: word.span, notes: [Note("it is declared here", at: table.span)],
      help: "ask it by its key: `\(table.call("get"))`")
  }

  static func tableMethod(_ method: Word, of table: CheckedTable) -> Diagnostic {
    Diagnostic(
      .tableMethod, .error, "a table has no `\(method.text)`", at: method.span,
      help: "`\(table.call("get"))` is a row, `\(table.call("find"))` an optional of it",
      edit: nearestName(to: method.text, among: ["get", "find"]).map { Edit(replace: method.span, with: $0) })
  }

  static func lookupNotHere(at span: SourceSpan, in place: String) -> Diagnostic {
    Diagnostic(
      .lookupNotHere, .error, "no row can be asked for in \(place)", at: span,
      help: "ask for it in `when`, or in `where` of an event of a form that waits")
  }

  static func lookupKey(_ table: CheckedTable, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .lookupKey, .error, "`\(table.name)` is asked by \(table.key.count == 1 ? "one value" : "\(table.key.count) values")", at: span,
      notes: [Note("its key is declared here", at: table.span)], help: "`\(table.call("get"))`")
  }

  static func agoNotHere(_ name: Word) -> Diagnostic {
    Diagnostic(.agoNotHere, .error, "`ago` is an earlier value of a KPI, and stands in its `target` alone", at: name.span)
  }

  static func badAgo(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.agoNotHere, .error, "`ago` takes a duration that is written", at: span, help: "as in `ago(7d)`")
  }

  static func agoBetweenWindows(_ span: SourceSpan, _ duration: Duration, step: String) -> Diagnostic {
    Diagnostic(
      .agoNotHere, .error, "no window began \(duration.ruleText) before this one", at: span, help: "it is a multiple of \(step)")
  }

  static func agoOfSession(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .agoNotHere, .error, "sessions begin when they begin: none is so long before another", at: span,
      help: "compare with a number, or measure over `tumbling`, `hopping` or `calendar`")
  }

  static func sessionFilled(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .sessionFilled, .error, "silence is no session, so there is nothing to `fill`", at: span,
      help: "leave it out, or measure over `tumbling`, `hopping` or `calendar`")
  }

  static func badPercentile(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badPercentile, .error, "which percentile is a number from 0 to 100 that is written", at: span, help: "as in `percentile(x, 95)`")
  }

  static func percentileInVerdict(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badPercentile, .error, "`percentile` is an estimate, and no verdict rests on one", at: span,
      help: "measure it, in a KPI without `target`")
  }

  static func emptyTable(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(.emptyTable, .error, "a table has room for one row at least", at: span)
  }

  static func unknownZone(_ zone: Spanned<String>) -> Diagnostic {
    let nearest = nearestName(to: zone.value, among: CivilTimeZone.names)
    return Diagnostic(
      .unknownZone, .error, "there is no time zone `\(zone.value)`", at: zone.span,
      help: nearest.map { "did you mean `\($0)`?" } ?? "zones have names like `\"Europe/Dublin\"`",
      edit: nearest.map { Edit(replace: zone.span, with: "\"\($0)\"") })
  }

  static func openingEndsBefore(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badOpening, .error, "this opening ends before it begins", at: span, help: "one over midnight is two: to 24:00, and from 00:00")
  }

  static func openingsOverlap(_ span: SourceSpan, other: SourceSpan) -> Diagnostic {
    Diagnostic(.badOpening, .error, "these hours are open already", at: span, notes: [Note("by this line", at: other)])
  }

  static func chainDirection(_ word: Word) -> Diagnostic {
    Diagnostic(
      .chainDirection, .error, "each step of a chain looks after the one before it, not `\(word.text)`", at: word.span,
      help: "leave it out",
      edit: Edit(replace: word.span, with: "after"))
  }

  static func dueInThen(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .dueInThen, .error, "`then` takes no `due`", at: span, help: "say how long after the step before: `within 24h`")
  }

  static func unknownHours(_ name: Word, hours: [String]) -> Diagnostic {
    let nearest = nearestName(to: name.text, among: hours)
    return Diagnostic(
      .unknownHours, .error, "there are no hours `\(name.text)`", at: name.span,
      help: nearest.map { "did you mean `\($0)`?" }
        ?? "declare them: `hours \(name.text) { zone \"Europe/Dublin\"  open mon to fri 09:00 to 17:00 }`",
      edit: nearest.map { Edit(replace: name.span, with: $0) })
  }

  static func countingLooksAfter(_ word: Word, counting: Word) -> Diagnostic {
    Diagnostic(
      .countingLooksAfter, .error, "open time is counted after an event, not `\(word.text)`", at: word.span,
      notes: [Note("it is counted here", at: counting.span)])
  }

  static func windowOfOther(_ window: WindowSyntax, isKPI: Bool) -> Diagnostic {
    Diagnostic(
      .windowOfOther, .error, "a \(isKPI ? "KPI" : "limit") has no window of this kind", at: window.span,
      help: isKPI ? "KPIs have `tumbling`, `hopping`, `session` and `calendar`" : "limits have `sliding`, `tumbling`, `calendar` and `all`")
  }

  static func hoppingStep(_ size: Spanned<Duration>, _ step: Spanned<Duration>) -> Diagnostic {
    Diagnostic(
      .hoppingStep, .error, "\(size.value.ruleText) is no multiple of \(step.value.ruleText)", at: size.span,
      notes: [Note("the step is here", at: step.span)])
  }

  static func sessionCut(_ span: SourceSpan, gap: Spanned<Duration>) -> Diagnostic {
    Diagnostic(
      .sessionCut, .error, "a session is cut before its gap is over", at: span, notes: [Note("the gap is here", at: gap.span)],
      help: "`max` is 24h unless given, and no less than the gap")
  }

  static func unbounded(_ span: SourceSpan, _ length: Duration) -> Diagnostic {
    Diagnostic(
      .unbounded, .error, "\(length.ruleText) bounds nothing: what the rule remembers would grow for ever", at: span,
      help: "at most ten years, 3650d")
  }
}

extension CheckedTable {
  /// How it is asked: `prices.get(sku, currency)`.
  fileprivate func call(_ method: String) -> String { "\(name).\(method)(\(key.map(\.description).joined(separator: ", ")))" }
}

enum FormCatalogue {
  static let entries = tables + spans

  private static let prices = "table prices { topic \"prices.v1\"  schema \"price.schema.json\"  key sku, currency  time valid_from }\n"

  private static func priced(_ condition: String) -> String {
    prices + "rule orders.mispriced { on orders.placed as o  when o.lines.exists(l, \(condition)) }\n"
  }

  private static func hours(_ opening: String, zone: String = "Europe/Dublin") -> String {
    "hours desk { zone \"\(zone)\"  \(opening) }\n"
  }

  private static func kpi(_ clauses: String) -> String { "kpi orders.number { on orders.placed as o  \(clauses) }\n" }

  private static let tables: [DiagnosticEntry] = [
    DiagnosticEntry(
      .tableAsValue, .error, "a table where a value stands", explanation: "A table is asked by its key, and answers with a row.",
      bad: priced("prices == l.price"), good: priced("prices.get(l.sku, o.currency).amount != l.price")),
    DiagnosticEntry(
      .tableMethod, .error, "a question that tables do not answer",
      explanation: "`get` is the row that held at the time of the event, `find` an optional of it.",
      bad: priced("prices.lookup(l.sku, o.currency).amount != l.price"), good: priced("prices.get(l.sku, o.currency).amount != l.price")),
    DiagnosticEntry(
      .lookupKey, .error, "a look-up with too few or too many values", explanation: "A table is asked by all parts of its key, in order.",
      bad: priced("prices.get(l.sku).amount != l.price"), good: priced("prices.get(l.sku, o.currency).amount != l.price")),
    DiagnosticEntry(
      .lookupNotHere, .error, "a look-up where an event is read",
      explanation: """
        Rows of tables are known when the rule's clock has passed the event. A key, the `where` of a window's events or of a state, and the \
        argument of a window function are needed when the event is read.
        """,
      bad: prices
        + "kpi orders.listed { on orders.placed as o where prices.find(o.order_id, o.currency).hasValue()  over tumbling 1h  measure count() }\n",
      good: priced("prices.get(l.sku, o.currency).amount != l.price")),
    DiagnosticEntry(
      .agoNotHere, .error, "`ago` that asks for no earlier value",
      explanation: "`ago(7d)` is the value that a KPI had for the window that began so long before. It stands in `target`.",
      bad: kpi("over tumbling 1h  measure count()  target >= ago(90m)"), good: kpi("over tumbling 1h  measure count()  target >= ago(7d)")),
    DiagnosticEntry(
      .badPercentile, .error, "a percentile that cannot be told",
      explanation:
        "`percentile(x, 95)` is the value that 95 of 100 do not exceed. It is an estimate, so it is measured, and judges nothing.",
      bad: kpi("over tumbling 1h  measure percentile(o.lines.size(), 950)"),
      good: kpi("over tumbling 1h  measure percentile(o.lines.size(), 95)")),
    DiagnosticEntry(
      .emptyTable, .error, "a table without room", explanation: "`max_rows` is how many rows a table may have before it is refused.",
      bad: "table prices { topic \"prices.v1\"  schema \"price.schema.json\"  key sku, currency  max_rows 0 }\n", good: prices),
    DiagnosticEntry(
      .unknownZone, .error, "a time zone that there is not", explanation: "Zones have the names of the IANA time zone database.",
      bad: hours("open mon to fri 09:00 to 17:00", zone: "Europe/Dublim"), good: hours("open mon to fri 09:00 to 17:00")),
    DiagnosticEntry(
      .badOpening, .error, "opening hours that are none",
      explanation: "An opening begins before it ends, on one day, and no two share time.",
      bad: hours("open mon to fri 17:00 to 09:00"), good: hours("open mon to fri 09:00 to 17:00")),
  ]

  private static func chain(_ steps: String) -> String { "rule fraud.chain { by customer_id  on orders.amended  \(steps) }\n" }

  private static func answered(_ span: String) -> String {
    hours("open mon to fri 09:00 to 17:00") + "rule orders.answered { by order_id  on orders.placed as o  expect orders.amended \(span) }\n"
  }

  private static let spans: [DiagnosticEntry] = [
    DiagnosticEntry(
      .chainDirection, .error, "a chain that looks back", explanation: "Steps follow each other, so each looks after the one before it.",
      bad: chain("then orders.placed within 1h before  forbid orders.cancelled within 1h"),
      good: chain("then orders.placed within 1h  forbid orders.cancelled within 1h")),
    DiagnosticEntry(
      .dueInThen, .error, "`then` with `due`", explanation: "A step of a chain comes within a time of the one before it.",
      bad: chain("then orders.placed due timestamp(\"2026-01-01T00:00:00Z\") at most 1d  forbid orders.cancelled within 1h"),
      good: chain("then orders.placed within 1d  forbid orders.cancelled within 1h")),
    DiagnosticEntry(
      .unknownHours, .error, "hours that there are not", explanation: "`counting` names hours that are declared.",
      bad: answered("within 4h counting desks"), good: answered("within 4h counting desk")),
    DiagnosticEntry(
      .countingLooksAfter, .error, "open time that is counted back",
      explanation: "The deadline is the instant at which so much open time has gone by.",
      bad: answered("within 4h counting desk before"), good: answered("within 4h counting desk")),
    DiagnosticEntry(
      .windowOfOther, .error, "a window of a kind that does not go with this",
      explanation: "A limit looks at the time that has just gone by, a KPI at windows that follow each other.",
      bad: kpi("over sliding 1h  measure count()"), good: kpi("over tumbling 1h  measure count()")),
    DiagnosticEntry(
      .hoppingStep, .error, "a window that is no multiple of its step", explanation: "A window that hops is made of whole steps.",
      bad: kpi("over hopping 1h every 25m  measure count()"), good: kpi("over hopping 1h every 20m  measure count()")),
    DiagnosticEntry(
      .sessionCut, .error, "a session that is shorter than its gap",
      explanation: "A session ends when nothing came for the gap, and is cut at its longest.",
      bad: kpi("over session gap 1h max 30m  measure count()"), good: kpi("over session gap 1h max 12h  measure count()")),
    DiagnosticEntry(
      .sessionFilled, .error, "`fill` of sessions", explanation: "`fill` gives silence windows. A session is there only with events.",
      bad: kpi("over session gap 1h  measure count()  fill 24h"), good: kpi("over tumbling 1h  measure count()  fill 24h")),
    DiagnosticEntry(
      .unbounded, .error, "state that nothing bounds",
      explanation: "What a rule remembers of a key is kept as long as its spans say. One of more than ten years keeps it for ever.",
      bad: "rule orders.many { by customer_id  on orders.placed  over sliding 5000d  when count() > 5000 }\n",
      good: "rule orders.many { by customer_id  on orders.placed  over sliding 365d  when count() > 5000 }\n"),
  ]
}
