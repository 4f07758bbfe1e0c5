package import Diagnostics

/// The one layout of rule files.
///
/// Tokens stay as they are written and in their order, so the program stays what it was; the formatter decides what stands between them. It
/// keeps all comments, and one blank line where there were some.
package struct RuleFormatter {
  /// Lines are no longer where they can be broken.
  package static let width = 120

  private let layout: LineLayout
  private let file: FileSyntax
  private var output: [String] = []
  /// Comments behind lines, by the index of the line.
  private var behind: [Int: String] = [:]
  /// Where the last token or comment that was put out ended in the source.
  private var end = 0
  /// The declaration that was put out last has a body.
  private var isAfterBody = false

  /// The text in its layout. nil: it has mistakes of grammar, which are given.
  package static func format(_ source: SourceText) -> (text: String?, diagnostics: [Diagnostic]) {
    let (file, diagnostics) = FileSyntax.parse(source)
    guard !diagnostics.contains(where: { $0.severity == .error }) else { return (nil, diagnostics) }
    var formatter = RuleFormatter(file)
    formatter.run()
    let text = formatter.text
    let result = FileSyntax.parse(SourceText(file: source.file, text: text)).file
    precondition(file.pieces == result.pieces, "the layout has every token and comment of the text, in their order")
    return (text, diagnostics)
  }

  private init(_ file: FileSyntax) {
    self.file = file
    layout = LineLayout(bytes: file.source.bytes, tokens: file.tokens, marks: LayoutMarks(file))
  }

  private mutating func run() {
    var start = 0
    while start < file.tokens.count {
      var next = start + 1
      while next < file.tokens.count, layout.marks.lines[file.tokens[next].range.lowerBound] == nil { next += 1 }
      line(start..<next)
      start = next
    }
    for comment in file.trailingComments { put(comment, indent: 0) }
  }

  /// A clause, with the comments before and in it.
  private mutating func line(_ range: Range<Int>) {
    let first = file.tokens[range.lowerBound]
    let indent = layout.marks.lines[first.range.lowerBound] ?? 0
    let isDeclaration = layout.marks.declarations.contains(first.range.lowerBound)
    if isDeclaration { separate(first, isBody: isBody(from: range)) }
    let isClosing = first.kind == .punctuation(.rightBrace)
    for comment in first.comments { put(comment, indent: isClosing ? 2 : indent) }
    if !isClosing, hasBlankLine(before: first.range.lowerBound) { blank() }
    // A comment in the clause ends its line; what follows goes on below it.
    var start = range.lowerBound
    var depth = indent
    for number in range.dropFirst() where !file.tokens[number].comments.isEmpty {
      output += layout.lines(of: start..<number, indent: depth)
      end = file.tokens[number - 1].range.upperBound
      depth = indent + 2
      for comment in file.tokens[number].comments { put(comment, indent: depth) }
      start = number
    }
    output += layout.lines(of: start..<range.upperBound, indent: depth)
    end = file.tokens[range.upperBound - 1].range.upperBound
  }

  /// A declaration with a body stands apart from others.
  private mutating func separate(_ first: Token, isBody: Bool) {
    defer { isAfterBody = isBody }
    guard !output.isEmpty, isBody || isAfterBody else { return }
    // A comment behind the declaration before belongs to that.
    if let comment = first.comments.first, !comment.beginsLine { return }
    blank()
  }

  private func isBody(from range: Range<Int>) -> Bool {
    guard range.upperBound < file.tokens.count else { return false }
    return !layout.marks.declarations.contains(file.tokens[range.upperBound].range.lowerBound)
  }

  private mutating func put(_ comment: Comment, indent: Int) {
    var text = String(decoding: file.source.bytes[comment.range], as: UTF8.self)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    if comment.beginsLine || output.isEmpty {
      if hasBlankLine(before: comment.range.lowerBound) { blank() }
      output.append(String(repeating: " ", count: indent) + text)
    } else {
      behind[output.count - 1] = (behind[output.count - 1].map { $0 + " " } ?? "") + text
    }
    end = comment.range.upperBound
  }

  /// The lines, with the comments behind them: in one column as long as lines of one indent follow each other.
  private var text: String {
    var text = ""
    var start = 0
    while start < output.count {
      let indent = output[start].prefix { $0 == " " }.count
      var next = start + 1
      while next < output.count, !output[next].isEmpty, output[next].prefix(while: { $0 == " " }).count == indent { next += 1 }
      let widest = (start..<next).map { behind[$0] == nil ? 0 : output[$0].count }.max() ?? 0
      for number in start..<next {
        text += output[number]
        if let comment = behind[number] { text += String(repeating: " ", count: widest - output[number].count + 2) + comment }
        text += "\n"
      }
      start = next
    }
    return text
  }

  private mutating func blank() {
    guard let last = output.last, !last.isEmpty, !last.hasSuffix("{") else { return }
    output.append("")
  }

  /// In the source, between what was put out last and this.
  private func hasBlankLine(before start: Int) -> Bool {
    guard end < start else { return false }
    return file.source.bytes[end..<start].count { $0 == UInt8(ascii: "\n") } > 1
  }
}

extension FileSyntax {
  /// Tokens and comments as they are written, the blanks at the end of a comment left out.
  fileprivate var pieces: [ArraySlice<UInt8>] {
    let all = tokens.flatMap { $0.comments.map(\.range) + [$0.range] } + trailingComments.map(\.range)
    return all.map { range in
      var piece = source.bytes[range]
      while let last = piece.last, last == 0x20 || (0x09...0x0D).contains(last) { piece.removeLast() }
      return piece
    }
  }
}
