internal import EventModel

/// The messages of protocol buffers that CEL knows as values: `google.protobuf.Int64Value{value: 5}` is 5. Rules have none of them.
struct WellKnownMessage: Sendable {
  /// With `google.protobuf.` before it.
  var name: String
  /// The type of what is made.
  var type: ValueType
  var fields: [(name: String, type: ValueType)]
  /// What the fields that are given make.
  var make: @Sendable ([String: Value]) throws(EvaluationError) -> Value

  static func named(_ name: String) -> WellKnownMessage? { all[name] }

  /// The function that makes the message of its arguments: the values of these fields, in this order. Optionals that have no value are
  /// fields that are not given.
  func function(_ names: [String], optional: [Bool]) -> Function {
    let make = make
    let marks = zip(names, optional).map { ($1 ? "?" : "") + $0 }.joined(separator: ",")
    return Function(
      "\(name){\(marks)}",
      .variadic { (arguments) throws(EvaluationError) in
        var given: [String: Value] = [:]
        for (index, value) in arguments.enumerated() {
          if !optional[index] {
            given[names[index]] = value
          } else {
            guard case .optional(let inner) = value else { throw .invalid("behind `?` stands an optional") }
            if let inner { given[names[index]] = inner }
          }
        }
        return try make(given)
      })
  }

  private static let all: [String: WellKnownMessage] = {
    let all = wrappers + json + times
    return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
  }()

  private static func wrapper(
    _ name: String, _ type: ValueType, _ standard: Value, _ read: @escaping @Sendable (Value) throws(EvaluationError) -> Value?
  ) -> WellKnownMessage {
    let name = "google.protobuf." + name
    return WellKnownMessage(name: name, type: .nullable(type), fields: [("value", type)]) { (given) throws(EvaluationError) in
      guard let value = given["value"] else { return standard }
      guard let read = try read(value) else { throw .noSuchOverload(name, [value]) }
      return read
    }
  }

  private static let wrappers: [WellKnownMessage] = [
    wrapper("BoolValue", .bool, .bool(false)) { (value) throws(EvaluationError) in if case .bool = value { value } else { nil } },
    wrapper("StringValue", .string, .string("")) { (value) throws(EvaluationError) in if case .string = value { value } else { nil } },
    wrapper("BytesValue", .bytes, .bytes([])) { (value) throws(EvaluationError) in if case .bytes = value { value } else { nil } },
    wrapper("DoubleValue", .double, .double(0)) { (value) throws(EvaluationError) in if case .double = value { value } else { nil } },
    wrapper("FloatValue", .double, .double(0)) { (value) throws(EvaluationError) in
      if case .double(let number) = value { .double(Double(Float(number))) } else { nil }
    },
    wrapper("Int64Value", .int, .int(0)) { (value) throws(EvaluationError) in if case .int = value { value } else { nil } },
    wrapper("UInt64Value", .uint, .uint(0)) { (value) throws(EvaluationError) in if case .uint = value { value } else { nil } },
    wrapper("Int32Value", .int, .int(0)) { (value) throws(EvaluationError) in
      guard case .int(let number) = value else { return nil }
      guard Int32(exactly: number) != nil else { throw .overflow("an integer of 32 bits") }
      return value
    },
    wrapper("UInt32Value", .uint, .uint(0)) { (value) throws(EvaluationError) in
      guard case .uint(let number) = value else { return nil }
      guard UInt32(exactly: number) != nil else { throw .overflow("an integer of 32 bits") }
      return value
    },
  ]

  // MARK: - JSON

  private static let json: [WellKnownMessage] = [
    WellKnownMessage(
      name: "google.protobuf.Value", type: .dyn,
      fields: [
        ("null_value", .int), ("number_value", .double), ("string_value", .string), ("bool_value", .bool),
        ("struct_value", .map(.string, .dyn)), ("list_value", .list(.dyn)),
      ]
    ) { (given) throws(EvaluationError) in
      guard let (name, value) = given.first, name != "null_value" else { return .null }
      guard given.count == 1 else { throw .invalid("a `google.protobuf.Value` holds one of its fields") }
      return try value.asJSON()
    },
    WellKnownMessage(name: "google.protobuf.Struct", type: .map(.string, .dyn), fields: [("fields", .map(.string, .dyn))]) {
      (given) throws(EvaluationError) in
      try (given["fields"] ?? .map([:])).asJSON()
    },
    WellKnownMessage(name: "google.protobuf.ListValue", type: .list(.dyn), fields: [("values", .list(.dyn))]) {
      (given) throws(EvaluationError) in
      try (given["values"] ?? .list([])).asJSON()
    },
  ]

  // MARK: - Times

  private static let times: [WellKnownMessage] = [
    WellKnownMessage(name: "google.protobuf.Timestamp", type: .timestamp, fields: [("seconds", .int), ("nanos", .int)]) {
      (given) throws(EvaluationError) in
      let (seconds, nanos) = try parts(given, "a timestamp")
      let time = try Timestamp(seconds: 0).advanced(by: .seconds(seconds) + .nanoseconds(nanos))
      return .timestamp(time)
    },
    WellKnownMessage(name: "google.protobuf.Duration", type: .duration, fields: [("seconds", .int), ("nanos", .int)]) {
      (given) throws(EvaluationError) in
      let (seconds, nanos) = try parts(given, "a duration")
      return .duration(try FunctionTable.bounded(.seconds(seconds) + .nanoseconds(nanos)))
    },
  ]

  private static func parts(_ given: [String: Value], _ what: String) throws(EvaluationError) -> (seconds: Int64, nanos: Int64) {
    var parts: [Int64] = []
    for name in ["seconds", "nanos"] {
      guard case .int(let number) = given[name] ?? .int(0) else { throw .noSuchOverload("google.protobuf", [given[name] ?? .null]) }
      parts.append(number)
    }
    guard parts[0].magnitude <= 315_576_000_000, parts[1].magnitude < 1_000_000_000 else { throw .overflow(what) }
    return (parts[0], parts[1])
  }
}

extension Value {
  /// The value as JSON has it: numbers are doubles, what they do not hold is text.
  fileprivate func asJSON() throws(EvaluationError) -> Value {
    switch self {
    case .null, .bool, .double, .string: return self
    case .int(let number): return number.magnitude < 1 << 53 ? .double(Double(number)) : .string(String(number))
    case .uint(let number): return number < 1 << 53 ? .double(Double(number)) : .string(String(number))
    case .bytes(let bytes): return .string(Base64.encode(bytes))
    case .timestamp, .duration: return try FunctionTable.string(self)
    case .list(let elements):
      var out: [Value] = []
      for element in elements { out.append(try element.asJSON()) }
      return .list(out)
    case .map(let members):
      var out: [Value: Value] = [:]
      for (key, member) in members {
        guard case .string = key else { throw .invalid("the keys of JSON are strings, and this is a \(key.typeName)") }
        out[key] = try member.asJSON()
      }
      return .map(out)
    case .decimal, .type, .optional, .address: throw .invalid("JSON has no \(typeName)")
    }
  }
}
