import Diagnostics

/// What people bring along from other languages: understood, and said how it is written here, so that the rest is checked, too.
extension Parser {
  /// An operator that stands after an operand and is written in another way here.
  mutating func foreignOperator() -> BinaryOperator? {
    switch token.kind {
    case .word("and"): .and
    case .word("or"): .or
    case .punctuation(.assign): .equal
    case .punctuation(.less) where isAtPair(.greater): .notEqual
    default: nil
    }
  }

  /// Takes such an operator. Its place is that of the right one.
  mutating func takeForeign(_ meant: BinaryOperator) -> SourceSpan {
    let start = token.range.lowerBound
    let isPair = isAtPair(.greater) || isAtPair(.assign)
    take()
    if isPair { take() }
    let span = span(from: start)
    diagnostics.append(.foreignOperator(text(ofBytes: span.range), meant: meant.rawValue, at: span))
    return span
  }

  /// The token and the one after it stand together, and that is this one.
  private func isAtPair(_ second: Punctuation) -> Bool {
    let next = peek()
    return next.kind == .punctuation(second) && next.range.lowerBound == token.range.upperBound
  }

  /// `not` before an operand.
  var isAtForeignNot: Bool {
    guard isAt(word: "not") else { return false }
    switch peek().kind {
    case .word(let word): return word != "in"
    case .punctuation(.leftParenthesis), .punctuation(.not): return true
    default: return false
    }
  }

  mutating func takeForeignNot() {
    let span = takeSpan()
    diagnostics.append(.foreignOperator("not", meant: "!", at: span))
  }

  /// `x is null`, `x like "a%"`, `x between 1 and 2`: a condition that is read, and counts as one for what follows. nil: there is none.
  mutating func foreignCondition(on operand: Tree) throws(ParseFailure) -> Tree? {
    guard let word, ["is", "like", "between"].contains(word), !isAtNextItem else { return nil }
    let start = operand.syntax.span.range.lowerBound
    let keyword = takeSpan()
    let name = operand.syntax.text
    switch word {
    case "is":
      let isNegated = takeWord("not") != nil
      guard takeWord("null") != nil else {
        diagnostics.append(.foreignOperator("is", meant: isNegated ? "!=" : "==", at: keyword))
        let right = try binary(above: BinaryOperator.equal.precedence)
        return try tree(
          .binary(isNegated ? .notEqual : .equal, keyword, operand.syntax, right.syntax), from: start, over: [operand, right])
      }
      diagnostics.append(.foreignCondition(word, at: keyword, help: "write `\(isNegated ? "" : "!")has(\(name))`"))
    case "like":
      let right = try binary(above: BinaryOperator.equal.precedence)
      var help = "write `\(name).matches(r\"…\")`, a regular expression"
      if case .literal(.string(let pattern)) = right.syntax.kind { help = "write `\(name).\(Self.textTest(pattern))`" }
      diagnostics.append(.foreignCondition(word, at: keyword, help: help))
    default:
      let low = try binary(above: BinaryOperator.equal.precedence)
      var high = "…"
      if takeWord("and") != nil { high = try binary(above: BinaryOperator.equal.precedence).syntax.text }
      diagnostics.append(
        .foreignCondition(word, at: keyword, help: "write `\(name) >= \(low.syntax.text) && \(name) <= \(high)`"))
    }
    return try tree(.literal(.bool(true)), from: start)
  }

  /// A pattern of SQL as a test of ours.
  private static func textTest(_ pattern: String) -> String {
    let inner = pattern.filter { $0 != "%" }
    if pattern == inner + "%" { return "startsWith(\"\(inner)\")" }
    if pattern == "%" + inner { return "endsWith(\"\(inner)\")" }
    return "contains(\"\(inner)\")"
  }

  /// `Money{amount: 1}`: a name, and braces directly after it. Skips the braces.
  mutating func refuseMessage(of operand: Tree) throws(ParseFailure) {
    guard isAt(.leftBrace), operand.syntax.rootName != nil else { return }
    diagnostics.append(.messageConstruction(operand.syntax.text, at: operand.syntax.span))
    let level = braces
    repeat { skip() } while braces > level && token.kind != .end
    throw ParseFailure()
  }

  /// A colon between a clause's keyword and what it says.
  mutating func skipForeignColon(after keyword: Word) {
    guard isAt(.colon) else { return }
    let colon = skip()
    diagnostics.append(.foreignColon(after: keyword, at: span(of: colon)))
  }
}

extension Diagnostic {
  static func foreignOperator(_ found: String, meant: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, .error, "`\(found)` is no operator", at: span, help: "write `\(meant)`", edit: Edit(replace: span, with: meant))
  }

  static func foreignCondition(_ word: String, at span: SourceSpan, help: String) -> Diagnostic {
    Diagnostic(.foreignSyntax, .error, "`\(word)` is no operator", at: span, help: help)
  }

  static func messageConstruction(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, .error, "`\(name){…}` would make a message of protocol buffers, and rules have none", at: span,
      help: "a map is written `{\"name\": value}`")
  }

  static func foreignColon(after keyword: Word, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, .error, "no `:` stands after `\(keyword.text)`", at: span, help: "leave it out",
      edit: Edit(replace: span, with: ""))
  }
}
