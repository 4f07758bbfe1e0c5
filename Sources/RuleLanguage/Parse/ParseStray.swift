import Diagnostics

/// What stands where nothing like it goes on, and was meant all the same: a sum as it is printed, a comment of another language, a name with
/// a hyphen.
extension Parser {
  /// For a sign between the clauses of a body.
  var straySignHelp: String? {
    let next = peek()
    switch token.kind {
    case .punctuation(.bar): return "alternatives are written `||`"
    case .punctuation(.comma):
      if let help = separatorHelp { return help }
      return isBehindMessage ? Self.valuesHelp : next.beginsLine ? "no comma stands behind a clause" : nil
    case .punctuation(.plus): return isBehindMessage ? Self.valuesHelp : nil
    case .punctuation(.minus):
      guard next.range.lowerBound == token.range.upperBound else { return nil }
      if next.kind == .punctuation(.minus) { return "a comment begins with `//`" }
      guard let last = taken.last, last.range.upperBound == token.range.lowerBound, case .word = last.kind, case .word = next.kind else {
        return nil
      }
      return "a name has no hyphen: `\(text(of: last))_\(text(of: next))`"
    case .punctuation(.rightParenthesis): return "no `(` is open here"
    default: return nil
    }
  }

  /// For a word between the clauses of a body that is none of its keywords.
  var strayWordHelp: String? {
    guard let word, let last = taken.last else { return nil }
    let next = peek().kind
    if itemWords.contains("given"), next == .punctuation(.leftBrace) || next == .punctuation(.dot) {
      return "say when it comes: `at 10:00 \(text(of: token))`"
    }
    if itemWords.contains("state"), next == .punctuation(.assign) {
      let isArrow = byte(at: peek().range.upperBound) == UInt8(ascii: ">")
      return isArrow ? "an arrow is written `->`" : "a state is declared with `state`: `state \(text(of: token)) = …`"
    }
    guard !token.beginsLine else { return nil }
    if last.kind == .word("has") { return "write `has(\(text(of: token))…)`" }
    switch last.kind {
    case .int, .double:
      guard word.utf8.count == 3, word.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }) else { return nil }
      return "an amount is a number alone, and its currency is a field of its own: `currency == \"\(word)\"`"
    case .word where word.utf8.count > 1 && Diagnostic.durationUnit(word) != nil:
      return "a duration is a number with its unit: `5m`, `24h`, `7d`"
    default: return nil
    }
  }

  /// For a comma in a number: `1,000`, `1,000.00`, `10,50`.
  var separatorHelp: String? {
    guard isAt(.comma), let whole = taken.last, case .int = whole.kind, whole.range.upperBound == token.range.lowerBound else { return nil }
    let rest = peek()
    guard rest.problem == nil, rest.range.lowerBound == token.range.upperBound, rest.range.count < 20,
      byte(at: rest.range.lowerBound)?.isDigit == true
    else { return nil }
    guard text(of: rest).prefix(while: { $0 != "." }).utf8.count == 3 else {
      return "the fraction of a number follows a point: `\(text(of: whole)).\(text(of: rest))`"
    }
    var end = rest.range.upperBound
    while end < rest.range.upperBound + 20, let byte = byte(at: end), byte == UInt8(ascii: ",") || byte.isDigit { end += 1 }
    let digits = text(ofBytes: token.range.upperBound..<end).filter { $0 != "," }
    return "nothing stands between the thousands: `\(text(of: whole))\(digits)`"
  }

  /// For a sign after a `%`, which is the remainder of a division here.
  var percentHelp: String? {
    guard taken.count > 1, taken[taken.count - 1].kind == .punctuation(.percent), case .int(let share) = taken[taken.count - 2].kind,
      share < 100
    else { return nil }
    return "a percentage is written as a number: `\(share < 10 ? "0.0" : "0.")\(share)`"
  }

  private var isBehindMessage: Bool { if case .text? = taken.last?.kind { true } else { false } }

  private static let valuesHelp = "values stand in the text, in braces: `violation \"order {o.order_id}\"`"
}
