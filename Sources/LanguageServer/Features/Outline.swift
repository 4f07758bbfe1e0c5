import Diagnostics
import RuleLanguage

/// The declarations of a file, for outlines, folding and searches.
enum Outline {
  struct Entry {
    var name: String
    var keyword: String
    /// Of the name, and of all of it.
    var span: SourceSpan
    var whole: SourceSpan
  }

  static func entries(of file: FileSyntax) -> [Entry] {
    file.declarations.compactMap { declaration in
      if case .test(let test) = declaration.kind {
        return Entry(name: test.title.value, keyword: "test", span: test.title.span, whole: declaration.span)
      }
      return SymbolWalk.header(of: declaration, in: nil).map {
        Entry(name: $0.name, keyword: $0.keyword, span: $0.span, whole: declaration.span)
      }
    }
  }

  /// The protocol's kinds of symbols.
  static func kind(of keyword: String) -> Int {
    switch keyword {
    case "stream", "table": 23
    case "hours", "let", "fixture": 14
    case "param": 13
    case "rule": 12
    case "lifecycle": 10
    case "kpi": 16
    case "test": 6
    default: 13
    }
  }

  /// First and last line of what can be folded: declarations, braces in them, runs of comments. Lines count from 0.
  static func folds(of file: FileSyntax, in text: DocumentText) -> [(first: Int, last: Int, isComment: Bool)] {
    var folds: [(first: Int, last: Int, isComment: Bool)] = []
    var open: [Int] = []
    for token in file.tokens {
      if token.kind == .punctuation(.leftBrace) || token.kind == .punctuation(.leftBracket) {
        open.append(text.line(of: token.range.lowerBound))
      }
      if token.kind == .punctuation(.rightBrace) || token.kind == .punctuation(.rightBracket), let first = open.popLast() {
        let last = text.line(of: token.range.lowerBound) - 1
        if last > first { folds.append((first, last, false)) }
      }
    }
    var run: (first: Int, last: Int)?
    for comment in file.tokens.flatMap(\.comments) + file.trailingComments where comment.beginsLine {
      let line = text.line(of: comment.range.lowerBound)
      if let known = run, known.last + 1 == line {
        run = (known.first, line)
        continue
      }
      if let known = run, known.last > known.first { folds.append((known.first, known.last, true)) }
      run = (line, line)
    }
    if let known = run, known.last > known.first { folds.append((known.first, known.last, true)) }
    return folds
  }
}
