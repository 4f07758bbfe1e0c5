import Diagnostics

/// The text of a message: a string in double quotes in which `{…}` holds an expression, and `{{` and `}}` are braces (language.md 1.4).
extension Lexer {
  /// nil, and nothing has moved, if no plain double quote stands here.
  mutating func scanMessageText() -> (Token.Kind, Diagnostic?)? {
    let quote = UInt8(ascii: "\"")
    let start = position
    guard peek() == quote, !(peek(1) == quote && peek(2) == quote) else { return nil }
    advance()
    var parts: [Token.TextPart] = []
    var content = StringContent(isBytes: false)
    var problem: Diagnostic?
    func flush(_ content: inout StringContent) {
      if !content.bytes.isEmpty { parts.append(.characters(content.string)) }
      content.bytes = []
    }
    scan: while true {
      let byte = peek()
      switch byte {
      case _ where isAtEnd, UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        problem = problem ?? .unclosedString(at: span(start..<(start + 1)), isTriple: false)
        break scan
      case quote:
        advance()
        break scan
      case UInt8(ascii: "\\"):
        scanEscape(into: &content)
      case UInt8(ascii: "{") where peek(1) == byte, UInt8(ascii: "}") where peek(1) == byte:
        content.bytes.append(byte)
        advance(2)
      case UInt8(ascii: "{"):
        flush(&content)
        switch scanInterpolation() {
        case .success(let expression): parts.append(.expression(expression))
        case .failure(let mistake): problem = problem ?? mistake.diagnostic
        }
      case UInt8(ascii: "}"):
        problem = problem ?? .singleBrace(at: span(position..<(position + 1)))
        advance()
      default:
        content.bytes.append(byte)
        advance()
      }
    }
    flush(&content)
    problem = problem ?? content.badEscape.map { .badEscape(text($0), at: span($0), inBytes: false) }
    return (.text(parts), problem)
  }

  private struct Mistake: Error { var diagnostic: Diagnostic }

  /// From `{` to the `}` that closes it, over strings and braces of the expression. The range is what stands between the two.
  private mutating func scanInterpolation() -> Result<Range<Int>, Mistake> {
    let open = position
    advance()
    var depth = 0
    var ahead = self
    while true {
      let token = ahead.next()
      let isOutside = token.beginsLine || token.kind == .end || token.range.contains { bytes[$0] == UInt8(ascii: "\n") }
      if isOutside || !token.comments.isEmpty {
        return .failure(Mistake(diagnostic: .unclosedBrace(at: span(open..<(open + 1)), isComment: !token.comments.isEmpty)))
      }
      if token.kind == .punctuation(.leftBrace) { depth += 1 }
      if token.kind == .punctuation(.rightBrace) {
        if depth == 0 {
          let range = (open + 1)..<token.range.lowerBound
          position = token.range.upperBound
          guard text(range).contains(where: { $0 != " " && $0 != "\t" }) else {
            return .failure(Mistake(diagnostic: .emptyBraces(at: span(open..<position))))
          }
          return .success(range)
        }
        depth -= 1
      }
    }
  }
}
