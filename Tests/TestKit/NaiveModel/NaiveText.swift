internal import EventModel

extension NaiveEvent {
  /// The id as the evidence has it; without one, where the event stands.
  var idText: String {
    switch id {
    case .string(let s)?: s
    case .number(let digits)?: digits
    default: "\(topic)/\(partition)/\(offset)"
    }
  }
}

extension JSONValue {
  /// A key as the stream has it, where no expression of a rule reads it.
  var plainValue: Value {
    switch self {
    case .string(let s): .string(s)
    case .bool(let b): .bool(b)
    case .number(let digits): Int64(digits).map(Value.int) ?? ExactDecimal(digits: digits).map(Value.decimal) ?? .string(digits)
    default: preconditionFailure("a key is text, a number or a truth value")
    }
  }
}

extension Value {
  /// A part of a key in ids and keys.
  var keyJSON: JSONValue {
    switch self {
    case .int(let n): .number(String(n))
    case .uint(let n): .number(String(n))
    case .bool(let b): .bool(b)
    default: .string(keyText)
    }
  }

  /// A value as records write it, as JSON text.
  var recordText: String {
    var json = JSONWriter()
    json.write(self)
    return json.text
  }

  /// The same as a tree; a number keeps its digits.
  var recordJSON: JSONValue { (try? JSONValue.parse(Array(recordText.utf8))) ?? .null }
}
