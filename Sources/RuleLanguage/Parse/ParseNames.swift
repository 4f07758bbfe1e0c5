import Diagnostics
import EventModel

extension FileSyntax {
  /// A declaration, an alias, a part of a key, a value of `tenet eval` may be called so: it is CEL's IDENT and no reserved word.
  package static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first.beginsName, text.utf8.allSatisfy(\.continuesName) else { return false }
    return !Parser.reservedWords.contains(text)
  }

  /// It may stand after a dot, without backticks.
  package static func isFieldName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first.beginsName, text.utf8.allSatisfy(\.continuesName) else { return false }
    return !Parser.literalWords.contains(text)
  }
}

/// Names, paths, and the literals that clauses take.
extension Parser {
  /// CEL's reserved words: no name of ours.
  static let reservedWords: Set<String> = [
    "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop", "namespace", "null",
    "package", "return", "true", "var", "void", "while",
  ]

  /// Words that are not even fields.
  static let literalWords: Set<String> = ["true", "false", "null", "in"]

  /// CEL's IDENT: of aliases, lets, params, key parts, the first part of dotted names.
  mutating func name(_ what: String) throws(ParseFailure) -> Word {
    guard let text = word, !isAtNextItem else { throw fail(expected: what, help: nameHelp) }
    if Self.reservedWords.contains(text) {
      diagnostics.append(.reservedWord(text, as: what, at: span(of: token)))
      throw ParseFailure()
    }
    return Word(text, span: takeSpan())
  }

  /// A word after a dot, in a path, before `:` in braces; or a name in backticks.
  mutating func field() throws(ParseFailure) -> Word {
    switch token.kind {
    case .word(let text) where !Self.literalWords.contains(text): return Word(text, span: takeSpan())
    case .quotedField(let text): return Word(text, span: takeSpan())
    case .word: throw fail(expected: "a field", help: "a field of that name is written in backticks")
    default: throw fail(expected: "a field")
    }
  }

  mutating func dotted(_ what: String) throws(ParseFailure) -> DottedName {
    let start = token.range.lowerBound
    var parts = [try name(what)]
    while take(.dot) { parts.append(try field()) }
    return DottedName(parts: parts, span: span(from: start))
  }

  mutating func path() throws(ParseFailure) -> PathSyntax {
    let start = token.range.lowerBound
    var parts = [try field()]
    while take(.dot) { parts.append(try field()) }
    return PathSyntax(parts: parts, span: span(from: start))
  }

  mutating func string(_ what: String) throws(ParseFailure) -> Spanned<String> {
    guard case .string(let text) = token.kind else {
      let quoted = "\"\(unbrokenText)\""
      let advice = Advice("write `\(quoted)`", writing: quoted, upTo: token.range.lowerBound + unbrokenText.utf8.count)
      throw fail(expected: "\(what) in quotes", advice: isAtNextItem || word == nil ? nil : advice)
    }
    return Spanned(text, span: takeSpan())
  }

  mutating func duration() throws(ParseFailure) -> Spanned<Duration> {
    guard case .duration(let value) = token.kind else { throw fail(expected: "a duration", advice: durationAdvice) }
    return Spanned(value, span: takeSpan())
  }

  /// A duration, or the name of a parameter that is one.
  mutating func length() throws(ParseFailure) -> LengthSyntax {
    if case .word(let text) = token.kind, !Self.reservedWords.contains(text), !isAtNextItem {
      return .param(Word(text, span: takeSpan()))
    }
    return .duration(try duration())
  }

  mutating func integer(_ what: String) throws(ParseFailure) -> Spanned<Int64> {
    guard case .int(let magnitude) = token.kind, let value = Int64(exactly: magnitude) else { throw fail(expected: what) }
    return Spanned(value, span: takeSpan())
  }

  mutating func date() throws(ParseFailure) -> Spanned<CivilDate> {
    guard reread(with: { $0.scanDate() }), case .date(let value) = token.kind else {
      throw fail(expected: "a date", help: dateHelp)
    }
    return Spanned(value, span: takeSpan())
  }

  mutating func clock() throws(ParseFailure) -> Spanned<ClockTime> {
    guard reread(with: { $0.scanClock() }), case .clock(let value) = token.kind else {
      let isWithDay = unbrokenText.utf8.dropFirst(10).first == UInt8(ascii: "T")
      throw fail(
        expected: "a time of day",
        help: isWithDay ? "a day and a time are written `2026-12-25 09:30`" : "times of day are written `09:30`")
    }
    return Spanned(value, span: takeSpan())
  }

  /// `12:00`, `2026-01-07 12:00`
  mutating func instant() throws(ParseFailure) -> InstantSyntax {
    var day: Spanned<CivilDate>?
    if reread(with: { $0.scanDate() }) { day = try date() }
    return InstantSyntax(day: day, clock: try clock())
  }

  /// One or more, with commas between them.
  mutating func list<Element>(_ element: (inout Parser) throws(ParseFailure) -> Element) throws(ParseFailure) -> [Element] {
    var elements = [try element(&self)]
    while take(.comma) {
      if isAtNextItem { throw fail(expected: "another one after `,`") }
      elements.append(try element(&self))
    }
    return elements
  }

  private var durationAdvice: Advice? {
    switch token.kind {
    case .int(let number):
      let next = peek()
      if case .word(let name) = next.kind, !next.beginsLine, let unit = Diagnostic.durationUnit(name) {
        return Advice("write `\(number)\(unit)`", writing: "\(number)\(unit)", upTo: next.range.upperBound)
      }
      return Advice("say the unit: `\(number)s`, `\(number)m`, `\(number)h`, `\(number)d`")
    case .string(let text):
      let digits = text.prefix { $0.isASCII && $0.isNumber }
      if !digits.isEmpty, digits.utf8.count < 10, let unit = Diagnostic.durationUnit(text.dropFirst(digits.count).drop { $0 == " " }) {
        return Advice("write `\(digits)\(unit)`, without quotes", writing: "\(digits)\(unit)")
      }
      return Advice("durations stand without quotes: `30m`, `1h30m`, `7d`")
    case .word("for"): return Advice("leave `for` out", writing: "")
    default: return nil
    }
  }

  /// A date as others write it, in the order of ours.
  private var dateHelp: String {
    var written = unbrokenText
    if case .string(let text) = token.kind { written = text }
    let parts = written.split { "-/.".contains($0) }
    guard parts.count == 3, parts[0].utf8.count == 4, parts[1...].allSatisfy({ $0.utf8.count <= 2 }),
      parts.allSatisfy({ $0.utf8.allSatisfy(\.isDigit) })
    else { return "dates are written `2026-12-25`: the year, the month and the day" }
    return "write `" + parts.map { $0.utf8.count == 1 ? "0\($0)" : String($0) }.joined(separator: "-") + "`"
  }

  /// For a name that something else stands for.
  private var nameHelp: String? {
    switch token.kind {
    case .string(let text):
      "names stand without quotes" + (text.utf8.allSatisfy(\.continuesName) && !text.isEmpty ? ": write `\(text)`" : "")
    case .punctuation(.colon): "no `:` stands before a name"
    case .punctuation(.leftBracket): "names stand without brackets, and with commas between them"
    default: nil
    }
  }

  /// For the brace that follows a declaration's name, where the name goes on.
  var namesEndHelp: String? {
    guard !token.beginsLine else { return "what it holds stands in braces: `{ … }`" }
    switch token.kind {
    case .punctuation(.minus), .word: return "a name is one word, or several with dots: `orders.very_large`"
    case .punctuation(.colon), .punctuation(.assign): return "what it holds stands in braces: `{ … }`"
    default: return nil
    }
  }

  /// From the token on to the next space.
  private var unbrokenText: String {
    var end = token.range.upperBound
    while let byte = byte(at: end), byte > 0x20, byte != UInt8(ascii: "}"), byte != UInt8(ascii: "{") { end += 1 }
    return text(ofBytes: token.range.lowerBound..<end)
  }
}
