import Diagnostics

/// `rule`: `by`, `on`, one pattern form, `when`, then the notes.
extension Parser {
  static let formWords = ["with", "expect", "then", "forbid", "over"]

  mutating func rule() throws(ParseFailure) -> RuleSyntax {
    let name = try dotted("the name of a rule")
    declaredName = name
    let owner = "rule `\(name.text)`"
    var order = ClauseOrder([["by"], ["on"], Self.formWords, ["when"], Self.noteWords + ["param"]])
    var (by, on, when): (KeySyntax?, OnSyntax?, WhenSyntax?)
    var form = FormParts()
    var notes: [NoteSyntax] = []
    var params: [ParamSyntax] = []
    try body(of: owner, words: ["by", "on"] + Self.formWords + ["when"] + Self.noteWords + ["param"]) {
      parser, keyword throws(ParseFailure) in
      if keyword.text == "then", when != nil, Self.noteWords.contains(parser.word ?? "") {
        parser.understand(.thenBeforeNotes(keyword))
        return
      }
      if let mistake = order.take(keyword, isOnce: ["by", "on", "when"].contains(keyword.text)) { parser.diagnostics.append(mistake) }
      switch keyword.text {
      case "by": by = try parser.key(keyword)
      case "on": on = try parser.on(keyword)
      case "when": when = try parser.when(keyword)
      case "param": params.append(try parser.paramContent(try parser.name("the name of a param")))
      case _ where Self.formWords.contains(keyword.text): form.append(try parser.formClause(keyword))
      default: notes.append(try parser.note(keyword))
      }
    }
    guard let on else { throw missing("on", of: owner, at: name.span) }
    let (whole, mistake) = form.assembled()
    if let mistake { diagnostics.append(mistake) }
    return RuleSyntax(name: name, by: by, on: on, form: whole, when: when, notes: notes, params: params)
  }

  mutating func when(_ keyword: Word) throws(ParseFailure) -> WhenSyntax {
    WhenSyntax(condition: try expression(), span: span(from: keyword.span.range.lowerBound))
  }

  /// `when e`, if it stands here.
  mutating func optionalWhen() throws(ParseFailure) -> WhenSyntax? {
    guard let keyword = takeWord("when") else { return nil }
    return try when(keyword)
  }

  fileprivate mutating func formClause(_ keyword: Word) throws(ParseFailure) -> FormParts.Clause {
    switch keyword.text {
    case "with": .join(try join(keyword), keyword)
    case "over": .over(try window(keyword), keyword)
    default: .step(try step(keyword))
    }
  }

  /// After `expect`, `then` or `forbid`.
  private mutating func step(_ keyword: Word) throws(ParseFailure) -> StepSyntax {
    let pattern = try pattern()
    let reach = try reach()
    let unless = takeWord("unless") == nil ? nil : try self.pattern()
    return StepSyntax(keyword: keyword, pattern: pattern, reach: reach, unless: unless, span: span(from: keyword.span.range.lowerBound))
  }

  /// After `with`.
  private mutating func join(_ keyword: Word) throws(ParseFailure) -> JoinSyntax {
    let quantifier = takeWord("all", "first", "last")
    let pattern = try pattern()
    let comesBefore = isAt(word: "before") || isAt(word: "after") || isAt(word: "around")
    _ = try expectWord("within", help: comesBefore ? "the direction stands behind the duration: `within 30d before`" : nil)
    let within = try length()
    let counting = takeWord("counting") == nil ? nil : try name("the name of hours")
    let direction = try expectWord(
      "before", "after", "around", help: "`before` looks back from the event, `after` looks on from it, `around` does both")
    return JoinSyntax(
      quantifier: quantifier, pattern: pattern, within: within, counting: counting, direction: direction,
      span: span(from: keyword.span.range.lowerBound))
  }
}

/// The clauses of a rule's form, as they are read.
private struct FormParts {
  enum Clause {
    case join(JoinSyntax, Word)
    case step(StepSyntax)
    case over(WindowSyntax, Word)

    var keyword: Word {
      switch self {
      case .join(_, let keyword), .over(_, let keyword): keyword
      case .step(let step): step.keyword
      }
    }
  }

  private var clauses: [Clause] = []

  mutating func append(_ clause: Clause) { clauses.append(clause) }

  /// The form that the clauses make, or why they make none.
  func assembled() -> (FormSyntax?, Diagnostic?) {
    var (joins, steps): ([JoinSyntax], [StepSyntax]) = ([], [])
    for (index, clause) in clauses.enumerated() {
      let isLast = index == clauses.count - 1
      let previous = index > 0 ? clauses[index - 1].keyword : nil
      switch clause {
      case .join(let join, _) where steps.isEmpty && index == joins.count: joins.append(join)
      case .step(let step) where index == steps.count && (step.keyword.text == "then" || isLast):
        if step.keyword.text == "expect" {
          if index == 0 { return (.expect(step), nil) }
        } else if step.keyword.text == "forbid" {
          return (.forbid(steps: steps, last: step), nil)
        } else {
          steps.append(step)
          continue
        }
        return (nil, .secondForm(clause.keyword, first: previous ?? clause.keyword))
      case .over(let window, _) where clauses.count == 1: return (.over(window), nil)
      default:
        let other = previous ?? clauses[index + 1].keyword
        return (nil, previous == nil ? .secondForm(other, first: clause.keyword) : .secondForm(clause.keyword, first: other))
      }
    }
    if let last = steps.last { return (nil, .chainWithoutEnd(last.keyword)) }
    return (joins.isEmpty ? nil : .joins(joins), nil)
  }
}
