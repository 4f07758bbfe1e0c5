import Diagnostics
import EventModel

/// Mistakes of expressions: TN0200–TN0299.
extension DiagnosticCode {
  static let unknownExpressionName = DiagnosticCode(200)
  static let unknownField = DiagnosticCode(201)
  static let unknownFunction = DiagnosticCode(202)
  static let noOverload = DiagnosticCode(203)
  static let wrongType = DiagnosticCode(204)
  static let decimalAndDouble = DiagnosticCode(205)
  static let decimalDivision = DiagnosticCode(206)
  static let unguarded = DiagnosticCode(207)
  static let unguardedInWindow = DiagnosticCode(208)
  static let comparedToNull = DiagnosticCode(209)
  static let impossibleValue = DiagnosticCode(210)
  static let neverEqual = DiagnosticCode(211)
  static let mixedCurrencies = DiagnosticCode(212)
  static let windowCurrency = DiagnosticCode(213)
  static let windowNotHere = DiagnosticCode(214)
  static let windowNested = DiagnosticCode(215)
  static let windowAlias = DiagnosticCode(216)
  static let windowArgument = DiagnosticCode(217)
  static let windowedEventOutside = DiagnosticCode(218)
  static let eventAsValue = DiagnosticCode(219)
  static let fieldNotReadable = DiagnosticCode(220)
  static let fieldOfSeveralTypes = DiagnosticCode(221)
  static let letCycle = DiagnosticCode(222)
  static let badMacro = DiagnosticCode(223)
  static let variableTaken = DiagnosticCode(224)
  static let alwaysFails = DiagnosticCode(225)
  static let dynamicType = DiagnosticCode(226)
  static let mixedMembers = DiagnosticCode(227)
  static let notConstant = DiagnosticCode(228)
  static let decimalTooLong = DiagnosticCode(229)
}

// Names

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

// Types

extension Diagnostic {
  static func wrongType(_ operand: Operand, wanted: ValueType, role: String) -> Diagnostic {
    var help: String?
    switch (wanted, operand.type) {
    case (.bool, .optional): help = "ask whether it has a value: `.hasValue()`"
    case (.decimal, .double): help = "`decimal(x, scale)` converts, at a scale"
    case (.double, .int) where operand.isLiteral: help = "write it with a point: `\(operand.syntax.text).0`"
    case (_, .optional): help = "say what holds without a value: `.orValue(…)`"
    default: break
    }
    return Diagnostic(
      .wrongType, .error, "\(role) is \(wanted.described), and this is \(operand.type.described)", at: operand.span, help: help)
  }

  static func noOverload(_ name: String, _ types: [ValueType], at span: SourceSpan, help: String?) -> Diagnostic {
    let list = types.map(\.described).joined(separator: types.count == 2 ? " and " : ", ")
    return Diagnostic(.noOverload, .error, "`\(name)` does not take \(list.isEmpty ? "nothing" : list)", at: span, help: help)
  }

  static func noOverload(_ entry: FunctionEntry, _ types: [ValueType], isMethod: Bool, at span: SourceSpan) -> Diagnostic {
    let name = entry.function.name
    let operators = ["_+_", "_-_", "_*_", "_/_", "_%_", "_<_", "_<=_", "_>_", "_>=_", "-_"]
    if operators.contains(name) {
      let sign = name.filter { $0 != "_" }
      var help: String?
      if types.contains(.string), sign == "+" { help = "`string(x)` makes a text of a value" }
      if types.count == 2, types.contains(.double), types.contains(.int) { help = "`double(x)` converts; a literal has a point: `2.0`" }
      if types.contains(where: { if case .optional = $0 { true } else { false } }) {
        help = "say what holds without a value: `.orValue(…)`"
      }
      return noOverload(sign, types, at: span, help: help)
    }
    if name == "_[_]" || name == "_[?_]" {
      return noOverload("[…]", types, at: span, help: "lists are asked by a position, maps by a key")
    }
    // The other way to call it, if there is only that.
    guard entry.overloads.contains(where: { $0.isMethod == isMethod }) else {
      let example = isMethod ? "\(name)(…)" : "x.\(name)(…)"
      return Diagnostic(.noOverload, .error, "`\(name)` is not called like this", at: span, help: "write `\(example)`")
    }
    let ways = entry.overloads.filter { $0.isMethod == isMethod }.prefix(4).map { "`\($0.example(name))`" }
    return noOverload(
      name, isMethod ? Array(types.dropFirst()) : types, at: span,
      help: ways.isEmpty ? nil : "it is called " + ways.joined(separator: " or "))
  }

  static func decimalAndDouble(_ double: Operand, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .decimalAndDouble, .error, "a double does not go with decimals: it is not exact", at: span,
      notes: [Note("this is a double", at: double.span)],
      help: "`decimal(x, scale)` converts, or give the field `\"format\": \"decimal\"` in its schema")
  }

  static func decimalDivision(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .decimalDivision, .error, "decimals are not divided by `/`, since the result may not be exact", at: span,
      help: "`div(a, b, scale)` rounds half to even; `ratio(a, b)` is a double")
  }

  static func decimalTooLong(_ digits: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .decimalTooLong, .error, "`\(digits)` has more digits than a decimal holds", at: span, help: "a decimal has at most 34 digits")
  }

  static func neverEqual(_ a: Operand, _ b: Operand, at span: SourceSpan) -> Diagnostic {
    var help: String?
    if a.isLiteral || b.isLiteral, [a.type, b.type].contains(.double), [a.type, b.type].contains(.int) {
      help = "write the literal with a point"
    }
    if [a.type, b.type].contains(where: { if case .optional = $0 { true } else { false } }) {
      help = "say what holds without a value: `.orValue(…)`"
    }
    return Diagnostic(
      .neverEqual, .error, "\(a.type.described.typeWithArticle) is never equal to \(b.type.described.typeWithArticle)", at: span, help: help
    )
  }

  static func neverIn(_ element: Operand, _ collection: Operand, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .neverEqual, .error, "\(element.type.described.typeWithArticle) is never in \(collection.type.described.typeWithArticle)", at: span)
  }

  static func branchesDiffer(_ a: Operand, _ b: Operand, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .mixedMembers, .error, "the two sides of `:` have different types: \(a.type.described) and \(b.type.described)", at: span)
  }

  static func mixedMembers(_ what: String, _ type: ValueType, _ operand: Operand) -> Diagnostic {
    Diagnostic(
      .mixedMembers, .error, "a \(what) has members of one type, and this is \(operand.type.described) beside \(type.described)",
      at: operand.span)
  }

  static func mapKey(_ key: Operand) -> Diagnostic {
    Diagnostic(
      .dynamicType, .error, "the keys of a map are strings, and this is \(key.type.described)", at: key.span,
      help: "`string(x)` makes a text of a value")
  }

  static func dynamicType(_ name: Word) -> Diagnostic {
    Diagnostic(
      .dynamicType, .error, "`\(name.text)` is not part of rules: every type is known before events come", at: name.span,
      help: "compare the value itself")
  }
}

// Fields and values

extension Diagnostic {
  static func unguarded(_ name: String, at span: SourceSpan, isInWindowFunction: Bool) -> Diagnostic {
    if isInWindowFunction {
      return Diagnostic(
        .unguardedInWindow, .error, "`\(name)` may be absent, and then the window has no value", at: span,
        help: "leave events without it out: `where has(\(name))`")
    }
    let optional = name.lastStepAsOptional
    return Diagnostic(
      .unguarded, .warning, "`\(name)` may be absent, and then this is undetermined", at: span,
      help: "ask first: `has(\(name)) && …`, or say what holds without it: `\(optional).orValue(…)`")
  }

  static func comparedToNull(_ operand: Operand, isEqual: Bool, at span: SourceSpan) -> Diagnostic {
    let name = operand.syntax.text
    return Diagnostic(
      .comparedToNull, .error, "nothing is equal to `null`: a field that is null counts as absent", at: span,
      help: "write `\(isEqual ? "!" : "")has(\(name))`")
  }

  static func impossibleValue(_ text: String, of field: Operand, allowed: [String], at span: SourceSpan) -> Diagnostic {
    let nearest = nearestName(to: text, among: allowed)
    let known = allowed.count <= 12 ? "it is one of " + allowed.map { "`\"\($0)\"`" }.joined(separator: ", ") : nil
    return Diagnostic(
      .impossibleValue, .error, "`\(field.syntax.text)` is never `\"\(text)\"`: its schema does not list that value", at: span,
      help: nearest.map { "did you mean `\"\($0)\"`?" } ?? known)
  }

  static func alwaysFails(_ error: EvaluationError, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.alwaysFails, .error, "this always ends in an error: \(error.message)", at: span)
  }

  static func notConstant(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(.notConstant, .error, "this value is not known before events come", at: span, help: "write it as a literal")
  }

  static func badMacro(_ name: String, _ use: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.badMacro, .error, "`\(name)` \(use)", at: span)
  }
}

// Currencies and windows

extension Diagnostic {
  static func mixedCurrencies(_ a: AmountCurrency, _ b: AmountCurrency, at span: SourceSpan) -> Diagnostic {
    let fields = [a, b].filter { if case .expression = $0.source { true } else { false } }
    let help =
      fields.isEmpty
      ? nil : "ask for one currency before: `\(a.name) == \(b.name) && …`, in a `where`, or make the currency a part of the key"
    return Diagnostic(
      .mixedCurrencies, .error, "these amounts may be of different currencies: one is in `\(a.name)`, the other in `\(b.name)`", at: span,
      help: help)
  }

  static func windowCurrency(_ function: String, _ currency: AmountCurrency, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .windowCurrency, .error, "`\(function)` goes over amounts of several currencies", at: span,
      help: "make `\(currency.name)` a part of the key: `by …, \(currency.name.lastStep)`")
  }

  static func windowNotHere(_ name: Word) -> Diagnostic {
    Diagnostic(
      .windowNotHere, .error, "`\(name.text)` looks at the events of a window, and there is none here", at: name.span,
      help: "it stands in `when`, `measure` and the notes of what has `over`; of a list it is `list.\(name.text)()`")
  }

  static func windowNested(_ name: Word) -> Diagnostic {
    Diagnostic(.windowNested, .error, "`\(name.text)` stands inside another window function", at: name.span)
  }

  static func windowAlias(_ name: Word, isOfSeveral: Bool, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .windowAlias, .error, isOfSeveral ? "this names events of several patterns" : "this names no event of the window", at: span,
      help: "what stands in `\(name.text)(…)` names exactly one alias")
  }

  static func windowType(_ name: Word, _ operand: Operand) -> Diagnostic {
    Diagnostic(.windowArgument, .error, "`\(name.text)` does not take \(operand.type.described)", at: operand.span)
  }

  static func badWindowFunction(_ name: Word, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.windowArgument, .error, "`\(name.text)` takes one expression over the events of a window", at: span)
  }

  static func countArgument(_ span: SourceSpan, aliases: [String]) -> Diagnostic {
    Diagnostic(
      .windowArgument, .error, "`count` takes an alias, or nothing", at: span,
      help: aliases.isEmpty ? "`count()` counts all events of the window" : "as in `count(\(aliases[0]))`")
  }

  static func windowedEventOutside(_ word: Word) -> Diagnostic {
    Diagnostic(
      .windowedEventOutside, .error, "`\(word.text)` is every event of the window, so its fields stand only in window functions",
      at: word.span,
      help: "`last(\(word.text).…)` is the last one's; parts of the key are named alone")
  }
}

extension Overload {
  /// `round(decimal, int)`, `string.contains(string)`
  fileprivate func example(_ name: String) -> String {
    let types = parameters.map(\.described)
    guard isMethod, let receiver = types.first else { return "\(name)(\(types.joined(separator: ", ")))" }
    return "\(receiver).\(name)(\(types.dropFirst().joined(separator: ", ")))"
  }
}

extension TypePattern {
  fileprivate var described: String {
    switch self {
    case .exactly(let type): type.described
    case .variable(let index): index == 0 ? "A" : "B"
    case .list(let element): "list(\(element.described))"
    case .map(let key, let value): "map(\(key.described), \(value.described))"
    case .optional(let inner): "optional(\(inner.described))"
    }
  }
}

extension String {
  fileprivate var typeWithArticle: String {
    guard let first = utf8.first else { return self }
    return ("aeio".utf8.contains(first) || self == "uint" ? (self == "uint" ? "a " : "an ") : "a ") + self
  }

  fileprivate var lastStep: String { split(separator: ".").last.map(String.init) ?? self }

  /// `o.discount` as `o.?discount`.
  fileprivate var lastStepAsOptional: String {
    guard let dot = lastIndex(of: ".") else { return self }
    return self[...dot] + "?" + self[index(after: dot)...]
  }
}
