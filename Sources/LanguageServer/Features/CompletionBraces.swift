import Diagnostics
import RuleLanguage

/// The braces that the cursor stands in.
extension Completion {
  /// What they belong to.
  enum Braces {
    /// The declaration itself.
    case body
    /// An event, or a rule that a test expects something of, by its name.
    case event(String)
    case violation, param, other
  }

  /// Where the innermost bracket that is open at the cursor stands in `scope.before`.
  var openBracket: Int? {
    var depth = 0
    for position in scope.before.indices.reversed() {
      switch scope.before[position].kind {
      case .punctuation(.rightBrace), .punctuation(.rightBracket), .punctuation(.rightParenthesis): depth += 1
      case .punctuation(.leftBrace), .punctuation(.leftBracket), .punctuation(.leftParenthesis):
        if depth == 0 { return position }
        depth -= 1
      default: break
      }
    }
    return nil
  }

  /// nil: the cursor is in other brackets, or in none.
  var bracesAround: Braces? {
    guard let open = openBracket, scope.before[open].kind == .punctuation(.leftBrace) else { return nil }
    if isFirstBrace(open), scope.keyword != "fixture", scope.keyword != "let" { return .body }
    guard open > scope.before.startIndex else { return .other }
    if let name = claim(before: open) { return .event(name) }
    switch scope.before[open - 1].kind {
    case .text, .string: return scope.keyword == "test" ? .other : .violation
    case .word:
      if open - 3 >= scope.before.startIndex, scope.before[open - 3].kind == .word("param") { return .param }
      guard let chain = Chain(before: scope.before[open - 1].range.upperBound, in: file.source.bytes), !chain.parts.contains("") else {
        return .other
      }
      return .event(chain.parts.joined(separator: "."))
    default: return .other
    }
  }

  /// What the line of a test before a brace expects something of: `expect no payments.late resolved dated 10:00 {`.
  private func claim(before open: Int) -> String? {
    guard scope.keyword == "test",
      let expect = scope.before[..<open].lastIndex(where: { $0.beginsLine && $0.kind == .word("expect") }),
      !scope.before[(expect + 1)..<open].contains(where: \.beginsLine)
    else { return nil }
    var (at, parts) = (expect + 1, [String]())
    while at < open, isBeforeClaim(scope.before[at]) { at += 1 }
    while at < open, case .word(let part) = scope.before[at].kind {
      parts.append(part)
      guard at + 1 < open, scope.before[at + 1].kind == .punctuation(.dot) else { break }
      at += 2
    }
    return parts.isEmpty ? nil : parts.joined(separator: ".")
  }

  private func isBeforeClaim(_ token: Token) -> Bool {
    switch token.kind {
    case .int, .word("no"), .word("correct"): true
    default: false
    }
  }
}
