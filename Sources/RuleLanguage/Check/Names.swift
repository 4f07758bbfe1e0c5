import Diagnostics

/// The names that the files of a program declare, in their two spaces (language.md 1.1).
struct Names {
  struct Declared {
    /// The keyword that declared it.
    var keyword: String
    var span: SourceSpan
  }

  /// Streams, tables, hours, lets, params and fixtures.
  private(set) var values: [String: Declared] = [:]
  /// Rules, lifecycles and KPIs.
  private(set) var rules: [String: Declared] = [:]
  /// The values of each keyword, in order of name.
  private var byKeyword: [String: [String]] = [:]

  /// Gathers the names, and reports those that are taken.
  init(_ files: [FileSyntax], diagnostics: inout [Diagnostic]) {
    for declaration in files.flatMap(\.declarations) where diagnostics.count <= Diagnostic.most {
      switch declaration.kind {
      case .stream(let stream): declareValue(stream.name, "stream", &diagnostics)
      case .table(let table): declareValue(table.name, "table", &diagnostics)
      case .hours(let hours): declareValue(hours.name, "hours", &diagnostics)
      case .let(let value): declareValue(value.name, "let", &diagnostics)
      case .param(let param): declareValue(param.name, "param", &diagnostics)
      case .fixture(let fixture): declareValue(fixture.name, "fixture", &diagnostics)
      case .rule(let rule): declareRule(rule.name, "rule", &diagnostics)
      case .lifecycle(let lifecycle):
        declareRule(DottedName(parts: [lifecycle.name], span: lifecycle.name.span), "lifecycle", &diagnostics)
      case .kpi(let kpi): declareRule(kpi.name, "kpi", &diagnostics)
      case .test: break
      case .unreadable(let keyword, let name):
        let isRule = ["rule", "lifecycle", "kpi"].contains(keyword.text)
        isRule ? declareRule(name, keyword.text, &diagnostics) : declareValue(name.parts[0], keyword.text, &diagnostics)
      }
    }
    byKeyword = Dictionary(grouping: values.keys) { values[$0]?.keyword ?? "" }.mapValues { $0.sorted() }
  }

  /// Words that begin something else wherever these names stand (language.md 1.2).
  private static let keptWords: Set<String> = ["all", "first", "last", "time", "rules", "no", "correct"]

  private mutating func declareValue(_ name: Word, _ keyword: String, _ diagnostics: inout [Diagnostic]) {
    if ["stream", "table", "fixture"].contains(keyword), Self.keptWords.contains(name.text) {
      diagnostics.append(.keptWord(name, keyword))
    }
    if let first = values[name.text] {
      diagnostics.append(.nameTaken(name.text, at: name.span, as: keyword, first: first))
    } else {
      values[name.text] = Declared(keyword: keyword, span: name.span)
    }
  }

  private mutating func declareRule(_ name: DottedName, _ keyword: String, _ diagnostics: inout [Diagnostic]) {
    if Self.keptWords.contains(name.parts[0].text) { diagnostics.append(.keptWord(name.parts[0], keyword)) }
    if let first = rules[name.text] {
      diagnostics.append(.nameTaken(name.text, at: name.span, as: keyword, first: first))
    } else {
      rules[name.text] = Declared(keyword: keyword, span: name.span)
    }
  }

  /// A local name (an alias, a part of a key, a param of a rule) hides nothing.
  func checkLocal(_ name: Word, as what: String, _ diagnostics: inout [Diagnostic]) {
    if let first = values[name.text] { diagnostics.append(.nameTaken(name.text, at: name.span, as: what, first: first)) }
  }

  func names(of keyword: String) -> [String] { byKeyword[keyword] ?? [] }
}
