import Diagnostics

/// Mistakes with names: TN0400–TN0449.
extension DiagnosticCode {
  static let nameTaken = DiagnosticCode(400)
  static let keptWord = DiagnosticCode(401)
  static let unknownStream = DiagnosticCode(402)
  static let unknownKind = DiagnosticCode(403)
  static let notAStream = DiagnosticCode(404)
  static let unknownType = DiagnosticCode(405)
  static let unknownParam = DiagnosticCode(406)
  static let regionTwice = DiagnosticCode(407)
}

extension Diagnostic {
  static func nameTaken(_ name: String, at span: SourceSpan, as what: String, first: Names.Declared) -> Diagnostic {
    Diagnostic(
      .nameTaken, .error, "`\(name)` is the name of \(first.keyword.keywordWithArticle) already", at: span,
      notes: [Note("it is declared here", at: first.span)], help: "give this \(what.asKeyword) another name")
  }

  static func nameIsKind(_ name: DottedName, stream: SourceSpan) -> Diagnostic {
    Diagnostic(
      .nameTaken, .error, "`\(name.text)` is a kind of event already", at: name.span, notes: [Note("its stream is here", at: stream)],
      help: "name what must be true: `\(name.text)_in_time`")
  }

  static func keptWord(_ word: Word, _ keyword: String) -> Diagnostic {
    Diagnostic(
      .keptWord, .error, "`\(word.text)` is a keyword where the name of \(keyword.keywordWithArticle) stands", at: word.span,
      help: "none of `all`, `first`, `last`, `time`, `rules`, `no`, `correct` is such a name")
  }

  /// - Parameter kinds: of all streams, as rules name them.
  static func unknownStream(_ name: Word, streams: [String], kinds: [String] = []) -> Diagnostic {
    let meant = kinds.filter { $0.hasSuffix(".\(name.text)") }
    if !meant.isEmpty {
      return Diagnostic(
        .unknownStream, .error, "there is no stream `\(name.text)`", at: name.span,
        help: "a kind of event is named with its stream: \(meant.quoted)",
        edit: meant.count == 1 ? Edit(replace: name.span, with: meant[0]) : nil)
    }
    let nearest = nearestName(to: name.text, among: streams)
    return Diagnostic(
      .unknownStream, .error, "there is no stream `\(name.text)`", at: name.span,
      help: nearest.map { "did you mean `\($0)`?" } ?? (1...8 ~= streams.count ? "streams are " + streams.sorted().quoted : nil),
      edit: nearest.map { Edit(replace: name.span, with: $0) })
  }

  static func unknownKind(_ kind: String, at span: SourceSpan, stream: String, kinds: [String]) -> Diagnostic {
    let nearest = nearestName(to: kind, among: kinds)
    return Diagnostic(
      .unknownKind, .error, "stream `\(stream)` has no kind `\(kind)`", at: span,
      help: nearest.map { "did you mean `\(stream).\($0)`?" }
        ?? (kinds.isEmpty ? "it has one kind of event, called `\(stream)`" : "it has " + kinds.quoted),
      edit: nearest.map { Edit(replace: span, with: $0) })
  }

  static func notAStream(_ name: Word, keyword: String, first: SourceSpan) -> Diagnostic {
    Diagnostic(
      .notAStream, .error, "`\(name.text)` is \(keyword.keywordWithArticle), and no stream of events", at: name.span,
      notes: [Note("it is declared here", at: first)])
  }

  static func unknownType(_ type: TypeSyntax) -> Diagnostic {
    let names = ParamType.names
    let nearest = otherTypes[type.name.text.lowercased()] ?? nearestName(to: type.name.text, among: names)
    return Diagnostic(
      .unknownType, .error, "there is no type `\(type.name.text)`", at: type.name.span,
      help: nearest.map { "did you mean `\($0)`?" } ?? "types are " + names.quoted)
  }

  /// What types are called elsewhere.
  private static let otherTypes = [
    "money": "decimal", "amount": "decimal", "number": "decimal", "numeric": "decimal", "float": "double", "real": "double",
    "integer": "int", "long": "int", "boolean": "bool", "text": "string", "varchar": "string", "date": "timestamp", "datetime": "timestamp",
    "time": "timestamp", "interval": "duration", "array": "list", "dictionary": "map",
  ]

  static func typeArguments(_ type: TypeSyntax, _ expected: String) -> Diagnostic {
    Diagnostic(.unknownType, .error, "`\(type.name.text)` takes \(expected)", at: type.span, help: "`list(string)`, `map(string, decimal)`")
  }

  static func unknownParam(_ name: Word, params: [String]) -> Diagnostic {
    let nearest = nearestName(to: name.text, among: params)
    return Diagnostic(
      .unknownParam, .error, "there is no param `\(name.text)`", at: name.span,
      help: nearest.map { "did you mean `\($0)`?" } ?? "say a duration, or declare a param of that name")
  }

  static func paramIsNoDuration(_ name: Word) -> Diagnostic {
    Diagnostic(.unknownParam, .error, "param `\(name.text)` is no duration", at: name.span)
  }

  static func regionTwice(_ region: Spanned<String>, first: SourceSpan) -> Diagnostic {
    Diagnostic(
      .regionTwice, .error, "region `\(region.value)` has a value already", at: region.span, notes: [Note("the first is here", at: first)])
  }
}

extension String {
  /// `kpi` → "a KPI"
  var keywordWithArticle: String {
    switch self {
    case "hours", "kpi": self == "kpi" ? "a KPI" : "hours"
    case "alias": "an alias"
    default: "a \(self)"
    }
  }

  var asKeyword: String { self == "kpi" ? "KPI" : self }
}

enum NameCatalogue {
  static let entries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .nameTaken, .error, "a name that is taken",
      explanation: """
        Streams, tables, hours, lets, params and fixtures share one space of names, over all files; rules, lifecycles and KPIs share \
        another. Local names hide nothing.
        """,
      bad: "let limit = 1\nlet limit = 2\n", good: "let limit = 1\nlet lower_limit = 2\n"),
    DiagnosticEntry(
      .keptWord, .error, "a keyword as a name where both could stand",
      explanation: "After `with`, `expect` and in tests these words are keywords, so no stream, table, fixture or rule is called so.",
      bad: "rule first.order { on orders.placed as o  when o.total > 1000 }\n",
      good: "rule orders.first { on orders.placed as o  when o.total > 1000 }\n"),
    DiagnosticEntry(
      .unknownStream, .error, "a stream that is not declared",
      explanation: "A pattern names a stream, or a kind of event of it. All files of a project are one program.",
      bad: "rule orders.large { on order.placed as o  when o.total > 1000 }\n",
      good: "rule orders.large { on orders.placed as o  when o.total > 1000 }\n"),
    DiagnosticEntry(
      .unknownKind, .error, "a kind of event that the stream does not have",
      explanation: "The kinds are the values that the schema allows for the stream's `kind` field.",
      bad: "rule orders.large { on orders.place as o  when o.total > 1000 }\n",
      good: "rule orders.large { on orders.placed as o  when o.total > 1000 }\n"),
    DiagnosticEntry(
      .notAStream, .error, "a pattern that names something else than a stream",
      explanation: "Events come from streams. Lets, params and the rest are used in expressions.",
      bad: "let limit = 1\nrule orders.large { on limit as o  when true }\n",
      good: "rule orders.large { on orders.placed as o  when true }\n"),
    DiagnosticEntry(
      .unknownType, .error, "a type that does not exist",
      explanation: "The types of params are those of the language.",
      bad: "param limit money { default 5.00 }\n", good: "param limit decimal { default 5.00 }\n"),
    DiagnosticEntry(
      .unknownParam, .error, "a length that is no duration",
      explanation: "Where a duration is asked for, the name of a param of type `duration` may stand.",
      bad: "rule orders.paid { by order_id  on orders.placed  expect payments.captured within patience }\n",
      good: """
        param patience duration { default 30m }
        rule orders.paid { by order_id  on orders.placed  expect payments.captured within patience }

        """),
    DiagnosticEntry(
      .regionTwice, .error, "two values for one region",
      explanation: "A param has a default, and at most one value for each region.",
      bad: "param limit int { default 1  region \"eu-west-1\" 2  region \"eu-west-1\" 3 }\n",
      good: "param limit int { default 1  region \"eu-west-1\" 2  region \"us-east-1\" 3 }\n"),
  ]
}
