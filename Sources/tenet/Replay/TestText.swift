internal import EventModel
internal import RuleLanguage

/// How recorded events and records look in the text of a test (language.md 26).
enum TestText {
  // MARK: Instants

  /// `2026-01-05`
  static func day(_ time: EventTime) -> String { String(time.rfc3339.prefix(10)) }

  /// `10:00`, `10:00:30.5`, with the date before it where that is not the test's.
  static func instant(_ time: EventTime, on day: String) -> String {
    var clock = time.rfc3339.dropFirst(11).dropLast()
    if clock.count == 8, clock.hasSuffix(":00") { clock = clock.dropLast(3) }
    return (Self.day(time) == day ? "" : Self.day(time) + " ") + clock
  }

  // MARK: Events

  /// `orders.placed { order_id: "o-1", total: 20.00 }`: the fields at the paths, as far as they are there.
  static func event(_ event: RecordedEvent, paths: [FieldPath], in program: CheckedProgram) -> String {
    var members: [String] = []
    for path in paths {
      guard let member = member(path, of: event), !members.contains(member) else { continue }
      members.append(member)
    }
    return program.label(of: event.kind) + (members.isEmpty ? "" : " { \(members.joined(separator: ", ")) }")
  }

  /// Required fields that are missing are said to be, since a test fills them in.
  private static func member(_ path: FieldPath, of event: RecordedEvent) -> String? {
    var (type, json, name) = (FieldType.object(event.fields), event.value, "")
    for step in path.steps {
      guard case .object(let object) = type, let field = object[step] else { return nil }
      name += (name.isEmpty ? "" : ".") + Self.name(step)
      switch json[step] {
      case nil, .null?: return field.isRequired ? "\(name): null" : nil
      case let member?: (type, json) = (field.type, member)
      }
    }
    return literal(json, type).map { "\(name): \($0)" }
  }

  private static func name(_ field: String) -> String { FileSyntax.isFieldName(field) ? field : "`\(field)`" }

  // MARK: Values

  /// A value of a record as rules write it; nil: it is not as its type says.
  static func literal(_ json: JSONValue, _ type: FieldType) -> String? {
    switch (type, json) {
    case (.string, .string(let text)), (.date, .string(let text)): return quoted(text)
    case (.bool, .bool(let flag)): return flag ? "true" : "false"
    case (.integer, .number(let digits)): return ExactDecimal(digits: digits)?.normalized.description
    case (.number, .number(let digits)): return Double(digits).map(double)
    case (.decimal(_, false, _), .number(let digits)), (.decimal(_, false, _), .string(let digits)):
      return ExactDecimal(digits: digits)?.description
    case (.timestamp, .string(let text)): return EventTime(rfc3339: text).map { timestamp($0.rfc3339) }
    case (.list(let element), .array(let elements)):
      let parts = elements.map { literal($0, element) }
      return parts.contains(nil) ? nil : "[\(parts.compactMap(\.self).joined(separator: ", "))]"
    case (.object(let object), .object):
      return "{\(object.fields.compactMap { field in member(field, of: json) }.joined(separator: ", "))}"
    case (.map(let element), .object(let members)):
      let parts = members.map { key, value in literal(value, element).map { "\(quoted(key)): \($0)" } }
      return parts.contains(nil) ? nil : "{\(parts.compactMap(\.self).joined(separator: ", "))}"
    default: return nil
    }
  }

  private static func member(_ field: Field, of json: JSONValue) -> String? {
    switch json[field.name] {
    case nil, .null?: field.isRequired ? "\(quoted(field.name)): null" : nil
    case let value?: literal(value, field.type).map { "\(quoted(field.name)): \($0)" }
    }
  }

  /// A part of a published record, of a type; texts where the type says no more.
  static func literal(_ json: JSONValue, _ type: ValueType) -> String {
    switch (type, json) {
    case (.timestamp, .string(let text)): timestamp(text)
    case (.duration, .string(let text)), (.decimal, .string(let text)), (.int, .string(let text)): text
    case (.uint, .string(let digits)), (.uint, .number(let digits)): digits + "u"
    case (.double, .number(let digits)): Double(digits).map(double) ?? digits
    case (_, .string(let text)): quoted(text)
    default: json.compact
    }
  }

  private static func timestamp(_ text: String) -> String { "timestamp(\(quoted(text)))" }

  private static func double(_ number: Double) -> String {
    let text = number.shortestText
    return text.allSatisfy { $0.isNumber || $0 == "-" } ? text + ".0" : text
  }

  /// In quotes, on one line.
  static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case _
      where scalar.value < 0x20 || scalar.value == 0x7F || (0x80..<0xA0).contains(scalar.value) || scalar.value == 0x2028
        || scalar.value == 0x2029:
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
