import Diagnostics
import EventModel

/// Types that do not go together.
extension Diagnostic {
  static func wrongType(_ operand: Operand, wanted: ValueType, role: String) -> Diagnostic {
    var help: String?
    switch (wanted, operand.type) {
    case (.bool, .optional): help = "ask whether it has a value: `.hasValue()`"
    case (.bool, _): help = "a bool is `true` or `false`, or what a comparison gives"
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
    return Diagnostic(
      .noOverload, .error, list.isEmpty ? "`\(name)` is given nothing" : "`\(name)` does not take \(list)", at: span, help: help)
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
      if ["<", "<=", ">", ">="].contains(sign) {
        if types.first == .bool { help = "a comparison has two sides: `a < b && b < c`" }
        if types.contains(.timestamp), types.contains(.string) || types.contains(.int) {
          help = "a time is written `timestamp(\"2026-12-25T09:00:00Z\")`"
        }
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
    // Those that take so many arguments are nearer than others.
    let known = entry.overloads.filter { $0.isMethod == isMethod && !$0.isOfMixedTypes }
    let alike = known.filter { $0.parameters.count == types.count }
    let ways = (alike.isEmpty ? known : alike).prefix(4).map { "`\($0.example(name))`" }
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
    if [a.type, b.type].contains(.string), let number = [a, b].first(where: { $0.isLiteral && $0.type.isNumber }),
      case .literal = number.syntax.kind
    {
      help = "a text stands in quotes: `\"\(number.syntax.text)\"`"
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
      .mixedMembers, .error, "the two sides of `:` have different types: \(a.type.described) and \(b.type.described)", at: span,
      notes: [Note("this is \(a.type.described)", at: a.span), Note("this is \(b.type.described)", at: b.span)])
  }

  static func mixedMembers(_ what: String, _ type: ValueType, _ operand: Operand) -> Diagnostic {
    Diagnostic(
      .mixedMembers, .error, "a \(what) has members of one type, and this is \(operand.type.described) beside \(type.described)",
      at: operand.span)
  }

  static func notOptional(_ operand: Operand) -> Diagnostic {
    Diagnostic(
      .wrongType, .error, "behind `?` stands an optional, and this is \(operand.type.described)", at: operand.span,
      help: "leave the `?` out, or ask for an optional: `x.?field`, `map[?key]`, `optional.of(x)`")
  }

  static func mapKey(_ key: Operand) -> Diagnostic {
    Diagnostic(
      .dynamicType, .error, "the keys of a map are strings, and this is \(key.type.described)", at: key.span,
      help: "`string(x)` makes a text of a value")
  }

  /// What CEL has and rules have not (language.md 3.5). nil: it is none of that.
  static func notInRules(_ name: Word) -> Diagnostic? {
    switch name.text {
    case "dyn", "type":
      Diagnostic(
        .dynamicType, .error, "`\(name.text)` is not part of rules: every type is known before events come", at: name.span,
        help: "compare the value itself")
    case "cel.block":
      Diagnostic(
        .dynamicType, .error, "`cel.block` is not part of rules", at: name.span, help: "name a part with `cel.bind(x, value, …)` or `let`")
    case "ip", "isIP", "ip.isCanonical", "cidr", "isCIDR":
      Diagnostic(
        .dynamicType, .error, "`\(name.text)` is not part of rules: an address is a text", at: name.span,
        help: "compare the text: `x.startsWith(\"10.\")`, or `x.matches(r\"…\")`")
    default: nil
    }
  }
}

extension Overload {
  /// `round(decimal, int)`, `string.contains(string)`
  func example(_ name: String) -> String {
    let types = parameters.map(\.described)
    guard isMethod, let receiver = types.first else { return "\(name)(\(types.joined(separator: ", ")))" }
    return "\(receiver).\(name)(\(types.dropFirst().joined(separator: ", ")))"
  }
}

extension String {
  /// The name of a type with its article: `a string`, `an int`.
  fileprivate var typeWithArticle: String {
    guard let first = utf8.first, self != "uint" else { return "a " + self }
    return ("aeio".utf8.contains(first) ? "an " : "a ") + self
  }
}
