import Diagnostics

/// What stands in the braces of a declaration: items that begin with a keyword each. One with a mistake is skipped, and the next is read.
extension Parser {
  /// Reads `{ … }`, calling `item` with each keyword that was taken. `owner` is the declaration, for messages ("stream `orders`").
  mutating func body(
    of owner: String, words: [String], isEntry: (Parser) -> Bool = { _ in false },
    item: (inout Parser, Word) throws(ParseFailure) -> Void
  ) throws(ParseFailure) {
    let open = token
    try expect(.leftBrace, help: namesEndHelp)
    let level = braces
    let outer = itemWords
    itemWords = words
    defer { itemWords = outer }
    while !take(.rightBrace) {
      if token.kind == .end || (token.beginsLine && beginsDeclaration && !isAtItem(words)) {
        diagnostics.append(.unclosedBody(of: owner, at: span(of: open)))
        return
      }
      do {
        if isAtItem(words) || isEntry(self), let text = word {
          let keyword = Word(text, span: takeSpan())
          skipForeignColon(after: keyword)
          try item(&self, keyword)
          continue
        }
        unknownItem(of: owner, words: words)
        skip()
      } catch {}
      recover(to: words, level: level, isEntry: isEntry)
    }
  }

  /// A keyword of the body that begins a line, where a name was expected: the name is missing, and the next clause begins. What is followed
  /// by a sign that goes on with an expression is a name all the same.
  var isAtNextItem: Bool {
    guard token.beginsLine, isAtItem(itemWords) else { return false }
    switch peek().kind {
    case .punctuation(.leftParenthesis), .punctuation(.leftBracket), .punctuation(.leftBrace), .punctuation(.minus), .punctuation(.not):
      return true
    case .punctuation: return false
    default: return true
    }
  }

  private func isAtItem(_ words: [String]) -> Bool { word.map { words.contains($0) } ?? false }

  /// A word like a keyword of the body begins a line, and what stands before it may have ended.
  private func isAtMisspeltItem(_ words: [String]) -> Bool {
    guard token.beginsLine, let word, word.utf8.count > 3, nearestName(to: word, among: words) != nil, let last = taken.last else {
      return false
    }
    if case .punctuation(let sign) = last.kind, ![.rightBrace, .rightParenthesis, .rightBracket].contains(sign) { return false }
    if case .punctuation = peek().kind { return false }
    return true
  }

  private mutating func unknownItem(of owner: String, words: [String]) {
    guard let text = word else {
      let isBehindExpression = isLiteral && !token.beginsLine && words.contains("on")
      _ = fail(expected: isBehindExpression ? "an operator or the next clause" : "`}` or what may stand in \(owner)", help: straySignHelp)
      return
    }
    diagnostics.append(
      .unknownItem(text, of: owner, known: words, at: span(of: token), beginsLine: token.beginsLine, help: strayWordHelp))
  }

  private var isLiteral: Bool {
    switch token.kind {
    case .int, .double, .string: true
    default: false
    }
  }

  /// Skips to the next item of the body, or to its end.
  private mutating func recover(to words: [String], level: Int, isEntry: (Parser) -> Bool) {
    while token.kind != .end {
      if token.beginsLine, braces <= level, isEntry(self) { break }
      if token.beginsLine, beginsDeclaration, !isAtItem(words) { break }
      if isAt(.rightBrace), braces <= level { break }
      if isAtItem(words), token.beginsLine || braces <= level {
        let next = peek().kind
        let isColonOfClause = next == .punctuation(.colon) && token.beginsLine && braces <= level
        if isColonOfClause || next != .punctuation(.colon), next != .punctuation(.dot), taken.last?.kind != .punctuation(.dot) { break }
      }
      if braces <= level, isAtMisspeltItem(words) { break }
      skip()
    }
    // A brace that was left open within the item is forgotten.
    braces = level
  }
}

/// The order in which the clauses of a declaration stand, and that each stands once.
struct ClauseOrder {
  /// Words of one rank may stand in any order among each other.
  let ranks: [[String]]
  private var last: (rank: Int, word: Word)?
  private var seen: [String: Word] = [:]

  init(_ ranks: [[String]]) { self.ranks = ranks }

  /// What is wrong with `word` standing here. `isOnce`: it may stand only once.
  mutating func take(_ word: Word, isOnce: Bool) -> Diagnostic? {
    let rank = ranks.firstIndex { $0.contains(word.text) } ?? ranks.count
    if isOnce {
      if let first = seen[word.text] { return .standsTwice(word, first: first) }
      seen[word.text] = word
    }
    if let last, rank < last.rank { return .clauseOrder(word, before: last.word) }
    last = (rank, word)
    return nil
  }
}
