import Diagnostics

/// Mistakes in patterns, keys and forms: TN0500–TN0599.
extension DiagnosticCode {
  static let kindTwice = DiagnosticCode(500)
  static let keyMissing = DiagnosticCode(501)
  static let keyPartOfNoPattern = DiagnosticCode(502)
  static let keyPartTwice = DiagnosticCode(503)
  static let keyTypesDiffer = DiagnosticCode(504)
  static let badKeyType = DiagnosticCode(505)
  static let whenWithSpan = DiagnosticCode(506)
  static let limitWithoutWhen = DiagnosticCode(507)
  static let severalPatterns = DiagnosticCode(508)
  static let badMeasure = DiagnosticCode(509)
  static let emptyLength = DiagnosticCode(510)
  static let streamKeysDiffer = DiagnosticCode(511)
  static let manyPatterns = DiagnosticCode(512)
}

extension Diagnostic {
  static func kindTwice(_ name: DottedName) -> Diagnostic {
    Diagnostic(.kindTwice, .error, "`\(name.text)` is in this pattern already", at: name.span)
  }

  static func keyMissing(_ owner: String, common: [String], at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .keyMissing, .error, "\(owner) is over more than one event and has no `by`", at: span,
      help: "`by` names the field that these events have in common"
        + (common.isEmpty ? "" : ": " + common.prefix(3).map { "`by \($0)`" }.joined(separator: " or ")))
  }

  static func keyPartOfNoPattern(_ expression: ExpressionSyntax, isOfSeveral: Bool, aliases: [String]) -> Diagnostic {
    Diagnostic(
      .keyPartOfNoPattern, .error, "a part of the key is of one event, and this reads \(isOfSeveral ? "several" : "none by its alias")",
      at: expression.span,
      help: aliases.isEmpty
        ? "give the pattern an alias: `on orders.placed as o`" : "write one expression an alias: `by part = a.x | b.y`")
  }

  static func keyFieldMissing(_ name: Word, of pattern: PatternSyntax, nearest: String?, otherAlias: String?) -> Diagnostic {
    let kind = pattern.names.map(\.text).joined(separator: " or ")
    let alias = pattern.alias?.text ?? (otherAlias == "x" ? "y" : "x")
    let expressions = (otherAlias.map { ["\($0).\(name.text)"] } ?? []) + ["\(alias).…"]
    return Diagnostic(
      .unknownField, .error, "`\(name.text)` is not a field of `\(kind)`", at: name.span,
      notes: [Note("the pattern is here", at: pattern.span)],
      help: nearest.map { "did you mean `\($0)`?" }
        ?? "say what it is there: `by \(name.text) = \(expressions.joined(separator: " | "))`",
      edit: nearest.map { Edit(replace: name.span, with: $0) })
  }

  static func keyPartTwice(_ expression: ExpressionSyntax, first: SourceSpan) -> Diagnostic {
    Diagnostic(
      .keyPartTwice, .error, "this part of the key is given twice for one pattern", at: expression.span,
      notes: [Note("the first is here", at: first)])
  }

  static func keyTypesDiffer(_ part: KeySyntax.Part, _ first: ValueType, of pattern: String, _ other: ValueType, of otherPattern: String)
    -> Diagnostic
  {
    Diagnostic(
      .keyTypesDiffer, .error,
      "key part `\(part.name.text)` is \(first.described) in `\(pattern)` and \(other.described) in `\(otherPattern)`", at: part.span,
      help: "give an expression for each, of one type: `by \(part.name.text) = string(a.x) | b.y`")
  }

  static func badKeyType(_ part: KeySyntax.Part, _ type: ValueType) -> Diagnostic {
    Diagnostic(
      .badKeyType, .error, "key part `\(part.name.text)` is \(type.described)", at: part.span,
      help: "a key is made of single values: strings, numbers, bools and times")
  }

  static func whenWithSpan(_ when: WhenSyntax, form: FormSyntax?) -> Diagnostic {
    let keyword = if case .expect? = form { "expect" } else { "forbid" }
    return whenWithSpan(when.span, keyword: keyword)
  }

  static func whenWithSpan(_ when: Word, keyword: Word) -> Diagnostic {
    var diagnostic = whenWithSpan(when.span, keyword: keyword.text == "expect" ? "expect" : "forbid")
    diagnostic.notes = [Note("`\(keyword.text)` is here", at: keyword.span)]
    return diagnostic
  }

  private static func whenWithSpan(_ span: SourceSpan, keyword: String) -> Diagnostic {
    Diagnostic(
      .whenWithSpan, .error, "`when` does not go with `\(keyword)`", at: span,
      help: "say it of the events themselves: `on … as a where …`, `\(keyword) … as b where …`")
  }

  static func limitWithoutWhen(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(.limitWithoutWhen, .error, "a limit needs `when`", at: span, help: "say how much is too much: `when count() >= 5`")
  }

  static func severalPatterns(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .severalPatterns, .error, "only a limit has more than one pattern after `on`", at: span,
      help: "kinds of which any may come are joined by `or`; a rule over several events has `expect` or `over`")
  }

  static func manyPatterns(at span: SourceSpan, most: Int, isLifecycle: Bool) -> Diagnostic {
    Diagnostic(
      .manyPatterns, .error, isLifecycle ? "a lifecycle has at most \(most) states" : "a rule has at most \(most) patterns", at: span,
      help: isLifecycle ? "make two of it, each for a part of the way" : "kinds of which any may come are one pattern: `a.x or a.y as e`")
  }

  static func badMeasure(_ span: SourceSpan, _ type: ValueType) -> Diagnostic {
    Diagnostic(.badMeasure, .error, "a measure is a number or a duration, and this is \(type.described)", at: span)
  }

  static func emptyLength(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(.emptyLength, .error, "this length of time is empty", at: span)
  }

  static func streamKeysDiffer(_ pattern: PatternSyntax, _ streams: [CheckedStream]) -> Diagnostic {
    Diagnostic(
      .streamKeysDiffer, .error, "the streams \(streams.map(\.name).quoted) have different keys, so it is not clear which this rule has",
      at: pattern.span, help: "say it with `by`")
  }
}

enum PatternCatalogue {
  private static func many(_ count: Int) -> String {
    let patterns = (1...count).map { "orders.placed as o\($0) where o\($0).total == \($0)" }
    return "rule orders.many { by customer_id  on \(patterns.joined(separator: ", "))  over sliding 1h  when count() > 5 }\n"
  }

  static let entries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .kindTwice, .error, "a kind that a pattern names twice",
      explanation: "Each kind of a pattern is named once; a whole stream is all its kinds.",
      bad: "rule orders.large { on orders or orders.placed as o  when o.type == \"amended\" }\n",
      good: "rule orders.large { on orders as o  when o.type == \"amended\" }\n"),
    DiagnosticEntry(
      .keyMissing, .error, "a rule over more than one event without a key",
      explanation: "`by` says which events belong together. Only a limit or KPI over all events does without.",
      bad: "rule orders.paid { on orders.placed  expect payments.captured within 30m }\n",
      good: "rule orders.paid { by order_id  on orders.placed  expect payments.captured within 30m }\n"),
    DiagnosticEntry(
      .keyPartOfNoPattern, .error, "a key expression that does not read one event",
      explanation: "Where names differ, `by part = a.x | b.y` gives an expression for each pattern, told apart by the alias it reads.",
      bad: "rule orders.paid { by id = \"x\"  on orders.placed as o  expect payments.captured as p within 30m }\n",
      good: "rule orders.paid { by id = o.order_id | p.order_id  on orders.placed as o  expect payments.captured as p within 30m }\n"),
    DiagnosticEntry(
      .keyPartTwice, .error, "two key expressions for one pattern",
      explanation: "Each pattern gives one value of a part of the key.",
      bad: "rule orders.same { by id = o.order_id | o.customer_id  on orders.placed as o  over sliding 1h  when count() > 5 }\n",
      good: "rule orders.same { by id = o.customer_id  on orders.placed as o  over sliding 1h  when count() > 5 }\n"),
    DiagnosticEntry(
      .keyTypesDiffer, .error, "a key part that has different types in different patterns",
      explanation: "Events are matched when their keys are equal, and values of different types are not.",
      bad: """
        rule orders.paid { by id = o.order_id | p.amount  on orders.placed as o  expect payments.captured as p within 30m }

        """,
      good: """
        rule orders.paid { by id = o.order_id | p.order_id  on orders.placed as o  expect payments.captured as p within 30m }

        """),
    DiagnosticEntry(
      .badKeyType, .error, "a key part that is no single value",
      explanation: "Lists, maps, objects and optionals are not parts of a key.",
      bad: "rule orders.many { by lines  on orders.placed as o  over sliding 1h  when count() > 5 }\n",
      good: "rule orders.many { by customer_id  on orders.placed as o  over sliding 1h  when count() > 5 }\n"),
    DiagnosticEntry(
      .whenWithSpan, .error, "`when` in an obligation or prohibition",
      explanation: "What must hold of the events is said with `where`, of each of them.",
      bad: "rule orders.paid { by order_id  on orders.placed as o  expect payments.captured within 30m  when o.total > 1000 }\n",
      good: "rule orders.paid { by order_id  on orders.placed as o where o.total > 1000  expect payments.captured within 30m }\n"),
    DiagnosticEntry(
      .limitWithoutWhen, .error, "a limit without `when`",
      explanation: "A limit speaks when its condition becomes true for a key.",
      bad: "rule orders.many { by customer_id  on orders.placed  over sliding 1h }\n",
      good: "rule orders.many { by customer_id  on orders.placed  over sliding 1h  when count() > 5 }\n"),
    DiagnosticEntry(
      .severalPatterns, .error, "several patterns after `on`",
      explanation: "Patterns beside each other, with commas, are those of a limit or KPI.",
      bad: "rule orders.large { on orders.placed as o, orders.amended as a  when o.total > 1000 }\n",
      good: "rule orders.large { on orders.placed or orders.amended as o  when o.total > 1000 }\n"),
    DiagnosticEntry(
      .manyPatterns, .error, "more patterns than a rule has",
      explanation: "A rule has at most sixteen patterns, a lifecycle sixty-four states.",
      bad: many(17), good: many(16)),
    DiagnosticEntry(
      .badMeasure, .error, "a measure that is no number",
      explanation: "A KPI is a number over time: a count, a sum, a ratio, a duration.",
      bad: "kpi orders.customers { on orders.placed as o  over tumbling 1h  measure last(o.customer_id) }\n",
      good: "kpi orders.customers { on orders.placed as o  over tumbling 1h  measure distinct(o.customer_id) }\n"),
    DiagnosticEntry(
      .emptyLength, .error, "a window or interval of no length",
      explanation: "A window holds at least a millisecond.",
      bad: "kpi orders.number { on orders.placed  over tumbling 0s  measure count() }\n",
      good: "kpi orders.number { on orders.placed  over tumbling 1h  measure count() }\n"),
    DiagnosticEntry(
      .streamKeysDiffer, .error, "a condition without `by` on streams with different keys",
      explanation: "A condition without `by` has the key of its stream. Of several streams that is one key only if they have the same.",
      bad: "rule orders.any { on orders.placed or inventory.shipped }\n",
      good: "rule orders.any { by order_id  on orders.placed or inventory.shipped }\n"),
  ]
}
