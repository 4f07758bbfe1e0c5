import Diagnostics

/// Mistakes of grammar: TN0120–TN0199.
extension DiagnosticCode {
  static let unexpected = DiagnosticCode(120)
  static let reservedWord = DiagnosticCode(121)
  static let tooDeep = DiagnosticCode(122)
  static let unknownDeclaration = DiagnosticCode(123)
  static let unknownItem = DiagnosticCode(124)
  static let unclosedBody = DiagnosticCode(125)
  static let missingClause = DiagnosticCode(126)
  static let clauseOrder = DiagnosticCode(127)
  static let standsTwice = DiagnosticCode(128)
  static let secondForm = DiagnosticCode(129)
  static let foreignSyntax = DiagnosticCode(130)
}

extension Diagnostic {
  static func unexpected(_ found: String, expected: String, at span: SourceSpan, help: String?) -> Diagnostic {
    Diagnostic(.unexpected, .error, "expected \(expected), found \(found)", at: span, help: help)
  }

  static func missing(_ expected: String, at span: SourceSpan, help: String?) -> Diagnostic {
    Diagnostic(.unexpected, .error, "expected \(expected) here", at: span, help: help)
  }

  static func reservedWord(_ word: String, as what: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .reservedWord, .error, "`\(word)` is a reserved word, and not \(what)", at: span,
      help: "take another name; after a dot it may be the name of a field")
  }

  static func tooDeep(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .tooDeep, .error, "this expression is nested more than \(ExpressionSyntax.maximumHeight) deep", at: span,
      help: "name parts of it with `let`; many alternatives are a list: `x in [a, b, c]`")
  }
}

extension Diagnostic {
  static func tooDeepWithLets(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .tooDeep, .error, "this expression is nested more than \(ExpressionSyntax.maximumHeight) deep with the lets in it in their places",
      at: span)
  }

  static func letTooLarge(_ name: Word) -> Diagnostic {
    Diagnostic(
      .tooDeep, .error, "`\(name.text)` is too large when the lets in it are put in their places", at: name.span,
      help: "at most \(ExpressionSyntax.maximumHeight) deep, and \(LetBounds.maximumNodes) parts")
  }

  static func letsTooOftenNamed(_ rule: DottedName) -> Diagnostic {
    Diagnostic(
      .tooDeep, .error, "with `\(rule.text)` the lets that rules name come to more than \(LetBudget.most) parts", at: rule.span,
      help: "a long list that many rules name is a table: `table NAME { … }`, asked with `NAME.find(…)`")
  }

  static func unknownDeclaration(_ word: String, at span: SourceSpan) -> Diagnostic {
    let nearest = nearestName(to: word, among: Parser.declarationWords)
    let isSQL = ["SELECT", "CREATE", "INSERT", "WITH", "FROM"].contains(word.uppercased())
    let other =
      word.utf8.count > 1 && durationUnit(word) != nil
      ? "a duration is a number with its unit, and no space: `5m`, `24h`, `7d`"
      : isSQL
        ? "rules are no SQL: `rule NAME { on orders.placed as o  when o.total > 1000 }`, `kpi NAME { … }` for what is summed up"
        : "declarations begin with one of " + Parser.declarationWords.quoted
    return Diagnostic(
      .unknownDeclaration, .error, "`\(word)` begins no declaration", at: span, help: nearest.map { "did you mean `\($0)`?" } ?? other,
      edit: nearest.map { Edit(replace: span, with: $0) })
  }

  static func closesNothing(at span: SourceSpan) -> Diagnostic {
    Diagnostic(.unclosedBody, .error, "`}` closes nothing", at: span)
  }

  /// `beginsLine`: the word stands where a clause is looked for, and not behind one. `help`: what is known of the place.
  static func unknownItem(_ word: String, of owner: String, known: [String], at span: SourceSpan, beginsLine: Bool, help: String?)
    -> Diagnostic
  {
    let places = [
      "unless": "`unless` stands after the span of `expect`, `then` or `forbid`",
      "where": "`where` stands after the kind of event and before `within`: `payments.captured as p where p.amount > 10 within 30m`",
      "as": "`as` stands directly after the kind of event: `on orders.placed as o`",
      "and": "`&&` joins conditions; a rule over several events has `expect`, `forbid`, `with` or `over`",
      "else": "`else` stands in a severity: `severity high when …, else medium`", "group": keyHelp, "for": keyHelp, "per": keyHelp,
    ]
    let place = help ?? places[word]
    // A function of windows where a KPI says what it measures.
    let isMeasure = known.contains("measure") && WindowFunction.Name(rawValue: word) != nil
    let meant: String? = isMeasure ? "measure \(word)" : otherWords[word.lowercased()].flatMap { known.contains($0) ? $0 : nil }
    // A word of one or two letters is near to everything.
    let isNear = word.utf8.count > 2 && !plainWords.contains(word) || known.contains(word.lowercased())
    let nearest: String? = meant ?? (isNear ? nearestName(to: word, among: known) : nil)
    let isBehind = !beginsLine && nearest == nil && places[word] == nil && known.contains("when")
    return Diagnostic(
      .unknownItem, .error, isBehind ? "`\(word)` is neither an operator nor a clause of \(owner)" : "`\(word)` begins nothing in \(owner)",
      at: span,
      help: place ?? meant.map { "write `\($0)`" } ?? nearest.map { "did you mean `\($0)`?" }
        ?? (known.count > 12 ? nil : "it holds " + known.quoted),
      edit: place == nil ? nearest.map { Edit(replace: span, with: $0) } : nil)
  }

  private static let keyHelp = "`by` says which events belong together: `by order_id`"

  /// What clauses are called elsewhere.
  private static let otherWords = [
    "if": "when", "having": "when", "filter": "when", "check": "when", "from": "on", "join": "with", "window": "over",
    "message": "violation", "alert": "violation", "description": "violation", "text": "violation", "level": "severity",
    "priority": "severity", "value": "measure", "metric": "measure", "calculate": "measure",
  ]

  /// Words of plain English that only look like a keyword.
  private static let plainWords: Set<String> = ["than", "more", "the", "them", "that", "one"]

  static func unclosedBody(of owner: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.unclosedBody, .error, "\(owner) is not closed", at: span, help: "end it with `}`")
  }

  static func missingClause(_ clause: String, of owner: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.missingClause, .error, "\(owner) has no `\(clause)`", at: span, help: clauseExamples[clause].map { "as in `\($0)`" })
  }

  /// How clauses are written without which there is no declaration.
  private static let clauseExamples = [
    "on": "on orders.placed as o", "over": "over tumbling 1h", "measure": "measure sum(o.total)", "by": "by order_id",
    "->": "placed -> paid, cancelled within 30m", "end": "end delivered, cancelled retain 90d", "default": "default 5.00",
    "topic": "topic \"orders.v1\"", "schema": "schema \"order-event.schema.json\"", "time": "time occurred_at", "key": "key order_id",
    "zone": "zone \"Europe/Dublin\"", "open": "open mon to fri 09:00 to 17:00",
  ]

  static func clauseOrder(_ word: Word, before other: Word) -> Diagnostic {
    if other.text == "when", ["expect", "then", "forbid"].contains(word.text) { return whenWithSpan(other, keyword: word) }
    return Diagnostic(
      .clauseOrder, .error, "`\(word.text)` must stand before `\(other.text)`", at: word.span,
      notes: [Note("`\(other.text)` is here", at: other.span)])
  }

  static func standsTwice(_ word: Word, first: Word) -> Diagnostic {
    Diagnostic(
      .standsTwice, .error, "`\(word.text)` stands twice", at: word.span, notes: [Note("the first is here", at: first.span)],
      help: word.text == "on"
        ? "the patterns of a limit stand in one `on`, with commas between them"
        : word.text == "when" ? "make one of both, with `&&` or `||` between them" : nil)
  }

  static func secondForm(_ word: Word, first: Word) -> Diagnostic {
    Diagnostic(
      .secondForm, .error, "`\(word.text)` does not go with `\(first.text)`: a rule has one pattern form", at: word.span,
      notes: [Note("`\(first.text)` is here", at: first.span)], help: "write two rules")
  }

  static func chainWithoutEnd(_ word: Word) -> Diagnostic {
    Diagnostic(
      .secondForm, .error, "a chain ends with `forbid`", at: word.span,
      help: "`then` is a step on the way to what is forbidden: `then B within D forbid C within D`")
  }
}

extension [String] {
  /// `` `a`, `b`, `c` ``
  var quoted: String { map { "`\($0)`" }.joined(separator: ", ") }
}

enum GrammarCatalogue {
  static let entries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .unexpected, .error, "something else was expected",
      explanation: "The text does not follow the grammar at this place; the message says what may stand there.",
      bad: "let limit = * 2\n", good: "let limit = 2 * 2\n"),
    DiagnosticEntry(
      .reservedWord, .error, "a reserved word as a name",
      explanation: "CEL keeps some words for itself: they are no names of aliases, lets or params, though they may be names of fields.",
      bad: "let package = 1\n", good: "let parcel = 1\n"),
    DiagnosticEntry(
      .tooDeep, .error, "an expression that is nested too deep",
      explanation: "An expression is nested at most 100 levels deep; each operator of a chain counts as one.",
      bad: "let sum = 1" + String(repeating: " + 1", count: 100) + "\n", good: "let sum = 1 + 1\n"),
    DiagnosticEntry(
      .unknownDeclaration, .error, "a word that begins no declaration",
      explanation: "A file holds declarations: streams, tables, hours, lets, params, fixtures, rules, lifecycles, KPIs and tests.",
      bad: "ruel orders.large { on orders.placed as o  when o.total > 1000 }\n",
      good: "rule orders.large { on orders.placed as o  when o.total > 1000 }\n"),
    DiagnosticEntry(
      .unknownItem, .error, "a word that begins nothing in this declaration",
      explanation: "Between the braces of a declaration stand its clauses, each with its keyword.",
      bad: "rule orders.large { on orders.placed as o  when o.total > 1000  ownr \"sales\" }\n",
      good: "rule orders.large { on orders.placed as o  when o.total > 1000  owner \"sales\" }\n"),
    DiagnosticEntry(
      .unclosedBody, .error, "a brace that is not closed, or closes nothing",
      explanation: "A declaration ends with the brace that closes it.",
      bad: "rule orders.large { on orders.placed as o  when o.total > 1000\n",
      good: "rule orders.large { on orders.placed as o  when o.total > 1000 }\n"),
    DiagnosticEntry(
      .missingClause, .error, "a clause that is missing",
      explanation: "A rule has `on`, a KPI `on`, `over` and `measure`, a stream `topic`, `schema` and `time`, a param `default`.",
      bad: "rule orders.large { severity high }\n", good: "rule orders.large { on orders.placed  severity high }\n"),
    DiagnosticEntry(
      .clauseOrder, .error, "a clause out of its order",
      explanation: "The clauses stand in one order: `by`, `on`, one pattern form, `when`, then the notes.",
      bad: "rule orders.large { on orders.placed as o  when o.total > 1000  by order_id }\n",
      good: "rule orders.large { by order_id  on orders.placed as o  when o.total > 1000 }\n"),
    DiagnosticEntry(
      .standsTwice, .error, "what stands once stands twice",
      explanation: "A clause or note stands once, but for `allow` and `correct`.",
      bad: "rule orders.large { on orders.placed as o  when o.total > 1000  severity low  severity high }\n",
      good: "rule orders.large { on orders.placed as o  when o.total > 1000  severity high }\n"),
    DiagnosticEntry(
      .secondForm, .error, "two pattern forms in a rule",
      explanation: "A rule is a condition, an obligation, a prohibition, a chain, a join or a limit: one of them.",
      bad: "rule orders.paid { by order_id  on orders.placed  expect payments.captured within 30m  over sliding 1h }\n",
      good: "rule orders.paid { by order_id  on orders.placed  expect payments.captured within 30m }\n"),
    DiagnosticEntry(
      .foreignSyntax, .error, "what other languages write in this place",
      explanation: "Expressions are those of CEL: `&&`, `||`, `!`, `==`. No colon stands after the keyword of a clause.",
      bad: "rule orders.large { on orders.placed as o  when o.total > 1000 and o.tax = 0 }\n",
      good: "rule orders.large { on orders.placed as o  when o.total > 1000 && o.tax == 0 }\n"),
  ]
}
