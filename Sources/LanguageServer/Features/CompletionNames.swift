import Diagnostics
import EventModel
import RuleLanguage

/// Where no dot stands before the cursor: what may come by the words and signs before it.
extension Completion {
  mutating func names(from start: Int) {
    let previous = scope.before.last
    guard let keyword = scope.keyword else { return keywords(Keywords.declarations, rank: 1) }
    if scope.braces == 0 { return beforeBody(keyword, previous) }
    if inBraces(previous) { return }
    if isClauseStart(start, previous) { return clauses(keyword, start) }
    guard case .word(let word)? = previous?.kind else { return afterSign(keyword, previous, start) }
    if keyword == "test" { return inTest(after: word, words(before: start)) }
    afterWord(word, keyword, words(before: start))
    if items.isEmpty, !Keywords.beforeFreeWords.contains(word) { clauses(keyword, start) }
  }

  private mutating func beforeBody(_ keyword: String, _ previous: Token?) {
    if keyword == "fixture", previous?.kind == .punctuation(.assign) { events(rules: false, fixtures: true) }
    if keyword == "let", scope.before.count > 2 { expressions() }
    if keyword == "param" { keywords(Keywords.types, rank: 1) }
    if keyword == "let" || keyword == "fixture", items.isEmpty || previous?.kind != .punctuation(.assign) {
      keywords(Keywords.declarations, rank: 6)
    }
  }

  /// The names of members, where one begins.
  private mutating func inBraces(_ previous: Token?) -> Bool {
    let begins = previous?.kind == .punctuation(.leftBrace) || previous?.kind == .punctuation(.comma)
    switch bracesAround {
    case .event(let name)? where begins:
      if let shape = index.shape(ofEvent: name) { fields(shape) } else { claimFields(name) }
      return true
    case .violation? where begins:
      for (order, field) in ["exposure", "expected", "actual", "currency"].enumerated() {
        items.append(Item(label: field, kind: .field, rank: 1, order: order))
      }
      return true
    case .param?:
      if previous?.kind != .word("default"), previous?.kind != .word("region") { keywords(["default", "region"], rank: 1) }
      return true
    default: return false
    }
  }

  private mutating func afterWord(_ word: String, _ keyword: String, _ words: [String]) {
    let before = words.dropLast().last
    if keyword == "stream" || keyword == "table", ["kind", "key", "time", "id"].contains(word) { return schemaFields() }
    if before == "param" { return keywords(Keywords.types, rank: 1) }
    if before == "with", ["all", "first", "last"].contains(word) { return events(rules: true) }
    if let values = Keywords.values[word] { keywords(values, rank: 1) }
    if Keywords.beforeEvents.contains(word) { events(rules: keyword == "rule" && word != "correct") }
    if keyword == "lifecycle", word == "end" || word == "start" { states() }
    if ["when", "where", "measure", "exposure", "in", "due"].contains(word) { expressions() }
    if word == "allow" {
      for entry in DiagnosticCatalogue.rules where entry.severity == .warning {
        items.append(Item(label: entry.code.description, kind: .constant, detail: entry.title, rank: 1))
      }
    }
    if word == "counting" { declared("hours") }
    if ["within", "sliding", "suppress", "remember", "retain", "most"].contains(word) { durations() }
    if word == "by" { keyFields() }
  }

  private mutating func afterSign(_ keyword: String, _ previous: Token?, _ start: Int) {
    guard let previous, case .punctuation(let sign) = previous.kind else {
      return keyword == "test" ? inTest(afterValue: words(before: start)) : clauses(keyword, start)
    }
    switch sign {
    case .comma: afterComma(keyword)
    case .rightBrace, .rightParenthesis, .rightBracket:
      if keyword == "test" { inTest(afterValue: words(before: start)) } else { clauses(keyword, start) }
    case .arrow: states()
    case .assign where keyword == "lifecycle": events(rules: false)
    case .equal, .notEqual, .colon:
      values(of: wanted(after: previous), isQuoted: true)
      expressions()
    default: expressions()
    }
  }

  private mutating func afterComma(_ keyword: String) {
    // In brackets it parts arguments and elements.
    if let open = openBracket, scope.before[open].kind != .punctuation(.leftBrace) { return expressions() }
    let line = lineStart
    if scope.before.contains(where: { $0.kind == .punctuation(.arrow) && $0.range.lowerBound >= line }) { return states() }
    switch clause {
    case "by": keyFields()
    case "key": schemaFields()
    case "on": events(rules: keyword == "rule")
    case "severity": keywords(["else"] + Keywords.levels, rank: 1)
    case "end", "start": states()
    case "tags", "closed": break
    default: expressions()
    }
  }

  // MARK: - Clauses

  func isOnNewLine(_ start: Int) -> Bool {
    file.source.bytes[..<start].last { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") } == UInt8(ascii: "\n")
  }

  /// A line begins here, and nothing goes on from the one above.
  private func isClauseStart(_ start: Int, _ previous: Token?) -> Bool {
    guard case .body? = bracesAround else { return false }
    if previous?.kind == .punctuation(.leftBrace) { return true }
    guard isOnNewLine(start) else { return false }
    guard case .punctuation(let sign)? = previous?.kind else { return true }
    return [.rightBrace, .rightParenthesis, .rightBracket].contains(sign)
  }

  /// The keyword that begins the clause at the cursor.
  var clause: String {
    let known = Set(Keywords.clauses[scope.keyword ?? ""] ?? [])
    for token in scope.before.reversed() {
      if case .word(let word) = token.kind, known.contains(word), token.beginsLine || word == "on" { return word }
    }
    return ""
  }

  private mutating func clauses(_ keyword: String, _ start: Int) {
    keywords((isOnNewLine(start) ? Keywords.nextLines : Keywords.continuations)[clause] ?? [], rank: 2)
    keywords(remaining(keyword), rank: Self.clauseRank)
    if keyword == "lifecycle" { states() }
  }

  /// The clauses that may still stand: in the order of the grammar, those that stand once not again.
  private func remaining(_ keyword: String) -> [String] {
    let all = Keywords.clauses[keyword] ?? []
    guard let order = Keywords.order[keyword] else { return all }
    let others = scope.tokens.filter { $0.beginsLine && !($0.range.lowerBound < offset && offset <= $0.range.upperBound) }
    let written = Set(others.compactMap { token -> String? in if case .word(let word) = token.kind { word } else { nil } })
    var passed = Set(written.flatMap { Keywords.otherForms[$0] ?? [] })
    if let place = order.firstIndex(of: clause) { passed.formUnion(order[..<place]) }
    if Keywords.notes.contains(clause) { passed.formUnion(order) }
    return all.filter { !passed.contains($0) && (!written.contains($0) || Keywords.repeated.contains($0)) }
  }

  mutating func keywords(_ words: [String], rank: Int) {
    for (order, word) in words.enumerated() {
      items.append(Item(label: word, kind: .keyword, documentation: Keywords.meaning(of: word), rank: rank, order: order))
    }
  }
}
