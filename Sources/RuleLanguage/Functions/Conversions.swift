internal import EventModel

extension FunctionTable {
  static let conversions: [FunctionEntry] = [
    FunctionEntry(
      "int", .unary(int), .function(.int, gives: .int), .function(.uint, gives: .int), .function(.double, gives: .int),
      .function(.string, gives: .int), .function(.timestamp, gives: .int), .function(.decimal, gives: .int)),
    FunctionEntry(
      "uint", .unary(uint), .function(.uint, gives: .uint), .function(.int, gives: .uint), .function(.double, gives: .uint),
      .function(.string, gives: .uint)),
    FunctionEntry(
      "double", .unary(double), .function(.double, gives: .double), .function(.int, gives: .double), .function(.uint, gives: .double),
      .function(.string, gives: .double), .function(.decimal, gives: .double)),
    FunctionEntry(
      "string", .unary(string), .function(.string, gives: .string), .function(.int, gives: .string), .function(.uint, gives: .string),
      .function(.double, gives: .string), .function(.bool, gives: .string), .function(.bytes, gives: .string),
      .function(.timestamp, gives: .string), .function(.duration, gives: .string), .function(.decimal, gives: .string),
      .function(.address, gives: .string), .function(.addressBlock, gives: .string)),
    FunctionEntry("bytes", .unary(bytes), .function(.bytes, gives: .bytes), .function(.string, gives: .bytes)),
    FunctionEntry("bool", .unary(bool), .function(.bool, gives: .bool), .function(.string, gives: .bool)),
    FunctionEntry(
      "timestamp", .unary(timestamp), .function(.timestamp, gives: .timestamp), .function(.string, gives: .timestamp),
      .function(.int, gives: .timestamp)),
    FunctionEntry("duration", .unary(duration), .function(.duration, gives: .duration), .function(.string, gives: .duration)),
    FunctionEntry("dyn", .unary { (a) throws(EvaluationError) in a }, .function(.a, gives: .dyn)),
    FunctionEntry("type", .unary { (a) throws(EvaluationError) in .type(a.typeName) }, .function(.a, gives: .type)),
    // How integers become decimals where the checker widens them.
    FunctionEntry("@widen", .unary(widen), .function(.int, gives: .decimal), .function(.uint, gives: .decimal)),
  ]

  private static func int(_ a: Value) throws(EvaluationError) -> Value {
    switch a {
    case .int: return a
    case .uint(let x):
      guard let result = Int64(exactly: x) else { throw .overflow("an int") }
      return .int(result)
    case .double(let x):
      // Toward zero; the bounds themselves are no doubles of int's range.
      guard x.magnitude < 9_223_372_036_854_775_808, let result = Int64(exactly: x.rounded(.towardZero)) else { throw .overflow("an int") }
      return .int(result)
    case .decimal(let x):
      guard let result = Int64(exactly: x.wholePart) else { throw .overflow("an int") }
      return .int(result)
    case .string(let text):
      guard let result = Int64(text), text.utf8.first != 0x2B else { throw .invalid("`\(text)` is not an int") }
      return .int(result)
    case .timestamp(let time): return .int(time.seconds)
    default: throw .noSuchOverload("int", [a])
    }
  }

  private static func uint(_ a: Value) throws(EvaluationError) -> Value {
    switch a {
    case .uint: return a
    case .int(let x):
      guard let result = UInt64(exactly: x) else { throw .overflow("a uint") }
      return .uint(result)
    case .double(let x):
      guard x > -1, x < 18_446_744_073_709_551_616, let result = UInt64(exactly: x.rounded(.towardZero)), x >= 0 else {
        throw .overflow("a uint")
      }
      return .uint(result)
    case .string(let text):
      guard let result = UInt64(text), text.utf8.first != 0x2B else { throw .invalid("`\(text)` is not a uint") }
      return .uint(result)
    default: throw .noSuchOverload("uint", [a])
    }
  }

  private static func double(_ a: Value) throws(EvaluationError) -> Value {
    switch a {
    case .double: return a
    case .int(let x): return .double(Double(x))
    case .uint(let x): return .double(Double(x))
    case .decimal(let x): return .double(x.nearestDouble)
    case .string(let text):
      guard let result = Double(text) else { throw .invalid("`\(text)` is not a double") }
      if result.isInfinite, text.utf8.contains(where: \.isDigit) { throw .overflow("a double") }
      return .double(result)
    default: throw .noSuchOverload("double", [a])
    }
  }

  static func string(_ a: Value) throws(EvaluationError) -> Value {
    switch a {
    case .string: return a
    case .int, .uint, .decimal, .bool, .timestamp, .address: return .string(a.messageText)
    case .double(let x): return .string(x.isInfinite ? (x < 0 ? "-Inf" : "+Inf") : x.shortestText)
    case .duration(let x): return .string(x.celText)
    case .bytes(let bytes):
      guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalid("the bytes are not UTF-8") }
      return .string(text)
    default: throw .noSuchOverload("string", [a])
    }
  }

  private static func bytes(_ a: Value) throws(EvaluationError) -> Value {
    switch a {
    case .bytes: return a
    case .string(let text): return .bytes(Array(text.utf8))
    default: throw .noSuchOverload("bytes", [a])
    }
  }

  private static func bool(_ a: Value) throws(EvaluationError) -> Value {
    switch a {
    case .bool: return a
    case .string("true"), .string("True"), .string("TRUE"), .string("t"), .string("1"): return .bool(true)
    case .string("false"), .string("False"), .string("FALSE"), .string("f"), .string("0"): return .bool(false)
    case .string(let text): throw .invalid("`\(text)` is not a bool")
    default: throw .noSuchOverload("bool", [a])
    }
  }

  private static func timestamp(_ a: Value) throws(EvaluationError) -> Value {
    switch a {
    case .timestamp: return a
    case .string(let text):
      guard let time = Timestamp(rfc3339: text) else { throw .invalid("`\(text)` is not a time as RFC 3339 writes it") }
      return .timestamp(time)
    case .int(let seconds):
      let time = Timestamp(seconds: seconds)
      guard Timestamp.representable.contains(time) else { throw .overflow("a timestamp") }
      return .timestamp(time)
    default: throw .noSuchOverload("timestamp", [a])
    }
  }

  private static func duration(_ a: Value) throws(EvaluationError) -> Value {
    switch a {
    case .duration: return a
    case .string(let text):
      guard let duration = Duration(celText: text) else { throw .invalid("`\(text)` is not a duration") }
      return .duration(duration)
    default: throw .noSuchOverload("duration", [a])
    }
  }

  private static func widen(_ a: Value) throws(EvaluationError) -> Value {
    guard let decimal = a.widened else { throw .noSuchOverload("@widen", [a]) }
    return .decimal(decimal)
  }
}
