import Diagnostics

/// `kpi`: `by`, `on`, `over`, `measure`, `when`, then `emit`, `fill` and `target`, then the notes.
extension Parser {
  mutating func kpi() throws(ParseFailure) -> KPISyntax {
    let name = try dotted("the name of a KPI")
    declaredName = name
    let owner = "KPI `\(name.text)`"
    let items = ["emit", "fill", "target"]
    var order = ClauseOrder([["by"], ["on"], ["over"], ["measure"], ["when"], items])
    var (by, on, window, measure, when): (KeySyntax?, OnSyntax?, WindowSyntax?, ExpressionSyntax?, WhenSyntax?)
    var read: (items: [KPISyntax.Item], notes: [NoteSyntax]) = ([], [])
    try body(of: owner, words: ["by", "on", "over", "measure", "when"] + items + Self.noteWords) { parser, keyword throws(ParseFailure) in
      if let mistake = order.take(keyword, isOnce: !Self.noteWords.contains(keyword.text)) { parser.diagnostics.append(mistake) }
      switch keyword.text {
      case "by": by = try parser.key(keyword)
      case "on": on = try parser.on(keyword)
      case "over": window = try parser.window(keyword)
      case "measure": measure = try parser.expression()
      case "when": when = try parser.when(keyword)
      case _ where items.contains(keyword.text): read.items.append(try parser.kpiItem(keyword))
      default: read.notes.append(try parser.note(keyword))
      }
    }
    guard let on else { throw missing("on", of: owner, at: name.span) }
    guard let window else { throw missing("over", of: owner, at: name.span) }
    guard let measure else { throw missing("measure", of: owner, at: name.span) }
    return KPISyntax(name: name, by: by, on: on, window: window, measure: measure, when: when, items: read.items, notes: read.notes)
  }

  private mutating func kpiItem(_ keyword: Word) throws(ParseFailure) -> KPISyntax.Item {
    let content: KPISyntax.Content
    switch keyword.text {
    case "emit":
      _ = try expectWord("every", help: "as in `emit every 10s`")
      content = .emitEvery(try duration())
    case "fill": content = .fill(try duration())
    default:
      let comparison = try comparison([.less, .lessOrEqual, .greater, .greaterOrEqual], help: "say what is good, as in `target >= 500`")
      content = .target(comparison, try expression())
    }
    return KPISyntax.Item(keyword: keyword, content: content, span: span(from: keyword.span.range.lowerBound))
  }

  mutating func comparison(_ allowed: [BinaryOperator], help: String? = nil) throws(ParseFailure) -> BinaryOperator {
    if case .punctuation(let punctuation) = token.kind, let found = BinaryOperator(rawValue: punctuation.rawValue), allowed.contains(found)
    {
      take()
      return found
    }
    throw fail(expected: "one of " + allowed.map { "`\($0.rawValue)`" }.joined(separator: ", "), help: help)
  }
}
