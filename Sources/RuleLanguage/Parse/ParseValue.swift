import Diagnostics
import EventModel

/// `let`, `param`, `hours`, `fixture`, and values in braces.
extension Parser {
  /// The name that a declaration introduces.
  mutating func declaredName(_ what: String) throws(ParseFailure) -> Word {
    let name = try name(what)
    declaredName = DottedName(parts: [name], span: name.span)
    return name
  }

  mutating func letDeclaration() throws(ParseFailure) -> LetSyntax {
    let name = try declaredName("the name of a let")
    try expect(.assign, help: isAt(.colon) ? "a let says no type: `let \(name.text) = …`" : nil)
    return LetSyntax(name: name, value: try expression())
  }

  mutating func param() throws(ParseFailure) -> ParamSyntax {
    let name = try declaredName("the name of a param")
    return try paramContent(name)
  }

  /// What follows the name, at the top and in a rule.
  mutating func paramContent(_ name: Word) throws(ParseFailure) -> ParamSyntax {
    let type = try type()
    var defaultValue: ExpressionSyntax?
    var regional: [ParamSyntax.Regional] = []
    var order = ClauseOrder([["default"], ["region"]])
    try body(of: "param `\(name.text)`", words: ["default", "region"]) { parser, keyword throws(ParseFailure) in
      if let mistake = order.take(keyword, isOnce: keyword.text == "default") { parser.diagnostics.append(mistake) }
      if keyword.text == "default" {
        defaultValue = try parser.expression()
      } else {
        let region = try parser.string("a region")
        regional.append(ParamSyntax.Regional(region: region, value: try parser.expression()))
      }
    }
    guard let defaultValue else { throw missing("default", of: "param `\(name.text)`", at: name.span) }
    return ParamSyntax(name: name, type: type, defaultValue: defaultValue, regional: regional)
  }

  private mutating func type() throws(ParseFailure) -> TypeSyntax {
    let start = token.range.lowerBound
    try enter()
    defer { depth -= 1 }
    let name = try name("a type")
    var arguments: [TypeSyntax] = []
    if take(.leftParenthesis) {
      arguments = try list { parser throws(ParseFailure) in try parser.type() }
      try expect(.rightParenthesis)
    }
    return TypeSyntax(name: name, arguments: arguments, span: span(from: start))
  }

  mutating func hours() throws(ParseFailure) -> HoursSyntax {
    let name = try declaredName("the name of hours")
    var zone: Spanned<String>?
    var openings: [HoursSyntax.Opening] = []
    var closed: [Spanned<CivilDate>] = []
    var order = ClauseOrder([["zone"], ["open"], ["closed"]])
    try body(of: "hours `\(name.text)`", words: ["zone", "open", "closed"]) { parser, keyword throws(ParseFailure) in
      if let mistake = order.take(keyword, isOnce: keyword.text != "open") { parser.diagnostics.append(mistake) }
      switch keyword.text {
      case "zone": zone = try parser.string("a time zone")
      case "open": openings.append(try parser.opening(keyword))
      default: closed += try parser.list { parser throws(ParseFailure) in try parser.date() }
      }
    }
    guard let zone else { throw missing("zone", of: "hours `\(name.text)`", at: name.span) }
    guard !openings.isEmpty else { throw missing("open", of: "hours `\(name.text)`", at: name.span) }
    return HoursSyntax(name: name, zone: zone, openings: openings, closed: closed)
  }

  private mutating func opening(_ keyword: Word) throws(ParseFailure) -> HoursSyntax.Opening {
    let first = try day()
    let last = takeWord("to") == nil ? nil : try day()
    let from = try clock()
    _ = try expectWord("to")
    let to = try clock()
    return HoursSyntax.Opening(firstDay: first, lastDay: last, from: from, to: to, span: span(from: keyword.span.range.lowerBound))
  }

  private mutating func day() throws(ParseFailure) -> Word {
    try expectWord("mon", "tue", "wed", "thu", "fri", "sat", "sun", help: "days have three letters, as `mon`; a range is `mon to fri`")
  }

  mutating func fixture() throws(ParseFailure) -> FixtureSyntax {
    let name = try declaredName("the name of a fixture")
    try expect(.assign, help: isAt(.colon) ? "write `=`" : nil)
    let base = try dotted("a kind of event, or a fixture")
    return FixtureSyntax(name: name, base: base, fields: isAt(.leftBrace) ? try initializers() : nil)
  }

  /// `{ name: value, … }`
  mutating func initializers() throws(ParseFailure) -> InitializersSyntax {
    let start = token.range.lowerBound
    try expect(.leftBrace)
    var members: [InitializersSyntax.Member] = []
    while !isAt(.rightBrace) {
      let path = try path()
      try expect(.colon, help: isAt(.assign) ? "between a field and its value stands `:`" : nil)
      members.append(InitializersSyntax.Member(path: path, value: try expression()))
      guard take(.comma) else { break }
    }
    guard take(.rightBrace) else { throw fail(expected: "`,` or `}`") }
    return InitializersSyntax(members: members, span: span(from: start))
  }

  /// A clause that every such declaration has is not there. Silent if something else is wrong with the declaration: it may be that clause.
  mutating func missing(_ clause: String, of owner: String, at span: SourceSpan) -> ParseFailure {
    let isAlone = !diagnostics.reversed().prefix { $0.span.range.lowerBound >= span.range.lowerBound }.hasErrors
    if isAlone { diagnostics.append(.missingClause(clause, of: owner, at: span)) }
    return ParseFailure()
  }
}
