import Diagnostics

/// Cuts a text into tokens, one at a time, on demand: what a stretch of text is depends on what the grammar asks for (a clock and a date are
/// read only where one may stand, braces in a text only after `violation`). A copy reads ahead without moving the original.
struct Lexer {
  let file: String
  let bytes: [UInt8]
  /// Where the next token's trivia begin.
  var position: Int
  /// No token goes beyond this.
  let limit: Int

  init(file: String, bytes: [UInt8], range: Range<Int>? = nil) {
    self.file = file
    self.bytes = bytes
    position = range?.lowerBound ?? 0
    limit = range?.upperBound ?? bytes.count
    if position == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The next token as CEL has it, with durations.
  mutating func next() -> Token {
    let (comments, beginsLine) = skipTrivia()
    let start = position
    let (kind, problem) = scanToken()
    return Token(kind: kind, range: start..<position, comments: comments, beginsLine: beginsLine, problem: problem)
  }

  /// Reads `token` again, in another way, and goes on after it. nil: it cannot be read so, and nothing has moved.
  mutating func reread(_ token: Token, with scan: (inout Lexer) -> (Token.Kind, Diagnostic?)?) -> Token? {
    var lexer = self
    lexer.position = token.range.lowerBound
    guard let (kind, problem) = scan(&lexer) else { return nil }
    self = lexer
    return Token(
      kind: kind, range: token.range.lowerBound..<lexer.position, comments: token.comments, beginsLine: token.beginsLine, problem: problem)
  }

  // MARK: - Characters

  /// The byte `ahead` of the position; 0 at the end.
  func peek(_ ahead: Int = 0) -> UInt8 { position + ahead < limit ? bytes[position + ahead] : 0 }

  var isAtEnd: Bool { position >= limit }

  mutating func advance(_ count: Int = 1) { position += count }

  func span(_ range: Range<Int>) -> SourceSpan { SourceSpan(file: file, range: range) }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  // MARK: - Trivia

  private mutating func skipTrivia() -> (comments: [Comment], beginsLine: Bool) {
    var comments: [Comment] = []
    var beginsLine = position == 0
    while !isAtEnd {
      switch peek() {
      case UInt8(ascii: "\n"):
        beginsLine = true
        advance()
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), 0x0C:
        advance()
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
        let start = position
        while !isAtEnd, peek() != UInt8(ascii: "\n") { advance() }
        var end = position
        if bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        let isDocumentation =
          end - start >= 3 && bytes[start + 2] == UInt8(ascii: "/") && (end - start == 3 || bytes[start + 3] != UInt8(ascii: "/"))
        comments.append(Comment(range: start..<end, isDocumentation: isDocumentation, beginsLine: beginsLine))
      default:
        return (comments, beginsLine)
      }
    }
    return (comments, beginsLine)
  }

  // MARK: - Tokens

  private mutating func scanToken() -> (Token.Kind, Diagnostic?) {
    guard !isAtEnd else { return (.end, nil) }
    let start = position
    if let literal = scanString() { return literal }
    let first = peek()
    if first.isDigit || (first == UInt8(ascii: ".") && peek(1).isDigit) { return scanNumber() }
    if first.beginsName {
      while peek().continuesName { advance() }
      return (.word(text(start..<position)), nil)
    }
    if first == UInt8(ascii: "`") { return scanQuotedField() }
    if first == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") { return scanForeignComment() }
    for length in [2, 1] where position + length <= limit {
      if let punctuation = Punctuation(rawValue: text(position..<(position + length))) {
        advance(length)
        return (.punctuation(punctuation), nil)
      }
    }
    return scanUnknown()
  }

  private mutating func scanQuotedField() -> (Token.Kind, Diagnostic?) {
    let start = position
    advance()
    while peek().continuesName || [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: " ")].contains(peek()) {
      advance()
    }
    let name = text((start + 1)..<position)
    guard peek() == UInt8(ascii: "`"), !name.isEmpty else {
      if peek() == UInt8(ascii: "`") { advance() }
      return (.quotedField(name), .badFieldName(at: span(start..<position)))
    }
    advance()
    return (.quotedField(name), nil)
  }

  /// A comment as other languages have them, to its end: one mistake.
  private mutating func scanForeignComment() -> (Token.Kind, Diagnostic?) {
    let start = position
    advance(2)
    while !isAtEnd, peek() != UInt8(ascii: "*") || peek(1) != UInt8(ascii: "/") { advance() }
    advance(min(2, limit - position))
    return (.invalid, .unknownCharacters("/*", at: span(start..<(start + 2))))
  }

  /// A text in typographic quotes, if it ends on its line: what was meant, and one mistake. nil: there is none, and nothing has moved.
  private mutating func scanTypographicText() -> (Token.Kind, Diagnostic?)? {
    guard let quote = typographicQuote else { return nil }
    let start = position
    advance(3)
    let plain = quote == .single ? UInt8(ascii: "'") : UInt8(ascii: "\"")
    while !isAtEnd, peek() != plain, peek() != UInt8(ascii: "\n"), typographicQuote != quote { advance() }
    let content = text((start + 3)..<position)
    let length = typographicQuote == quote ? 3 : peek() == plain ? 1 : 0
    guard length > 0, !content.contains(where: { $0 == "\\" || $0 == "\"" || $0.isNewline }) else {
      position = start
      return nil
    }
    advance(length)
    let sign = span(start..<(start + 3))
    return (.string(content), .typographicText(content, sign: text(sign.range), at: sign, whole: span(start..<position)))
  }

  private enum TypographicQuote { case single, double }

  /// What stands here of ‘ ’ ‚ ‛ and “ ” „ ‟: all have three bytes, and differ in the last.
  private var typographicQuote: TypographicQuote? {
    guard peek() == 0xE2, peek(1) == 0x80, (0x98...0x9F).contains(peek(2)) else { return nil }
    return peek(2) < 0x9C ? .single : .double
  }

  /// A run of characters that no token begins with: one mistake, not many.
  private mutating func scanUnknown() -> (Token.Kind, Diagnostic?) {
    if let text = scanTypographicText() { return text }
    let start = position
    advance()
    while !isAtEnd, peek() >= 0x80 { advance() }
    if bytes[start] == UInt8(ascii: "#") {
      // A comment, as other languages have it: no word of it is read.
      while !isAtEnd, peek() != UInt8(ascii: "\n") { advance() }
      return (.invalid, .unknownCharacters("#", at: span(start..<(start + 1))))
    }
    return (.invalid, .unknownCharacters(text(start..<position), at: span(start..<position)))
  }
}

extension UInt8 {
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  var isHexDigit: Bool { hexValue != nil }
  var beginsName: Bool { self == UInt8(ascii: "_") || isLetter }
  var continuesName: Bool { beginsName || isDigit }
  private var isLetter: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
  }

  /// The value of a hexadecimal digit.
  var hexValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
