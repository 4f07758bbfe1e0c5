import Diagnostics

/// Reads tokens into syntax, by recursive descent, one file of the folder a construct.
///
/// A mistake is given as a diagnostic at once, then `ParseFailure` is thrown to the nearest place that knows how to go on: the next clause
/// or the next declaration.
struct Parser {
  private var lexer: Lexer
  /// The token that is looked at and not yet taken.
  private(set) var token: Token
  private(set) var taken: [Token] = []
  /// Where the last taken token ends.
  private(set) var end: Int
  var diagnostics: [Diagnostic] = []
  /// How many of the errors are of what was read as it was meant: they keep nothing from being checked.
  private(set) var understood = 0
  /// How deep the expression being read is nested.
  var depth = 0
  /// The name of the declaration being read, once it is known.
  var declaredName: DottedName?
  /// What may begin an item of the body being read.
  var itemWords: [String] = []
  /// Braces behind a name make a message.
  var allowsMessages = false
  /// How many braces are open.
  var braces = 0
  /// What the end of the text is called: of a file, or of a message's braces.
  let endName: String

  init(_ lexer: Lexer, endName: String = "the end of the file") {
    self.lexer = lexer
    self.endName = endName
    end = lexer.position
    token = self.lexer.next()
  }

  var file: String { lexer.file }

  /// Gives an error about something that is read as it was meant.
  mutating func understand(_ mistake: Diagnostic) {
    diagnostics.append(mistake)
    understood += 1
  }

  /// Takes over what a parser of a part has found.
  mutating func take(from part: Parser) {
    diagnostics += part.diagnostics
    understood += part.understood
  }

  // MARK: - Taking tokens

  /// Takes the token, giving what is wrong with it.
  @discardableResult mutating func take() -> Token {
    if let problem = token.problem { diagnostics.append(problem) }
    return skip()
  }

  /// Takes the token without a word: part of what a diagnostic was already given about.
  @discardableResult mutating func skip() -> Token {
    let old = token
    taken.append(old)
    end = old.range.upperBound
    if old.kind == .punctuation(.leftBrace) { braces += 1 }
    if old.kind == .punctuation(.rightBrace) { braces -= 1 }
    // Nobody reads on behind so many mistakes.
    if diagnostics.count > Diagnostic.most { lexer.position = max(lexer.position, lexer.limit) }
    token = lexer.next()
    return old
  }

  /// Takes the token and says where it stands. In one step: an argument that takes a token of a parser that is being read copies all of it.
  mutating func takeSpan() -> SourceSpan {
    let token = take()
    return span(of: token)
  }

  /// The token after the one looked at.
  func peek() -> Token {
    var ahead = lexer
    return ahead.next()
  }

  /// Reads the token looked at in another way, if it can be read so.
  mutating func reread(with scan: (inout Lexer) -> (Token.Kind, Diagnostic?)?) -> Bool {
    guard let other = lexer.reread(token, with: scan) else { return false }
    token = other
    return true
  }

  /// A parser of a part of the same text.
  func parser(of range: Range<Int>, endName: String) -> Parser {
    Parser(Lexer(file: file, bytes: lexer.bytes, range: range), endName: endName)
  }

  // MARK: - Looking

  /// The token, if it is a word.
  var word: String? {
    if case .word(let text) = token.kind { text } else { nil }
  }

  func isAt(_ punctuation: Punctuation) -> Bool { token.kind == .punctuation(punctuation) }

  func isAt(word: String) -> Bool { token.kind == .word(word) }

  mutating func take(_ punctuation: Punctuation) -> Bool {
    guard isAt(punctuation) else { return false }
    take()
    return true
  }

  /// The keyword, if it stands here.
  mutating func takeWord(_ words: String...) -> Word? {
    guard let word, words.contains(word) else { return nil }
    return Word(word, span: takeSpan())
  }

  mutating func expect(_ punctuation: Punctuation, help: String? = nil) throws(ParseFailure) {
    guard take(punctuation) else { throw fail(expected: "`\(punctuation.rawValue)`", help: help) }
  }

  /// The sign that closes what was opened with a token. `orComma`: what stands between the two could go on.
  mutating func expectClosing(_ punctuation: Punctuation, of open: Token, orComma: Bool = false) throws(ParseFailure) {
    if take(punctuation) { return }
    let known = diagnostics.count
    let sign = "`\(punctuation.rawValue)`"
    let failure = fail(expected: orComma ? "`,` or \(sign)" : sign)
    if known < diagnostics.count, diagnostics[known].code == .unexpected {
      diagnostics[known].notes.append(Diagnostic.Note("\(orComma ? sign : "it") closes this", at: span(of: open)))
    }
    throw failure
  }

  /// `help`: for what is near none of the words.
  mutating func expectWord(_ words: String..., help: String? = nil, advice: Advice? = nil) throws(ParseFailure) -> Word {
    if let word, words.contains(word) { return Word(word, span: takeSpan()) }
    let choices = words.map { "`\($0)`" }.joined(separator: words.count == 2 ? " or " : ", ")
    let nearest = word.flatMap { nearestName(to: $0, among: words) }
    let advice = nearest.map { Advice("did you mean `\($0)`?", writing: $0) } ?? advice ?? help.map { Advice($0) }
    throw fail(expected: words.count > 2 ? "one of \(choices)" : choices, advice: advice)
  }

  // MARK: - Places

  func span(of token: Token) -> SourceSpan { lexer.span(token.range) }

  /// From a token on to the last one taken.
  func span(from start: Int) -> SourceSpan { lexer.span(start..<max(start, end)) }

  func text(ofBytes range: Range<Int>) -> String { lexer.text(range) }

  /// nil: the text has ended.
  func byte(at place: Int) -> UInt8? { place < lexer.limit ? lexer.bytes[place] : nil }

  /// The text of a token, short enough for a message.
  func text(of token: Token) -> String {
    let text = lexer.text(token.range).prefix { $0 != "\n" && $0 != "\r\n" }
    return text.count > 40 ? text.prefix(40) + "…" : String(text)
  }

  // MARK: - Failing

  /// Gives the diagnostic that something else was expected than the token looked at. What is missing at the end of a line is shown there,
  /// not where the next line begins.
  mutating func fail(expected: String, help: String? = nil) -> ParseFailure { fail(expected: expected, advice: help.map { Advice($0) }) }

  mutating func fail(expected: String, advice: Advice?) -> ParseFailure {
    let help = advice?.help
    if let problem = token.problem {
      diagnostics.append(problem)
    } else if token.kind == .end {
      diagnostics.append(.unexpected(endName, expected: expected, at: lexer.span(end..<end), help: help))
    } else if token.beginsLine, !taken.isEmpty {
      diagnostics.append(.missing(expected, at: lexer.span(end..<end), help: help))
    } else {
      var mistake = Diagnostic.unexpected("`\(text(of: token))`", expected: expected, at: span(of: token), help: help)
      if let advice, let written = advice.writing {
        mistake.edit = .init(replace: lexer.span(token.range.lowerBound..<(advice.end ?? token.range.upperBound)), with: written)
      }
      diagnostics.append(mistake)
    }
    return ParseFailure()
  }
}

/// What is to be written instead of the token that is looked at.
struct Advice {
  var help: String
  /// Text that may take its place as it is; nil: nobody knows.
  var writing: String?
  /// Where what it takes the place of ends; nil: where the token does.
  var end: Int?

  init(_ help: String, writing: String? = nil, upTo end: Int? = nil) { (self.help, self.writing, self.end) = (help, writing, end) }
}

/// A construct could not be read; its diagnostic was given.
struct ParseFailure: Error {}
