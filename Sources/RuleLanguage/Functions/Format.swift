internal import EventModel

/// `"%s is %.2f".format([name, amount])`: CEL's own clauses, which are few and depend on no locale.
extension FunctionTable {
  static func format(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
    guard case (.string(let text), .list(let arguments)) = (a, b) else { throw .noSuchOverload("format", [a, b]) }
    let pattern = try FormatPattern(text)
    var out: [UInt8] = []
    var next = 0
    for piece in pattern.pieces {
      switch piece {
      case .text(let bytes): out += bytes
      case .clause(let letter, let precision):
        guard next < arguments.count else { throw EvaluationError(.indexOutOfRange, "`format`: there are only \(arguments.count) values") }
        out += try self.text(of: arguments[next], as: letter, precision).utf8
        next += 1
      }
      guard out.count <= largestText else { throw .overflow("a text") }
    }
    return .string(String(decoding: out, as: UTF8.self))
  }

  /// What functions make is no longer than this, in bytes.
  static let largestText = 16 << 20

  private static func text(of value: Value, as name: String, _ precision: Int?) throws(EvaluationError) -> String {
    switch name {
    case "s": return try plainText(of: value)
    case "d":
      switch value {
      case .int, .uint, .decimal: return value.messageText
      case .double(let number): return number.shortestText
      default: break
      }
    case "f", "e":
      if case .decimal(let decimal) = value, name == "f" {
        guard let rounded = try? decimal.rounded(toScale: min(precision ?? 6, 34)) else { throw .overflow("a decimal of 34 digits") }
        return rounded.description
      }
      if let number = value.asDouble {
        guard number.isFinite else { return number.shortestText }
        return name == "f" ? number.fixedText(precision ?? 6) : number.scientificText(precision ?? 6)
      }
    case "x", "X":
      switch value {
      case .int, .uint: return try whole(value, radix: 16, uppercase: name == "X")
      case .string(let text): return hexadecimal(text.utf8, uppercase: name == "X")
      case .bytes(let bytes): return hexadecimal(bytes, uppercase: name == "X")
      default: break
      }
    case "o":
      switch value {
      case .int, .uint: return try whole(value, radix: 8)
      default: break
      }
    case "b":
      switch value {
      case .int, .uint: return try whole(value, radix: 2)
      case .bool(let flag): return flag ? "1" : "0"
      default: break
      }
    default: break
    }
    throw .invalid("`format`: `%\(name)` does not take a \(value.typeName)")
  }

  private static func whole(_ value: Value, radix: Int, uppercase: Bool = false) throws(EvaluationError) -> String {
    switch value {
    case .int(let x): String(x, radix: radix, uppercase: uppercase)
    case .uint(let x): String(x, radix: radix, uppercase: uppercase)
    default: throw .noSuchOverload("format", [value])
    }
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>, uppercase: Bool) -> String {
    let digits = Array((uppercase ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// `%s`: texts as they are, lists and maps with what is in them.
  private static func plainText(of value: Value) throws(EvaluationError) -> String {
    switch value {
    case .null: return "null"
    case .bool, .int, .uint, .decimal, .string, .timestamp, .type, .address: return value.messageText
    case .double(let number): return number.shortestText
    case .duration(let duration): return duration.celText
    case .bytes(let bytes): return replacingInvalid(bytes)
    case .list(let elements): return "[" + (try texts(of: elements)).joined(separator: ", ") + "]"
    case .map(let members):
      var entries: [(key: String, text: String)] = []
      for (key, member) in members {
        let key = try plainText(of: key)
        entries.append((key, "\(key): \(try plainText(of: member))"))
      }
      entries.sort { ($0.key.utf8.lexicographicallyPrecedes($1.key.utf8)) }
      return "{" + entries.map(\.text).joined(separator: ", ") + "}"
    case .optional: throw .invalid("`format`: `%s` does not take an optional")
    }
  }

  private static func texts(of elements: [Value]) throws(EvaluationError) -> [String] {
    var texts: [String] = []
    var bytes = 0
    for element in elements {
      let text = try plainText(of: element)
      bytes += text.utf8.count
      guard bytes <= largestText else { throw .overflow("a text") }
      texts.append(text)
    }
    return texts
  }

  /// The bytes as text; a run of what is no UTF-8 is one mark.
  private static func replacingInvalid(_ bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var out = String.UnicodeScalarView()
    var (decoder, rest, isBroken) = (UTF8(), bytes.makeIterator(), false)
    while true {
      switch decoder.decode(&rest) {
      case .scalarValue(let scalar):
        out.append(scalar)
        isBroken = false
      case .error:
        if !isBroken { out.append("\u{FFFD}") }
        isBroken = true
      case .emptyInput: return String(out)
      }
    }
  }
}

extension Value {
  fileprivate var asDouble: Double? {
    switch self {
    case .double(let x): x
    case .int(let x): Double(x)
    case .uint(let x): Double(x)
    case .decimal(let x): x.nearestDouble
    default: nil
    }
  }
}
