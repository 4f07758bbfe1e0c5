import EventModel

/// Messages of JSON-RPC 2.0.
enum Reply {
  enum ErrorCode: Int {
    case parse = -32700
    case invalidRequest = -32600
    case methodNotFound = -32601
    case invalidParams = -32602
    case notInitialized = -32002
    case requestFailed = -32803
    case cancelled = -32800
  }

  static func result(_ value: JSONValue, to id: JSONValue) -> JSONValue {
    .object([("jsonrpc", .string("2.0")), ("id", id), ("result", value)])
  }

  static func failure(_ failure: RequestFailure, to id: JSONValue) -> JSONValue {
    .object([
      ("jsonrpc", .string("2.0")), ("id", id),
      ("error", .of([("code", .int(failure.code.rawValue)), ("message", .string(failure.message))])),
    ])
  }

  static func notification(_ method: String, _ params: JSONValue) -> JSONValue {
    .object([("jsonrpc", .string("2.0")), ("method", .string(method)), ("params", params)])
  }

  /// Without parameters it has no `params`: null is none that the protocol knows.
  static func request(_ id: Int, _ method: String, _ params: JSONValue?) -> JSONValue {
    .of([("jsonrpc", .string("2.0")), ("id", .string("tenet-\(id)")), ("method", .string(method)), ("params", params)])
  }
}

/// Why a request has no result.
struct RequestFailure: Error {
  var code: Reply.ErrorCode
  var message: String
  init(_ code: Reply.ErrorCode, _ message: String) { (self.code, self.message) = (code, message) }
}

extension JSONValue {
  /// An object without the members that have no value.
  static func of(_ members: [(String, JSONValue?)]) -> JSONValue {
    .object(members.compactMap { name, value in value.map { (key: name, value: $0) } })
  }

  static func int(_ number: Int) -> JSONValue { .number(String(number)) }

  static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

  /// A whole number, if it is one.
  var int: Int? { if case .number(let digits) = self { Int(digits) } else { nil } }

  var flag: Bool { if case .bool(true) = self { true } else { false } }

  static func markdown(_ text: String) -> JSONValue { .of([("kind", .string("markdown")), ("value", .string(text))]) }
}
