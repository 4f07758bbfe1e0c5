package import Diagnostics

/// Expressions, by precedence: `?:`, `||`, `&&`, comparisons, sums, products, signs, members.
extension Parser {
  mutating func expression() throws(ParseFailure) -> ExpressionSyntax { try conditional().syntax }

  /// An expression, and how high its tree is.
  struct Tree {
    var syntax: ExpressionSyntax
    var height: Int
  }

  mutating func conditional() throws(ParseFailure) -> Tree {
    try enter()
    defer { depth -= 1 }
    let condition = try binary(above: 0)
    guard take(.question) else { return condition }
    let then = try binary(above: 0)
    try expect(.colon)
    let otherwise = try conditional()
    return try tree(
      .conditional(condition.syntax, then: then.syntax, else: otherwise.syntax), from: condition.syntax.span.range.lowerBound,
      over: [condition, then, otherwise])
  }

  mutating func binary(above precedence: Int) throws(ParseFailure) -> Tree {
    var left = try unary()
    while true {
      let foreign = foreignOperator()
      if let next = foreign ?? binaryOperator() {
        guard next.precedence > precedence else { return left }
        let span = foreign == nil ? takeSpan() : takeForeign(next)
        let right = try binary(above: next.precedence)
        left = try tree(.binary(next, span, left.syntax, right.syntax), from: left.syntax.span.range.lowerBound, over: [left, right])
      } else if precedence < BinaryOperator.equal.precedence, let condition = try foreignCondition(on: left) {
        left = condition
      } else {
        return left
      }
    }
  }

  private func binaryOperator() -> BinaryOperator? {
    switch token.kind {
    case .punctuation(let punctuation): BinaryOperator(rawValue: punctuation.rawValue)
    case .word("in"): .in
    default: nil
    }
  }

  private mutating func unary() throws(ParseFailure) -> Tree {
    if isAtForeignNot { return try foreignNot() }
    let sign: Punctuation
    switch token.kind {
    case .punctuation(.not): sign = .not
    case .punctuation(.minus): sign = .minus
    default: return try member(of: primary())
    }
    var starts: [Int] = []
    while isAt(sign) { starts.append(take().range.lowerBound) }
    var operand: Tree
    if sign == .minus, let start = starts.last, let literal = try negativeNumber(from: start) {
      starts.removeLast()
      operand = try member(of: literal)
    } else {
      operand = try member(of: primary())
    }
    for start in starts.reversed() {
      operand = try tree(.unary(sign == .not ? .not : .negate, operand.syntax), from: start, over: [operand])
    }
    return operand
  }

  /// A number after a `-`, as one literal: so the least integer can be written.
  private mutating func negativeNumber(from start: Int) throws(ParseFailure) -> Tree? {
    switch token.kind {
    case .int(let magnitude):
      take()
      return try tree(.literal(.int(Int64(truncatingIfNeeded: 0 &- magnitude))), from: start)
    case .double(let text):
      take()
      return try tree(.literal(.double("-" + text)), from: start)
    default: return nil
    }
  }

  private mutating func member(of operand: Tree) throws(ParseFailure) -> Tree {
    var tree = operand
    let start = operand.syntax.span.range.lowerBound
    while true {
      if take(.dot) {
        if take(.question) {
          tree = try self.tree(.optionalSelect(tree.syntax, try field()), from: start, over: [tree])
          continue
        }
        let name = try field()
        if isAt(.leftParenthesis) {
          let arguments = try arguments()
          let call = ExpressionSyntax.Kind.methodCall(receiver: tree.syntax, method: name, arguments: arguments.map(\.syntax))
          tree = try self.tree(call, from: start, over: [tree] + arguments)
        } else {
          tree = try self.tree(.select(tree.syntax, name), from: start, over: [tree])
        }
      } else if isAt(.leftBracket) {
        let open = take()
        let isOptional = take(.question)
        let index = try conditional()
        try expectClosing(.rightBracket, of: open)
        let kind: ExpressionSyntax.Kind = isOptional ? .optionalIndex(tree.syntax, index.syntax) : .index(tree.syntax, index.syntax)
        tree = try self.tree(kind, from: start, over: [tree, index])
      } else {
        if allowsMessages, isAt(.leftBrace), let name = tree.syntax.messageName { return try member(of: message(name, from: start)) }
        try refuseMessage(of: tree)
        return tree
      }
    }
  }

  private mutating func primary() throws(ParseFailure) -> Tree {
    let start = token.range.lowerBound
    switch token.kind {
    case .punctuation(.leftParenthesis):
      let open = take()
      let content = try conditional()
      if isAt(.comma) {
        if let help = separatorHelp { throw fail(expected: "`)`", help: help) }
        return try foreignList(of: content, open: open)
      }
      try expectClosing(.rightParenthesis, of: open)
      return try tree(.parenthesized(content.syntax), from: start, over: [content])
    case .punctuation(.leftBracket): return try listLiteral()
    case .punctuation(.leftBrace): return try mapLiteral()
    case .punctuation(.dot):
      take()
      return try nameOrCall(hasLeadingDot: true, from: start)
    case .punctuation(.assign): throw fail(expected: "an expression", help: "equality is written `==`")
    default: break
    }
    if let literal = try literal() {
      take()
      return try tree(.literal(literal), from: start)
    }
    return try nameOrCall(hasLeadingDot: false, from: start)
  }

  private mutating func nameOrCall(hasLeadingDot: Bool, from start: Int) throws(ParseFailure) -> Tree {
    guard word != nil else { throw fail(expected: "an expression", help: percentHelp) }
    let name = try name("an expression")
    guard isAt(.leftParenthesis) else { return try tree(.name(name, hasLeadingDot: hasLeadingDot), from: start) }
    let arguments = try arguments()
    return try tree(
      .call(function: name, hasLeadingDot: hasLeadingDot, arguments: arguments.map(\.syntax)), from: start, over: arguments)
  }

  /// From `(` up to and with `)`.
  private mutating func arguments() throws(ParseFailure) -> [Tree] {
    let open = take()
    if isAt(.star), peek().kind == .punctuation(.rightParenthesis) { skipForeignStar() }
    if take(.rightParenthesis) { return [] }
    let arguments = try list { parser throws(ParseFailure) in try parser.conditional() }
    try expectClosing(.rightParenthesis, of: open, orComma: true)
    return arguments
  }

  /// What the token stands for, if it is a literal. Does not take it.
  private mutating func literal() throws(ParseFailure) -> LiteralSyntax? {
    switch token.kind {
    case .word("null"): return .null
    case .word("true"): return .bool(true)
    case .word("false"): return .bool(false)
    case .int(let magnitude):
      if let value = Int64(exactly: magnitude) { return .int(value) }
      diagnostics.append(.numberTooLarge(text(of: token), at: span(of: token)))
      throw ParseFailure()
    case .uint(let value): return .uint(value)
    case .double(let text): return .double(text)
    case .string(let text): return .string(text)
    case .bytes(let bytes): return .bytes(bytes)
    case .duration(let duration): return .duration(duration)
    default: return nil
    }
  }
}

extension BinaryOperator {
  /// Higher binds tighter.
  var precedence: Int {
    switch self {
    case .or: 1
    case .and: 2
    case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual, .in: 3
    case .add, .subtract: 4
    case .multiply, .divide, .remainder: 5
    }
  }
}

extension ExpressionSyntax {
  /// Reads a text that is one expression, as `tenet eval` does. Without an expression there is at least one diagnostic; with one there may
  /// be, too. `allowsMessages`: as CEL has them and rules have not, `Name{field: value}`.
  package static func parse(_ source: SourceText, allowsMessages: Bool = false) -> (
    expression: ExpressionSyntax?, diagnostics: [Diagnostic]
  ) {
    var parser = Parser(Lexer(file: source.file, bytes: source.bytes), endName: "the end")
    parser.allowsMessages = allowsMessages
    let expression = parser.wholeExpression()
    return (expression, parser.diagnostics)
  }
}

extension Parser {
  /// An expression that ends with the text.
  mutating func wholeExpression() -> ExpressionSyntax? {
    guard let expression = try? expression() else { return nil }
    if token.kind == .end { return expression }
    _ = fail(expected: "an operator or \(endName)")
    return nil
  }
}
