internal import EventModel

extension FunctionTable {
  static let texts: [FunctionEntry] = [
    test("contains") { text, part in part.isEmpty || TextSearch(Array(part.utf8)).first(in: text.utf8) != nil },
    test("startsWith") { text, part in text.utf8.starts(with: part.utf8) },
    test("endsWith") { text, part in text.utf8.reversed().starts(with: part.utf8.reversed()) },
    FunctionEntry("matches", .binary(matches), .method(.string, .string, gives: .bool), .function(.string, .string, gives: .bool)),
    FunctionEntry("charAt", .binary(charAt), .method(.string, .int, gives: .string)),
    FunctionEntry("indexOf", .variadic(indexOf), .method(.string, .string, gives: .int), .method(.string, .string, .int, gives: .int)),
    FunctionEntry(
      "lastIndexOf", .variadic(lastIndexOf), .method(.string, .string, gives: .int), .method(.string, .string, .int, gives: .int)),
    FunctionEntry("join", .variadic(join), .method(.list(.string), gives: .string), .method(.list(.string), .string, gives: .string)),
    FunctionEntry(
      "split", .variadic(split), .method(.string, .string, gives: .list(.string)), .method(.string, .string, .int, gives: .list(.string))),
    FunctionEntry("substring", .variadic(substring), .method(.string, .int, gives: .string), .method(.string, .int, .int, gives: .string)),
    FunctionEntry(
      "replace", .variadic(replace), .method(.string, .string, .string, gives: .string),
      .method(.string, .string, .string, .int, gives: .string)),
    change("lowerAscii") { String(decoding: $0.utf8.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }, as: UTF8.self) },
    change("upperAscii") { String(decoding: $0.utf8.map { 0x61...0x7A ~= $0 ? $0 & 0xDF : $0 }, as: UTF8.self) },
    FunctionEntry("strings.quote", .unary(quote), .function(.string, gives: .string)),
    FunctionEntry("format", .binary(format), .method(.string, .list(.dyn), gives: .string)),
    change("trim") { text in
      let scalars = text.unicodeScalars
      let start = scalars.firstIndex { !$0.properties.isWhitespace } ?? scalars.endIndex
      let end = scalars.lastIndex { !$0.properties.isWhitespace }.map { scalars.index(after: $0) } ?? start
      return String(scalars[start..<end])
    },
  ]

  private static func test(_ name: String, _ holds: @escaping @Sendable (String, String) -> Bool) -> FunctionEntry {
    FunctionEntry(
      name,
      .binary { (a, b) throws(EvaluationError) in
        guard case (.string(let text), .string(let part)) = (a, b) else { throw .noSuchOverload(name, [a, b]) }
        return .bool(holds(text, part))
      }, .method(.string, .string, gives: .bool))
  }

  private static func change(_ name: String, _ result: @escaping @Sendable (String) -> String) -> FunctionEntry {
    FunctionEntry(
      name,
      .unary { (a) throws(EvaluationError) in
        guard case .string(let text) = a else { throw .noSuchOverload(name, [a]) }
        return .string(result(text))
      }, .method(.string, gives: .string))
  }

  private static func matches(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
    guard case (.string(let text), .string(let pattern)) = (a, b) else { throw .noSuchOverload("matches", [a, b]) }
    return .bool(try RegularExpression(pattern).matches(text))
  }

  /// `matches` with a pattern that is known: compiled once. The second argument is not looked at.
  static func matches(_ expression: RegularExpression) -> Function {
    Function(
      "matches",
      .binary { (a, b) throws(EvaluationError) in
        guard case .string(let text) = a else { throw .noSuchOverload("matches", [a, b]) }
        return .bool(expression.matches(text))
      })
  }

  private static func charAt(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
    guard case (.string(let text), .int(let index)) = (a, b) else { throw .noSuchOverload("charAt", [a, b]) }
    let scalars = Array(text.unicodeScalars)
    guard 0...Int64(scalars.count) ~= index else { throw outOfRange(index, scalars.count) }
    return .string(index == scalars.count ? "" : String(scalars[Int(index)]))
  }

  private static func indexOf(_ arguments: [Value]) throws(EvaluationError) -> Value {
    let (text, part, start) = try searched("indexOf", arguments)
    guard !part.isEmpty else { return .int(Int64(start ?? 0)) }
    return .int(TextSearch(part).first(in: text, from: start ?? 0).map(Int64.init) ?? -1)
  }

  private static func lastIndexOf(_ arguments: [Value]) throws(EvaluationError) -> Value {
    let (text, part, start) = try searched("lastIndexOf", arguments)
    guard !part.isEmpty else { return .int(Int64(start ?? text.count)) }
    // The first one from behind, in what ends where the last that may be found does.
    let end = min((start ?? text.count) + part.count, text.count)
    let behind = TextSearch(part.reversed()).first(in: text[..<end].reversed())
    return .int(behind.map { Int64(end - $0 - part.count) } ?? -1)
  }

  /// The text, what is looked for, and from where.
  private static func searched(_ name: String, _ arguments: [Value]) throws(EvaluationError) -> ([Unicode.Scalar], [Unicode.Scalar], Int?) {
    guard arguments.count >= 2, case (.string(let text), .string(let part)) = (arguments[0], arguments[1]) else {
      throw .noSuchOverload(name, arguments)
    }
    let scalars = Array(text.unicodeScalars)
    guard arguments.count == 3 else { return (scalars, Array(part.unicodeScalars), nil) }
    guard case .int(let start) = arguments[2] else { throw .noSuchOverload(name, arguments) }
    guard 0...Int64(scalars.count) ~= start else { throw outOfRange(start, scalars.count) }
    return (scalars, Array(part.unicodeScalars), Int(start))
  }

  private static func join(_ arguments: [Value]) throws(EvaluationError) -> Value {
    guard case .list(let elements)? = arguments.first else { throw .noSuchOverload("join", arguments) }
    var separator = ""
    if arguments.count == 2 {
      guard case .string(let text) = arguments[1] else { throw .noSuchOverload("join", arguments) }
      separator = text
    }
    var out = ""
    for (index, element) in elements.enumerated() {
      guard case .string(let text) = element else { throw .noSuchOverload("join", arguments) }
      if index > 0 { out += separator }
      out += text
      guard out.utf8.count <= largestText else { throw .overflow("a text") }
    }
    return .string(out)
  }

  private static func split(_ arguments: [Value]) throws(EvaluationError) -> Value {
    guard arguments.count >= 2, case (.string(let text), .string(let separator)) = (arguments[0], arguments[1]) else {
      throw .noSuchOverload("split", arguments)
    }
    var limit = Int.max
    if arguments.count == 3 {
      guard case .int(let most) = arguments[2] else { throw .noSuchOverload("split", arguments) }
      limit = most < 0 ? .max : Int(most)
    }
    if limit == 0 { return .list([]) }
    let parts = Array(text.unicodeScalars).split(at: Array(separator.unicodeScalars), atMost: limit)
    return .list(parts.map { .string(String(String.UnicodeScalarView($0))) })
  }

  private static func substring(_ arguments: [Value]) throws(EvaluationError) -> Value {
    guard arguments.count >= 2, case (.string(let text), .int(let start)) = (arguments[0], arguments[1]) else {
      throw .noSuchOverload("substring", arguments)
    }
    let scalars = Array(text.unicodeScalars)
    var end = Int64(scalars.count)
    if arguments.count == 3 {
      guard case .int(let given) = arguments[2] else { throw .noSuchOverload("substring", arguments) }
      end = given
    }
    guard 0...Int64(scalars.count) ~= start else { throw outOfRange(start, scalars.count) }
    guard start...Int64(scalars.count) ~= end else { throw outOfRange(end, scalars.count) }
    return .string(String(String.UnicodeScalarView(scalars[Int(start)..<Int(end)])))
  }

  private static func replace(_ arguments: [Value]) throws(EvaluationError) -> Value {
    guard arguments.count >= 3, case (.string(let text), .string(let old), .string(let new)) = (arguments[0], arguments[1], arguments[2])
    else {
      throw .noSuchOverload("replace", arguments)
    }
    var limit = Int.max
    if arguments.count == 4 {
      guard case .int(let most) = arguments[3] else { throw .noSuchOverload("replace", arguments) }
      limit = most < 0 ? .max : Int(most)
    }
    guard !old.isEmpty else {
      guard (min(text.utf8.count, limit) + 1) * new.utf8.count <= largestText else { throw .overflow("a text") }
      return .string(interspersed(text, new, atMost: limit))
    }
    let parts = Array(text.unicodeScalars).split(at: Array(old.unicodeScalars), atMost: limit == .max ? .max : limit + 1)
    guard text.utf8.count + parts.count * new.utf8.count <= largestText else { throw .overflow("a text") }
    return .string(parts.map { String(String.UnicodeScalarView($0)) }.joined(separator: new))
  }

  /// An empty text stands before each letter, and at the end.
  private static func interspersed(_ text: String, _ new: String, atMost limit: Int) -> String {
    var (out, left) = ("", limit)
    for scalar in text.unicodeScalars {
      if left > 0 { (out, left) = (out + new, left - 1) }
      out.unicodeScalars.append(scalar)
    }
    return left > 0 ? out + new : out
  }

  private static func outOfRange(_ index: Int64, _ count: Int) -> EvaluationError {
    EvaluationError(.indexOutOfRange, "index \(index) is out of the range of a text of \(count)")
  }
}

extension [Unicode.Scalar] {
  /// The pieces between separators, at most so many; an empty separator parts every letter.
  fileprivate func split(at separator: [Unicode.Scalar], atMost limit: Int) -> [ArraySlice<Unicode.Scalar>] {
    var (parts, start) = ([ArraySlice<Unicode.Scalar>](), 0)
    if separator.isEmpty {
      while start < count, parts.count + 1 < limit {
        parts.append(self[start..<start + 1])
        start += 1
      }
      if start < count { parts.append(self[start...]) }
      return parts
    }
    let search = TextSearch(separator)
    while parts.count + 1 < limit, let place = search.first(in: self, from: start) {
      parts.append(self[start..<place])
      start = place + separator.count
    }
    parts.append(self[start...])
    return parts
  }
}
