import Diagnostics
import EventModel
import RuleLanguage

/// What may be named at a place, found by the tokens around it: the declaration need not be readable.
struct CursorScope {
  let index: SymbolIndex
  /// `rule`, `test`, …; nil: between declarations.
  private(set) var keyword: String?
  /// All tokens of the declaration, from its keyword on.
  private(set) var tokens: ArraySlice<Token>
  /// Those before the cursor, without the word under it.
  private(set) var before: ArraySlice<Token>
  /// Braces that are open at the cursor.
  private(set) var braces = 0
  private(set) var aliases: [(name: String, kinds: [String])] = []
  /// Parts of the key, params of the rule, cases of the test.
  private(set) var names: [String] = []
  let offset: Int
  let file: String
  private let bytes: [UInt8]

  init(_ file: FileSyntax, at offset: Int, index: SymbolIndex) {
    self.index = index
    self.offset = offset
    self.file = file.source.file
    bytes = file.source.bytes
    let all = file.tokens
    var first: Int?
    var end = all.count
    for (position, token) in all.enumerated() where token.beginsLine {
      guard case .word(let word) = token.kind, Keywords.declarations.contains(word), Self.isDeclaration(all, position) else { continue }
      if token.range.lowerBound >= offset {
        end = position
        break
      }
      first = position
    }
    tokens = first.map { all[$0..<end] } ?? []
    before = tokens.prefix { $0.range.upperBound < offset || ($0.range.upperBound == offset && !Self.isWord($0)) }
    if case .word(let word)? = tokens.first?.kind { keyword = word }
    for token in before {
      if token.kind == .punctuation(.leftBrace) { braces += 1 }
      if token.kind == .punctuation(.rightBrace) { braces -= 1 }
    }
    // After the closing brace the declaration has ended.
    if braces <= 0, before.last?.kind == .punctuation(.rightBrace) {
      (keyword, tokens, before) = (nil, [], [])
    }
    gather()
  }

  private static func isWord(_ token: Token) -> Bool { if case .word = token.kind { true } else { false } }

  /// A param in a rule is no declaration of the program: it does not begin at the margin.
  private static func isDeclaration(_ tokens: [Token], _ position: Int) -> Bool {
    guard position + 1 < tokens.count else { return true }
    if case .word("param") = tokens[position].kind {
      var depth = 0
      for token in tokens[..<position].reversed() {
        if token.kind == .punctuation(.rightBrace) { depth += 1 }
        if token.kind == .punctuation(.leftBrace) { depth -= 1 }
        if depth < 0 { return false }
        if case .word("rule") = token.kind, token.beginsLine { return true }
      }
    }
    switch tokens[position + 1].kind {
    case .word, .string: return true
    default: return false
    }
  }

  private mutating func gather() {
    for (position, token) in zip(tokens.indices, tokens) {
      guard case .word(let word) = token.kind, position + 1 < tokens.endIndex else { continue }
      let next = tokens[position + 1]
      switch word {
      case "as":
        if case .word(let alias) = next.kind { aliases.append((alias, kinds(before: position))) }
      case "by", "param":
        if case .word(let name) = next.kind { names.append(name) }
      case "cases":
        for token in tokens[(position + 1)...].prefix(while: { $0.kind != .punctuation(.rightParenthesis) }) {
          if case .word(let name) = token.kind { names.append(name) }
        }
      default: break
      }
    }
    guard let by = tokens.indices.first(where: { tokens[$0].kind == .word("by") }) else { return }
    // Further parts follow commas, until a clause begins a line.
    for position in tokens.indices where position > by + 1 {
      if tokens[position].beginsLine { break }
      if tokens[position - 1].kind == .punctuation(.comma), case .word(let name) = tokens[position].kind { names.append(name) }
    }
  }

  /// The names before a place: `payments.authorized or payments.declined`.
  private func kinds(before position: Int) -> [String] {
    var (at, kinds, parts) = (position - 1, [String](), [String]())
    while at >= tokens.startIndex {
      guard case .word(let word) = tokens[at].kind else { break }
      parts.append(word)
      if at - 1 >= tokens.startIndex, tokens[at - 1].kind == .punctuation(.dot) {
        at -= 2
        continue
      }
      kinds.append(parts.reversed().joined(separator: "."))
      parts = []
      guard at - 2 >= tokens.startIndex, tokens[at - 1].kind == .word("or") else { break }
      at -= 2
    }
    return kinds
  }

  // MARK: - Shapes

  /// - Parameter limit: names that macros bind count only before it.
  func shape(of name: String, before limit: Int? = nil) -> Shape? {
    if let alias = aliases.first(where: { $0.name == name }) { return index.fields.shape(of: alias.kinds) }
    if let bound = variable(name, before: limit ?? offset) { return bound }
    if let found = index.locals(at: offset, of: file).first(where: { $0.name == name && $0.shape != nil }) { return found.shape }
    return index.declared[.value(name)]?.shape
  }

  /// The name that a macro binds, whose call need not have ended: the `l` of `o.lines.exists(l, l.`.
  private func variable(_ name: String, before limit: Int) -> Shape? {
    for comma in before.indices.reversed() where comma - before.startIndex >= 4 && before[comma].range.upperBound <= limit {
      guard before[comma].kind == .punctuation(.comma), before[comma - 1].kind == .word(name),
        before[comma - 2].kind == .punctuation(.leftParenthesis), before[comma - 4].kind == .punctuation(.dot),
        let chain = Chain(before: before[comma - 4].range.lowerBound, in: bytes)
      else { continue }
      return shape(of: chain.parts, before: before[comma - 4].range.lowerBound)?.element
    }
    return nil
  }

  /// What stands before the last dot of a chain.
  func shape(of parts: some Collection<String>, before limit: Int? = nil) -> Shape? {
    guard let first = parts.first, var shape = shape(of: first, before: limit) else { return nil }
    for part in parts.dropFirst() {
      guard let next = part == "[]" ? shape.element : shape.member(part)?.shape else { return nil }
      shape = next
    }
    return shape
  }

  func field(_ parts: [String]) -> (field: Field, shape: Shape)? {
    guard let last = parts.last else { return nil }
    return shape(of: parts.dropLast())?.member(last)
  }

  /// The events that the declaration is about: those of its patterns.
  var patternKinds: [String] {
    var found: [String] = []
    var line = ""
    for (position, token) in zip(tokens.indices, tokens) {
      if case .word(let word) = token.kind, token.beginsLine { line = word }
      guard Self.isBeforePattern(token, line: line), position + 1 < tokens.endIndex else { continue }
      var (at, parts) = (position + 1, [String]())
      while at < tokens.endIndex, case .word(let part) = tokens[at].kind {
        parts.append(part)
        guard at + 1 < tokens.endIndex, tokens[at + 1].kind == .punctuation(.dot) else { break }
        at += 2
      }
      if !parts.isEmpty { found.append(parts.joined(separator: ".")) }
    }
    return found
  }

  private static func isBeforePattern(_ token: Token, line: String) -> Bool {
    switch token.kind {
    case .word("on"), .word("or"), .word("expect"), .word("then"), .word("forbid"), .word("with"), .word("first"), .word("last"),
      .word("all"):
      true
    case .punctuation(.comma): line == "on"
    default: false
    }
  }
}
