import Diagnostics
import EventModel

/// Names that are none, and what cannot be named.
extension Diagnostic {
  static func unknownName(_ word: Word, scope: Scope, locals: [String]) -> Diagnostic {
    let nearest = nearestName(to: word.text, among: scope.names + locals)
    var help = nearest.map { "did you mean `\($0)`?" }
    let owners = scope.patterns.filter { pattern in pattern.kinds.contains { $0.fields[word.text] != nil } }
    if help == nil, let owner = owners.first {
      help =
        owner.alias.map { "it is a field: `\($0).\(word.text)`" }
        ?? "it is a field: name the event with `as`, as in `on \(owner.kinds.first?.label ?? "orders.placed") as x`, and write `x.\(word.text)`"
    }
    return Diagnostic(
      .unknownExpressionName, .error, "`\(word.text)` is not a name here", at: word.span, help: help,
      edit: nearest.map { Edit(replace: word.span, with: $0) })
  }

  static func unknownField(_ name: Word, in object: ObjectType, of owner: String) -> Diagnostic {
    let nearest = nearestName(to: name.text, among: object.fields.map(\.name))
    let known = object.fields.count <= 8 ? "it has " + object.fields.map { "`\($0.name)`" }.joined(separator: ", ") : nil
    return Diagnostic(
      .unknownField, .error, "`\(name.text)` is not a field of \(owner)", at: name.span,
      help: nearest.map { "did you mean `\($0)`?" } ?? known,
      edit: nearest.map { Edit(replace: name.span, with: $0) })
  }

  static func unknownFunction(_ name: Word, isMethod: Bool) -> Diagnostic {
    let macros = ["has", "exists", "all", "exists_one", "map", "filter", "optMap"]
    let names =
      FunctionTable.names.filter { $0.utf8.first.map { 0x61...0x7A ~= $0 } ?? false } + macros
      + WindowFunction.Name.allCases.map(\.rawValue)
    let nearest = nearestName(to: name.text, among: names)
    return Diagnostic(
      .unknownFunction, .error, "there is no function `\(name.text)`", at: name.span, help: nearest.map { "did you mean `\($0)`?" },
      edit: nearest.map { Edit(replace: name.span, with: $0) })
  }

  static func noMembers(_ name: Word, of base: Operand) -> Diagnostic {
    Diagnostic(.unknownField, .error, "a \(base.type.described) has no `\(name.text)`", at: name.span)
  }

  static func eventAsValue(_ operand: Operand) -> Diagnostic {
    Diagnostic(
      .eventAsValue, .error, "`\(operand.syntax.text)` is an event, and no value", at: operand.span,
      help: "name one of its fields: `\(operand.syntax.text).…`")
  }

  static func fieldNotReadable(_ name: Word) -> Diagnostic {
    Diagnostic(
      .fieldNotReadable, .error, "the schema does not say what `\(name.text)` is, so rules cannot read it", at: name.span,
      help: "give it one `type` in the schema")
  }

  static func fieldOfSeveralTypes(_ name: Word, _ base: Operand) -> Diagnostic {
    Diagnostic(
      .fieldOfSeveralTypes, .error, "`\(name.text)` has different types in the kinds of this pattern", at: name.span,
      help: "ask for the kind first: `\(base.syntax.text).type == \"…\" && …`")
  }

  static func letCycle(_ word: Word, _ text: ExpressionSyntax) -> Diagnostic {
    Diagnostic(.letCycle, .error, "`\(word.text)` is made of itself", at: word.span, notes: [Note("it is declared here", at: text.span)])
  }

  static func variableTaken(_ word: Word) -> Diagnostic {
    Diagnostic(
      .variableTaken, .error, "`\(word.text)` is a name already, and nothing hides another", at: word.span,
      help: "give the variable another name")
  }

  static func notSupportedYet(_ what: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(DiagnosticCode(801), .error, "\(what) is not supported yet", at: span)
  }
}
