import RuleLanguage

extension ExpressionSyntax {
  /// The tree as text in which every operation stands in parentheses, its operator first.
  var outline: String {
    switch kind {
    case .literal(let literal): literal.outline
    case .name(let name, let hasLeadingDot): (hasLeadingDot ? "." : "") + name.text
    case .select(let operand, let field): "(. \(operand.outline) \(field.text))"
    case .optionalSelect(let operand, let field): "(.? \(operand.outline) \(field.text))"
    case .index(let operand, let index): "([] \(operand.outline) \(index.outline))"
    case .optionalIndex(let operand, let index): "([?] \(operand.outline) \(index.outline))"
    case .call(let function, let hasLeadingDot, let arguments):
      "(" + ([(hasLeadingDot ? "." : "") + function.text] + arguments.map(\.outline)).joined(separator: " ") + ")"
    case .methodCall(let receiver, let method, let arguments):
      "(" + (["\(receiver.outline).\(method.text)"] + arguments.map(\.outline)).joined(separator: " ") + ")"
    case .unary(let sign, let operand): "(\(sign.rawValue) \(operand.outline))"
    case .binary(let sign, _, let left, let right): "(\(sign.rawValue) \(left.outline) \(right.outline))"
    case .conditional(let condition, let then, let otherwise): "(? \(condition.outline) \(then.outline) \(otherwise.outline))"
    case .list(let elements): "[" + elements.map { ($0.isOptional ? "?" : "") + $0.value.outline }.joined(separator: " ") + "]"
    case .message(let name, let fields):
      "\(name.text){\(fields.map { "\($0.isOptional ? "?" : "")\($0.name.text): \($0.value.outline)" }.joined(separator: ", "))}"
    case .map(let entries):
      "{" + entries.map { ($0.isOptional ? "?" : "") + "\($0.key.outline): \($0.value.outline)" }.joined(separator: " ") + "}"
    case .parenthesized(let content): content.outline
    }
  }
}

extension LiteralSyntax {
  var outline: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .int(let value): "\(value)"
    case .uint(let value): "\(value)u"
    case .double(let text): "double \(text)"
    case .string(let text): "\"\(text)\""
    case .bytes(let bytes): "bytes \(bytes)"
    case .duration(let value): "\(value)"
    }
  }
}
