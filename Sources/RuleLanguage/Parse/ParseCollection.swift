import Diagnostics

/// Lists, maps, and the bounds of a tree.
extension Parser {
  mutating func listLiteral() throws(ParseFailure) -> Tree {
    let open = take()
    let start = open.range.lowerBound
    var elements: [ListElementSyntax] = []
    var trees: [Tree] = []
    while !isAt(.rightBracket) {
      let isOptional = take(.question)
      let value = try conditional()
      elements.append(ListElementSyntax(isOptional: isOptional, value: value.syntax))
      trees.append(value)
      guard take(.comma) else { break }
    }
    try expectClosing(.rightBracket, of: open, orComma: true)
    return try tree(.list(elements), from: start, over: trees)
  }

  mutating func mapLiteral() throws(ParseFailure) -> Tree {
    let open = take()
    let start = open.range.lowerBound
    var entries: [MapEntrySyntax] = []
    var trees: [Tree] = []
    while !isAt(.rightBrace) {
      let isOptional = take(.question)
      let key = try conditional()
      try expect(.colon)
      let value = try conditional()
      entries.append(MapEntrySyntax(isOptional: isOptional, key: key.syntax, value: value.syntax))
      trees += [key, value]
      guard take(.comma) else { break }
    }
    try expectClosing(.rightBrace, of: open, orComma: true)
    return try tree(.map(entries), from: start, over: trees)
  }

  /// From `{` on, behind the message's name.
  mutating func message(_ name: Word, from start: Int) throws(ParseFailure) -> Tree {
    let open = take()
    var fields: [MessageFieldSyntax] = []
    var trees: [Tree] = []
    while !isAt(.rightBrace) {
      let isOptional = take(.question)
      let field = try field()
      try expect(.colon)
      let value = try conditional()
      fields.append(MessageFieldSyntax(isOptional: isOptional, name: field, value: value.syntax))
      trees.append(value)
      guard take(.comma) else { break }
    }
    try expectClosing(.rightBrace, of: open, orComma: true)
    return try tree(.message(name: name, fields), from: start, over: trees)
  }

  /// One level deeper; the caller goes back up.
  mutating func enter() throws(ParseFailure) {
    guard depth < ExpressionSyntax.maximumHeight else {
      diagnostics.append(.tooDeep(at: span(of: token)))
      throw ParseFailure()
    }
    depth += 1
  }

  /// A node from `start` to the last token taken.
  mutating func tree(_ kind: ExpressionSyntax.Kind, from start: Int, over parts: [Tree] = []) throws(ParseFailure) -> Tree {
    let span = span(from: start)
    let height = 1 + (parts.map(\.height).max() ?? 0)
    guard height <= ExpressionSyntax.maximumHeight else {
      diagnostics.append(.tooDeep(at: span))
      throw ParseFailure()
    }
    return Tree(syntax: ExpressionSyntax(kind, span: span), height: height)
  }
}

extension ExpressionSyntax {
  /// A name, or several with dots, that a message may have.
  var messageName: Word? {
    guard let (path, isAbsolute) = dottedName else { return nil }
    return Word((isAbsolute ? "." : "") + path, span: span)
  }
}
