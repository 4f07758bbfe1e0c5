package import Diagnostics

/// A file: declarations one after the other.
extension FileSyntax {
  /// Reads a whole file. Every mistake is in `diagnostics`; what could be read is in the tree.
  package static func parse(_ source: SourceText) -> (file: FileSyntax, diagnostics: [Diagnostic]) {
    var parser = Parser(Lexer(file: source.file, bytes: source.bytes))
    if let place = source.invalidUTF8 { parser.diagnostics.append(.notUTF8(at: SourceSpan(file: source.file, range: place))) }
    var declarations: [DeclarationSyntax] = []
    while parser.token.kind != .end {
      if let declaration = parser.declaration() { declarations.append(declaration) }
    }
    let file = FileSyntax(
      source: source, declarations: declarations, tokens: parser.taken, trailingComments: parser.token.comments)
    return (file, parser.diagnostics)
  }
}

extension Parser {
  static let declarationWords = ["stream", "table", "hours", "let", "param", "fixture", "rule", "lifecycle", "kpi", "test"]

  /// The next declaration. nil: not even its name could be read, and what follows begins another one.
  fileprivate mutating func declaration() -> DeclarationSyntax? {
    let start = token.range.lowerBound
    let documentation = documentation(in: token.comments)
    let (known, understoodBefore) = (diagnostics.count, understood)
    depth = 0
    braces = 0
    guard let text = word, Self.declarationWords.contains(text) else {
      unknownDeclaration()
      recoverToDeclaration()
      return nil
    }
    let keyword = Word(text, span: takeSpan())
    declaredName = nil
    let kind: DeclarationSyntax.Kind
    if let whole = try? declaration(keyword) {
      kind = whole
    } else {
      recoverToDeclaration()
      guard let declaredName else { return nil }
      kind = .unreadable(keyword: keyword, name: declaredName)
    }
    return DeclarationSyntax(
      kind: kind, documentation: documentation, span: span(from: start),
      isBroken: diagnostics[known...].count { $0.severity == .error } > understood - understoodBefore)
  }

  private mutating func declaration(_ keyword: Word) throws(ParseFailure) -> DeclarationSyntax.Kind {
    switch keyword.text {
    case "stream": .stream(try stream())
    case "table": .table(try table())
    case "hours": .hours(try hours())
    case "let": .let(try letDeclaration())
    case "param": .param(try param())
    case "fixture": .fixture(try fixture())
    case "rule": .rule(try rule())
    case "lifecycle": .lifecycle(try lifecycle())
    case "kpi": .kpi(try kpi())
    default: .test(try test())
    }
  }

  private mutating func unknownDeclaration() {
    guard let text = word else {
      if let problem = token.problem {
        diagnostics.append(problem)
      } else if isAt(.rightBrace) {
        diagnostics.append(.closesNothing(at: span(of: token)))
      } else {
        let help = isAt(.minus) ? straySignHelp : nil
        diagnostics.append(.unexpected("`\(text(of: token))`", expected: "a declaration", at: span(of: token), help: help))
      }
      return
    }
    diagnostics.append(.unknownDeclaration(text, at: span(of: token)))
  }

  /// Skips to what looks like the beginning of the next declaration.
  private mutating func recoverToDeclaration() {
    if token.kind != .end, !(beginsDeclaration && token.beginsLine) { skip() }
    // A rule has parameters of its own.
    while token.kind != .end, !(token.beginsLine && beginsDeclaration && (braces <= 0 || word != "param")) { skip() }
  }

  /// A declaration's keyword with a name after it.
  var beginsDeclaration: Bool {
    guard let word, Self.declarationWords.contains(word) else { return false }
    switch peek().kind {
    case .word: return word != "test"
    case .punctuation(.leftBrace): return word != "let" && word != "param"
    case .string: return word == "test"
    default: return false
    }
  }

  /// The `///` lines of the comments, as one text.
  private func documentation(in comments: [Comment]) -> String? {
    let lines = comments.filter(\.isDocumentation).map { comment in
      var line = text(ofBytes: (comment.range.lowerBound + 3)..<comment.range.upperBound)[...]
      while line.first?.isWhitespace == true { line.removeFirst() }
      while line.last?.isWhitespace == true { line.removeLast() }
      return String(line)
    }
    let joined = lines.filter { !$0.isEmpty }.joined(separator: " ")
    return joined.isEmpty ? nil : joined
  }
}
