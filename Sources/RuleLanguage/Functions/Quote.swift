internal import EventModel

extension FunctionTable {
  /// The text in double quotes, with escapes for what does not print.
  static func quote(_ a: Value) throws(EvaluationError) -> Value {
    guard case .string(let text) = a else { throw .noSuchOverload("strings.quote", [a]) }
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\u{07}": out += "\\a"
      case "\u{08}": out += "\\b"
      case "\u{0C}": out += "\\f"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case "\u{0B}": out += "\\v"
      case "\\": out += "\\\\"
      case "\"": out += "\\\""
      default: out.unicodeScalars.append(scalar)
      }
    }
    return .string(out + "\"")
  }
}
