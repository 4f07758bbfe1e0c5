import Diagnostics
import EventModel

/// Names that are none, and what cannot be named.
extension Diagnostic {
  static func unknownName(_ word: Word, scope: Scope, locals: [String]) -> Diagnostic {
    let nearest = nearestName(to: word.text, among: scope.names + locals)
    if let value = value(meantBy: word.text), nearest?.lowercased() != word.text.lowercased(), scope.ownerHelp(for: word.text) == nil {
      return Diagnostic(
        .unknownExpressionName, .error, "`\(word.text)` is not a name here", at: word.span,
        help: value.hasPrefix("\"") ? "a text stands in quotes: `\(value)`" : "write `\(value)`",
        edit: Edit(replace: word.span, with: value))
    }
    var help = nearest.map { "did you mean `\($0)`?" }
    if help == nil { help = scope.ownerHelp(for: word.text) ?? scope.namesHelp }
    return Diagnostic(
      .unknownExpressionName, .error, "`\(word.text)` is not a name here", at: word.span, help: help,
      edit: nearest.map { Edit(replace: word.span, with: $0) })
  }

  /// `DE` is a text without its quotes, `True` is `true`. nil: it looks like a name.
  private static func value(meantBy name: String) -> String? {
    if ["true", "false", "null"].contains(name.lowercased()) { return name.lowercased() }
    guard name.utf8.count > 1, name.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }) else { return nil }
    return "\"\(name)\""
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
    let help = foreignFunctions[name.text.lowercased()] ?? nearest.map { "did you mean `\($0)`?" }
    return Diagnostic(
      .unknownFunction, .error, "there is no function `\(name.text)`", at: name.span, help: help,
      edit: foreignFunctions[name.text.lowercased()] == nil ? nearest.map { Edit(replace: name.span, with: $0) } : nil)
  }

  /// What functions of other languages are called here.
  private static let foreignFunctions: [String: String] = {
    let lower = "write `x.lowerAscii()`", upper = "write `x.upperAscii()`", size = "write `x.size()`"
    let noClock = "rules have no clock: compare the times of events, or say how long with `within` or `over`"
    return [
      "tolowercase": lower, "tolower": lower, "lower": lower, "touppercase": upper, "toupper": upper, "upper": upper, "length": size,
      "len": size, "isempty": "write `x.size() == 0`", "now": noClock, "today": noClock, "current_timestamp": noClock, "date": noClock,
      "includes": "write `x.contains(y)` of a text, `y in x` of a list", "regex": "write `x.matches(r\"…\")`",
      "coalesce": "write `o.?field.orValue(x)`", "ifnull": "write `o.?field.orValue(x)`", "any": "write `list.exists(x, …)`",
      "count_distinct": "write `distinct(x)`", "average": "write `avg(x)`", "mean": "write `avg(x)`",
      "ago": "`ago` stands in the target of a KPI",
    ]
  }()

  static func noMembers(_ name: Word, of base: Operand) -> Diagnostic {
    let list = base.syntax.text
    let help =
      if case .list = base.type { "ask its elements: `\(list).exists(x, x.\(name.text) …)`, or one: `\(list)[0].\(name.text)`" } else {
        nil as String?
      }
    return Diagnostic(.unknownField, .error, "a \(base.type.described) has no `\(name.text)`", at: name.span, help: help)
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

  /// - Parameter round: the lets that lead from it to itself, it first.
  static func letCycle(_ word: Word, by round: [(name: String, text: SourceSpan)]) -> Diagnostic {
    let way = round.dropFirst().map { "`\($0.name)`" }.joined(separator: ", ")
    return Diagnostic(
      .letCycle, .error, "`\(word.text)` is made of itself" + (way.isEmpty ? "" : ", by way of \(way)"), at: word.span,
      notes: round.map { Note("`\($0.name)` is declared here", at: $0.text) })
  }

  static func variableTaken(_ word: Word) -> Diagnostic {
    Diagnostic(
      .variableTaken, .error, "`\(word.text)` is a name already, and nothing hides another", at: word.span,
      help: "give the variable another name")
  }
}

extension Scope {
  /// For a name that is a field of an event, or the event's kind.
  fileprivate func ownerHelp(for name: String) -> String? {
    if name == "exposure" { return "it stands in a severity's `when`, where `violation \"…\" exposure e` says what it is" }
    if let owner = patterns.first(where: { pattern in pattern.kinds.contains { $0.fields[name] != nil } }) {
      return owner.alias.map { "it is a field: `\($0).\(name)`" }
        ?? "it is a field: name the event with `as`, as in `on \(owner.kinds.first?.label ?? "orders.placed") as x`, and write `x.\(name)`"
    }
    for pattern in patterns {
      let fields = Set(pattern.kinds.flatMap { $0.fields.fields.map(\.name) })
      if let alias = pattern.alias, let nearest = nearestName(to: name, among: fields) { return "did you mean `\(alias).\(nearest)`?" }
    }
    guard let pattern = patterns.first(where: { $0.kinds.contains { $0.label == name || $0.label.hasPrefix(name + ".") } }) else {
      return nil
    }
    return pattern.alias.map { "the event is called `\($0)` here" }
      ?? "name the event with `as`, as in `on \(pattern.kinds.first?.label ?? name) as x`, and write `x.…`"
  }

  fileprivate var namesHelp: String? {
    let own = patterns.compactMap(\.alias) + keyParts.map(\.name)
    return own.isEmpty ? nil : "known here " + (own.count == 1 ? "is " : "are ") + own.quoted
  }
}
