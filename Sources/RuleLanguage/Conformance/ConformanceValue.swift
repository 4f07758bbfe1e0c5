internal import EventModel

extension Value {
  /// A value as the conformance cases write it: an object of one member, which is named for the type.
  init(conformance json: JSONValue) throws(ConformanceCase.Malformed) {
    guard let members = json.members, members.count == 1, let (kind, content) = members.first else {
      throw ConformanceCase.Malformed(message: "a value is an object of one member: \(json.compact)")
    }
    let text = content.text
    let value: Value?
    switch kind {
    case "null": value = .null
    case "bool": if case .bool(let flag) = content { value = .bool(flag) } else { value = nil }
    case "string": value = text.map { .string($0) }
    case "int": value = text.flatMap { Int64($0) }.map { .int($0) }
    case "uint": value = text.flatMap { UInt64($0) }.map { .uint($0) }
    case "double": value = text.flatMap { Double($0) }.map { .double($0) }
    case "bytes": value = text.flatMap { [UInt8](hexadecimal: $0) }.map { .bytes($0) }
    case "type": value = text.map { .type($0) }
    case "timestamp": value = text.flatMap { Timestamp(rfc3339: $0) }.map { .timestamp($0) }
    case "duration": value = text.flatMap { Duration(celText: $0) }.map { .duration($0) }
    case "optional": value = .optional(content == .null ? nil : try Value(conformance: content))
    case "list":
      var elements: [Value] = []
      for element in content.elements ?? [] { elements.append(try Value(conformance: element)) }
      value = .list(elements)
    case "map":
      var map: [Value: Value] = [:]
      for entry in content.elements ?? [] {
        guard let pair = entry.elements, pair.count == 2 else { throw ConformanceCase.Malformed(message: "an entry is `[key, value]`") }
        map[try Value(conformance: pair[0])] = try Value(conformance: pair[1])
      }
      value = .map(map)
    default: value = nil
    }
    guard let value else { throw ConformanceCase.Malformed(message: "no value: \(json.compact)") }
    self = value
  }

  /// Of one type and equal; NaN is NaN.
  func isSame(as other: Value) -> Bool {
    switch (self, other) {
    case (.double(let x), .double(let y)): x == y || x.isNaN && y.isNaN
    case (.list(let x), .list(let y)): x.count == y.count && zip(x, y).allSatisfy { $0.isSame(as: $1) }
    case (.map(let x), .map(let y)):
      x.count == y.count
        && x.allSatisfy { key, value in
          guard let index = y.index(forKey: key) else { return false }
          return y[index].key.typeName == key.typeName && value.isSame(as: y[index].value)
        }
    case (.optional(let x?), .optional(let y?)): x.isSame(as: y)
    default: self == other && typeName == other.typeName
    }
  }
}

extension ValueType {
  /// A type as protocol buffers' JSON writes `cel.expr.Type`.
  init(conformance json: JSONValue) throws(ConformanceCase.Malformed) {
    var names: [String] = []
    self = try ValueType(conformance: json, parameters: &names).replacingVariables { _ in .dyn }
  }

  /// As above; `parameters` are the type parameters by their names, in the order in which they came.
  init(conformance json: JSONValue, parameters: inout [String]) throws(ConformanceCase.Malformed) {
    guard let (kind, content) = json.members?.first else { throw ConformanceCase.Malformed(message: "no type: \(json.compact)") }
    func named(_ types: [String: ValueType], _ name: String) throws(ConformanceCase.Malformed) -> ValueType {
      guard let type = types[name] else { throw ConformanceCase.Malformed(message: "there is no type `\(name)`") }
      return type
    }
    switch kind {
    case "dyn", "error": self = .dyn
    case "null": self = .null
    case "type": self = .type
    case "primitive": self = try named(Self.primitives, content.text ?? "")
    case "wrapper": self = .nullable(try named(Self.primitives, content.text ?? ""))
    case "wellKnown": self = try named(["ANY": .dyn, "TIMESTAMP": .timestamp, "DURATION": .duration], content.text ?? "")
    case "messageType":
      let name = content.text ?? ""
      self = WellKnownMessage.named(name)?.type ?? .abstract(name, [])
    case "listType": self = .list(try content["elemType"].orDyn(&parameters))
    case "mapType": self = .map(try content["keyType"].orDyn(&parameters), try content["valueType"].orDyn(&parameters))
    case "typeParam":
      let name = content.text ?? ""
      if !parameters.contains(name) { parameters.append(name) }
      self = .variable(parameters.firstIndex(of: name) ?? 0)
    case "abstractType":
      var inner: [ValueType] = []
      for parameter in content["parameterTypes"]?.elements ?? [] {
        inner.append(try ValueType(conformance: parameter, parameters: &parameters))
      }
      switch content["name"]?.text ?? "" {
      case "optional_type", "optional": self = .optional(inner.first ?? .dyn)
      case "net.IP": self = .address
      case "net.CIDR": self = .addressBlock
      case let name: self = .abstract(name, inner)
      }
    default: throw ConformanceCase.Malformed(message: "there is no type of the kind `\(kind)`")
    }
  }

  private static let primitives: [String: ValueType] = [
    "INT64": .int, "UINT64": .uint, "DOUBLE": .double, "STRING": .string, "BYTES": .bytes, "BOOL": .bool,
  ]
}

extension JSONValue? {
  fileprivate func orDyn(_ parameters: inout [String]) throws(ConformanceCase.Malformed) -> ValueType {
    guard let self else { return .dyn }
    return try ValueType(conformance: self, parameters: &parameters)
  }
}

extension [UInt8] {
  fileprivate init?(hexadecimal text: String) {
    let digits = [UInt8](text.utf8)
    guard digits.count % 2 == 0 else { return nil }
    self = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[index].hexValue, let low = digits[index + 1].hexValue else { return nil }
      append(high << 4 | low)
    }
  }
}
