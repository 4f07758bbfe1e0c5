internal import EventModel

extension FunctionTable {
  /// The extension `base64`. Padding may be missing where it is read.
  static let encoders: [FunctionEntry] = [
    FunctionEntry(
      "base64.encode",
      .unary { (a) throws(EvaluationError) in
        guard case .bytes(let bytes) = a else { throw .noSuchOverload("base64.encode", [a]) }
        return .string(Base64.encode(bytes))
      }, .function(.bytes, gives: .string)),
    FunctionEntry(
      "base64.decode",
      .unary { (a) throws(EvaluationError) in
        guard case .string(let text) = a else { throw .noSuchOverload("base64.decode", [a]) }
        guard let bytes = Base64.decode(text) else { throw .invalid("the text is not base64") }
        return .bytes(bytes)
      }, .function(.string, gives: .bytes)),
  ]
}
