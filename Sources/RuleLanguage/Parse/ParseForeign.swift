import Diagnostics

/// What people bring along from other languages: understood, and said how it is written here, so that the rest is checked, too.
extension Parser {
  /// An operator that stands after an operand and is written in another way here.
  mutating func foreignOperator() -> BinaryOperator? {
    switch token.kind {
    case .word("and"): .and
    case .word("or"): .or
    // Before an arrow it is a state.
    case .word("AND") where peek().kind != .punctuation(.arrow): .and
    case .word("OR") where peek().kind != .punctuation(.arrow): .or
    case .word("equals") where !token.beginsLine: .equal
    case .word("exceeds") where !token.beginsLine: .greater
    case .word("greater") where isBeforeThan, .word("more") where isBeforeThan, .word("higher") where isBeforeThan: .greater
    case .word("less") where isBeforeThan, .word("fewer") where isBeforeThan, .word("lower") where isBeforeThan: .less
    case .punctuation(.assign) where isAtPair(.greater): .greaterOrEqual
    case .punctuation(.assign) where isAtPair(.less): .lessOrEqual
    case .punctuation(.assign): .equal
    case .punctuation(.less) where isAtPair(.greater): .notEqual
    case .punctuation(.equal) where isAtPair(.assign): .equal
    case .punctuation(.notEqual) where isAtPair(.assign): .notEqual
    default: nil
    }
  }

  /// Takes such an operator. Its place is that of the right one.
  mutating func takeForeign(_ meant: BinaryOperator) -> SourceSpan {
    let start = token.range.lowerBound
    takeForeignSigns()
    let span = span(from: start)
    understand(.foreignOperator(text(ofBytes: span.range), meant: meant.rawValue, at: span))
    return span
  }

  private mutating func takeForeignSigns() {
    let isPair = word == nil ? isAtPair(.greater) || isAtPair(.less) || isAtPair(.assign) : isBeforeThan
    take()
    if isPair { take() }
  }

  /// `than` follows on the same line.
  private var isBeforeThan: Bool {
    let next = peek()
    return next.kind == .word("than") && !next.beginsLine
  }

  /// The token and the one after it stand together, and that is this one.
  private func isAtPair(_ second: Punctuation) -> Bool {
    let next = peek()
    return next.kind == .punctuation(second) && next.range.lowerBound == token.range.upperBound
  }

  /// `not` before an operand.
  var isAtForeignNot: Bool {
    guard isAt(word: "not") || isAt(word: "NOT") else { return false }
    switch peek().kind {
    case .word(let word): return word != "in"
    case .punctuation(.leftParenthesis), .punctuation(.not): return true
    default: return false
    }
  }

  /// `not a > b` is of the whole comparison, as where `not` is a word.
  mutating func foreignNot() throws(ParseFailure) -> Tree {
    let found = text(of: token)
    let word = takeSpan()
    try enter()
    defer { depth -= 1 }
    let operand = try binary(above: BinaryOperator.and.precedence)
    let written = text(ofBytes: operand.syntax.span.range)
    let isWhole = if case .binary = operand.syntax.kind { false } else { true }
    let edit = Diagnostic.Edit(replace: span(from: word.range.lowerBound), with: isWhole ? "!\(written)" : "!(\(written))")
    understand(.foreignCondition(found, at: word, help: isWhole ? "write `!`" : "write `!(…)`", edit: edit))
    return try tree(.unary(.not, operand.syntax), from: word.range.lowerBound, over: [operand])
  }

  /// `x is null`, `x not in [1]`, `x like "a%"`, `x between 1 and 2`: a condition that is read, and counts as one for what follows.
  /// nil: there is none.
  mutating func foreignCondition(on operand: Tree) throws(ParseFailure) -> Tree? {
    if let test = try foreignTextTest(of: operand) { return test }
    guard let word, ["is", "like", "between", "not"].contains(word), !isAtNextItem else { return nil }
    if word == "not", peek().kind != .word("in") { return nil }
    let start = operand.syntax.span.range.lowerBound
    let keyword = takeSpan()
    let name = operand.syntax.text
    switch word {
    case "is":
      let isNegated = takeWord("not") != nil
      guard takeWord("null", "NULL") != nil else {
        return try foreignComparison(of: operand, from: keyword, isNegated: isNegated)
      }
      let help = "write `\(isNegated ? "" : "!")has(\(name))`"
      let edit = edit(of: operand) { "\(isNegated ? "" : "!")has(\($0))" }
      diagnostics.append(.foreignCondition(word, at: keyword, help: help, edit: edit))
    case "not":
      _ = takeWord("in")
      let both = span(from: keyword.range.lowerBound)
      let right = try binary(above: BinaryOperator.equal.precedence)
      let list = text(ofBytes: right.syntax.span.range)
      let help = "write `!(\(name) in …)`"
      understand(.foreignCondition("not in", at: both, help: help, edit: edit(of: operand) { "!(\($0) in \(list))" }))
      let membership = try tree(.binary(.in, both, operand.syntax, right.syntax), from: start, over: [operand, right])
      return try tree(.unary(.not, membership.syntax), from: start, over: [membership])
    case "like":
      let right = try binary(above: BinaryOperator.equal.precedence)
      guard case .literal(.string(let pattern)) = right.syntax.kind, let test = Self.textTest(pattern) else {
        let help = "write `\(name).matches(r\"…\")`, a regular expression"
        diagnostics.append(.foreignCondition(word, at: keyword, help: help))
        break
      }
      diagnostics.append(
        .foreignCondition(word, at: keyword, help: "write `\(name)\(test)`", edit: edit(of: operand) { "\($0)\(test)" }))
    default:
      let low = try binary(above: BinaryOperator.equal.precedence)
      guard takeWord("and", "AND") != nil else {
        let help = "write `\(name) >= \(low.syntax.text) && \(name) <= …`"
        diagnostics.append(.foreignCondition(word, at: keyword, help: help))
        break
      }
      let high = try binary(above: BinaryOperator.equal.precedence)
      let help = "write `\(name) >= \(low.syntax.text) && \(name) <= \(high.syntax.text)`"
      let (least, most) = (text(ofBytes: low.syntax.span.range), text(ofBytes: high.syntax.span.range))
      diagnostics.append(
        .foreignCondition(word, at: keyword, help: help, edit: edit(of: operand) { "\($0) >= \(least) && \($0) <= \(most)" }))
    }
    return try tree(.literal(.bool(true)), from: start)
  }

  /// `x contains "a"`, `x starts with "a"`, `x ends with "a"`, `x matches "a+"`: a method's call in words, which is what it is read as.
  private mutating func foreignTextTest(of operand: Tree) throws(ParseFailure) -> Tree? {
    let names = ["contains": "contains", "matches": "matches", "starts": "startsWith", "ends": "endsWith"]
    guard let word, let name = names[word], !token.beginsLine else { return nil }
    let next = peek()
    guard !next.beginsLine, next.kind != .punctuation(.arrow), next.kind == .word("with") || !["starts", "ends"].contains(word) else {
      return nil
    }
    let keyword = takeSpan()
    if ["starts", "ends"].contains(word) { skip() }
    let found = span(from: keyword.range.lowerBound)
    let right = try binary(above: BinaryOperator.equal.precedence)
    let argument = text(ofBytes: right.syntax.span.range)
    understand(
      .foreignCondition(
        text(ofBytes: found.range), at: found, help: "write `\(operand.syntax.text).\(name)(…)`",
        edit: edit(of: operand) { "\($0).\(name)(\(argument))" }))
    return try tree(
      .methodCall(receiver: operand.syntax, method: Word(name, span: found), arguments: [right.syntax]),
      from: operand.syntax.span.range.lowerBound,
      over: [operand, right])
  }

  /// `x is y`, `x is not y`, `x is greater than y`, from behind the `not` on.
  private mutating func foreignComparison(of operand: Tree, from keyword: SourceSpan, isNegated: Bool) throws(ParseFailure) -> Tree {
    var meant: BinaryOperator = isNegated ? .notEqual : .equal
    var found = isNegated ? "is not" : "is"
    if !isNegated, let comparison = foreignOperator(), comparison == .greater || comparison == .less {
      let start = token.range.lowerBound
      takeForeignSigns()
      meant = comparison
      found += " " + text(ofBytes: span(from: start).range)
    }
    let sign = span(from: keyword.range.lowerBound)
    understand(.foreignOperator(found, meant: meant.rawValue, at: sign))
    let right = try binary(above: BinaryOperator.equal.precedence)
    let start = operand.syntax.span.range.lowerBound
    return try tree(.binary(meant, sign, operand.syntax, right.syntax), from: start, over: [operand, right])
  }

  /// Puts something in the place of all from an operand on to the last token taken. nil: the operand is no field, and may hold anything.
  private func edit(of operand: Tree, _ written: (String) -> String) -> Diagnostic.Edit? {
    guard operand.syntax.dottedName != nil else { return nil }
    let range = operand.syntax.span.range
    return Diagnostic.Edit(replace: span(from: range.lowerBound), with: written(text(ofBytes: range)))
  }

  /// A pattern of SQL as a test of ours, to stand behind the text that it is of. nil: it takes a regular expression.
  private static func textTest(_ pattern: String) -> String? {
    let (isOpenBefore, isOpenAfter) = (pattern.hasPrefix("%"), pattern.count > 1 && pattern.hasSuffix("%"))
    let inner = String(pattern.dropFirst(isOpenBefore ? 1 : 0).dropLast(isOpenAfter ? 1 : 0))
    guard !inner.contains(where: { $0 == "%" || $0 == "_" || $0 == "\"" || $0 == "\\" || $0.isNewline }) else { return nil }
    if isOpenBefore { return isOpenAfter ? ".contains(\"\(inner)\")" : ".endsWith(\"\(inner)\")" }
    return isOpenAfter ? ".startsWith(\"\(inner)\")" : " == \"\(inner)\""
  }

  /// `("DE", "FR")`: a list in parentheses, read to its end.
  mutating func foreignList(of first: Tree, open: Token) throws(ParseFailure) -> Tree {
    var trees = [first]
    while take(.comma), !isAt(.rightParenthesis) { trees.append(try conditional()) }
    try expectClosing(.rightParenthesis, of: open, orComma: true)
    let start = open.range.lowerBound
    let span = span(from: start)
    understand(.foreignList(text(ofBytes: (start + 1)..<(span.range.upperBound - 1)), at: span))
    return try tree(.list(trees.map { ListElementSyntax(isOptional: false, value: $0.syntax) }), from: start, over: trees)
  }

  /// `count(*)`, from the star on.
  mutating func skipForeignStar() {
    let star = skip()
    understand(.foreignStar(at: span(of: star)))
  }

  /// `Money{amount: 1}`: a name, and braces directly after it. Skips the braces.
  mutating func refuseMessage(of operand: Tree) throws(ParseFailure) {
    guard isAt(.leftBrace), operand.syntax.rootName != nil else { return }
    diagnostics.append(.messageConstruction(operand.syntax.text, at: operand.syntax.span))
    let level = braces
    repeat { skip() } while braces > level && token.kind != .end
    throw ParseFailure()
  }

  /// A colon, or a sign of equality, between a clause's keyword and what it says. A target has a comparison there.
  mutating func skipForeignColon(after keyword: Word) {
    guard isAt(.colon) || (isAt(.assign) && keyword.text != "target") else { return }
    let sign = skip()
    understand(.foreignColon(text(of: sign), after: keyword, at: span(of: sign)))
  }
}

extension Diagnostic {
  static func foreignOperator(_ found: String, meant: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, .error, "`\(found)` is no operator", at: span, help: "write `\(meant)`", edit: Edit(replace: span, with: meant))
  }

  static func foreignCondition(_ word: String, at span: SourceSpan, help: String, edit: Edit? = nil) -> Diagnostic {
    Diagnostic(.foreignSyntax, .error, "`\(word)` is no operator", at: span, help: help, edit: edit)
  }

  static func foreignList(_ elements: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, .error, "a list stands in `[ ]`, and not in `( )`", at: span, help: "write `[…]`",
      edit: Edit(replace: span, with: "[\(elements)]"))
  }

  static func aliasWithoutAs(_ alias: Word) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, .error, "an alias follows `as`", at: alias.span, help: "write `as \(alias.text)`",
      edit: Edit(replace: alias.span, with: "as \(alias.text)"))
  }

  static func foreignNo(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, .error, "what is not to come is said with `no`", at: span, help: "write `no`", edit: Edit(replace: span, with: "no"))
  }

  static func foreignStar(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, .error, "`*` is no value", at: span, help: "leave it out: `count()` counts all events",
      edit: Edit(replace: span, with: ""))
  }

  static func messageConstruction(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, .error, "`\(name){…}` would make a message of protocol buffers, and rules have none", at: span,
      help: "a map is written `{\"name\": value}`")
  }

  static func needless(_ word: Word) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, .error, "`\(word.text)` says nothing here: so many are expected, one where there is no number", at: word.span,
      help: "leave it out", edit: Edit(replace: word.span, with: ""))
  }

  static func thenBeforeNotes(_ keyword: Word) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, .error, "no `then` stands between `when` and what is said", at: keyword.span, help: "leave it out",
      edit: Edit(replace: keyword.span, with: ""))
  }

  static func foreignColon(_ sign: String, after keyword: Word, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .foreignSyntax, .error, "no `\(sign)` stands after `\(keyword.text)`", at: span, help: "leave it out",
      edit: Edit(replace: span, with: ""))
  }
}
