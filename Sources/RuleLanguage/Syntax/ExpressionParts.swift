/// Walking an expression.
extension ExpressionSyntax {
  /// The expressions directly in this one, in order of the text.
  package var parts: [ExpressionSyntax] {
    switch kind {
    case .literal, .name: []
    case .select(let operand, _), .optionalSelect(let operand, _), .unary(_, let operand), .parenthesized(let operand): [operand]
    case .index(let operand, let index), .optionalIndex(let operand, let index): [operand, index]
    case .call(_, _, let arguments): arguments
    case .methodCall(let receiver, _, let arguments): [receiver] + arguments
    case .binary(_, _, let left, let right): [left, right]
    case .conditional(let condition, let then, let otherwise): [condition, then, otherwise]
    case .list(let elements): elements.map(\.value)
    case .map(let entries): entries.flatMap { [$0.key, $0.value] }
    case .message(_, let fields): fields.map(\.value)
    }
  }

  /// This expression and all in it, from the outside in.
  func forEach(_ visit: (ExpressionSyntax) -> Void) {
    visit(self)
    for part in parts { part.forEach(visit) }
  }

  /// The names that stand in it by themselves, those of a comprehension's variables among them.
  var namesInIt: Set<String> {
    var names: Set<String> = []
    forEach { if case .name(let name, _) = $0.kind { names.insert(name.text) } }
    return names
  }
}
