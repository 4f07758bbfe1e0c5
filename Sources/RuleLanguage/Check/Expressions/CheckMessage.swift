import Diagnostics
import EventModel

extension ExpressionChecker {
  /// `google.protobuf.Int64Value{value: 5}`, in CEL's own dialect. In rules the parser has refused it.
  mutating func message(_ name: Word, _ fields: [MessageFieldSyntax], _ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    var operands: [Operand] = []
    for field in fields {
      if let operand = check(field.value, context.wanting(nil)) { operands.append(operand) }
    }
    guard operands.count == fields.count else { return nil }
    let path = name.text.hasPrefix(".") ? String(name.text.dropFirst()) : name.text
    let names = name.text.hasPrefix(".") ? [path] : containerNames(of: path, context)
    guard let message = names.lazy.compactMap(WellKnownMessage.named).first else {
      report(.unknownMessage(name))
      return nil
    }
    for (field, operand) in zip(fields, operands) {
      guard let known = message.fields.first(where: { $0.name == field.name.text }) else {
        report(.unknownMessageField(field.name, of: message))
        return nil
      }
      let type = field.isOptional ? held(operand) : operand.type
      guard let type, unifier.accept(type, as: known.type) else {
        report(field.isOptional && type == nil ? .notOptional(operand) : .wrongType(operand, wanted: known.type, role: "`\(known.name)`"))
        return nil
      }
    }
    let function = message.function(fields.map(\.name.text), optional: fields.map(\.isOptional))
    let call = CheckedExpression(.call(function, operands.map(\.expression)), type: message.type, span: syntax.span)
    return Operand(expression: call, syntax: syntax)
  }
}

extension Diagnostic {
  fileprivate static func unknownMessage(_ name: Word) -> Diagnostic {
    Diagnostic(
      .unknownExpressionName, .error, "there is no message `\(name.text)`", at: name.span,
      help: "only `google.protobuf`'s messages for values, JSON and times are known")
  }

  fileprivate static func unknownMessageField(_ name: Word, of message: WellKnownMessage) -> Diagnostic {
    Diagnostic(
      .unknownField, .error, "`\(name.text)` is not a field of `\(message.name)`", at: name.span,
      help: "it has " + message.fields.map { "`\($0.name)`" }.joined(separator: ", "))
  }
}
