package import EventModel

/// Reads lists, objects and maps into values, as their schema says.
package enum TreeReader {
  /// `text` is checked JSON.
  static func read(_ text: [UInt8], as type: FieldType) -> FieldValue {
    guard let json = try? JSONValue.parse(text) else { preconditionFailure("the bytes of a tree are part of a checked record") }
    guard let value = value(of: json, as: type, around: []) else { return .invalid }
    return .value(value)
  }

  /// A field of an object that was read as JSON, by its path.
  static func field(_ path: FieldPath, of object: JSONValue, as type: ObjectType) -> FieldValue {
    var (json, fieldType, around) = (object, FieldType.object(type), [JSONValue]())
    for name in path.steps {
      let (member, isRequired, isNullable): (FieldType, Bool, Bool)
      switch fieldType {
      case .object(let inner):
        guard let field = inner[name] else { return .absent }
        (member, isRequired, isNullable) = (field.type, field.isRequired, field.isNullable)
      case .map(let element): (member, isRequired, isNullable) = (element, false, false)
      default: return .absent
      }
      around.append(json)
      switch json[name] {
      case nil: return isRequired || json.members == nil ? .invalid : .absent
      case .null?: return isNullable ? .absent : .invalid
      case let value?: (json, fieldType) = (value, member)
      }
    }
    return value(of: json, as: fieldType, around: around).map { .value($0) } ?? .invalid
  }

  /// nil: it is not as the type says. `around`: the objects that hold it, from the outermost.
  package static func value(of json: JSONValue, as type: FieldType, around: [JSONValue]) -> Value? {
    switch (type, json) {
    case (.string, .string(let text)): return .string(text)
    case (.bool, .bool(let flag)): return .bool(flag)
    case (.integer(let minimum, let maximum), .number(let digits)):
      guard let integer = ExactDecimal(digits: digits)?.integer, integer >= minimum ?? .min, integer <= maximum ?? .max else { return nil }
      return .int(integer)
    case (.number(let minimum, let maximum), .number(let digits)):
      guard let number = Double(digits), number.isFinite, number >= minimum ?? -.infinity, number <= maximum ?? .infinity else {
        return nil
      }
      return .double(number)
    case (.decimal(let minimum, let isMinor, let origin), .number(let digits)),
      (.decimal(let minimum, let isMinor, let origin), .string(let digits)):
      guard let plain = ExactDecimal(digits: digits) else { return nil }
      var decimal = plain
      if isMinor {
        guard case .number = json, let integer = plain.integer, let scale = minorDigits(origin, around: around) else { return nil }
        decimal = ExactDecimal(coefficient: Int128(integer), scale: Int16(scale))
      }
      if let minimum, decimal < minimum { return nil }
      return .decimal(decimal)
    case (.timestamp, .string(let text)): return EventTime(rfc3339: text).map { .timestamp(Timestamp($0)) }
    case (.date, .string(let text)): return isDate(text) ? .string(text) : nil
    case (.list(let element), .array(let elements)): return list(elements, of: element, around: around)
    case (.object(let object), .object(let members)): return self.object(json, members.count, as: object, around: around)
    case (.map(let element), .object(let members)): return map(members, of: element, around: around)
    default: return nil
    }
  }

  private static func list(_ elements: [JSONValue], of type: FieldType, around: [JSONValue]) -> Value? {
    var values: [Value] = []
    for element in elements {
      guard let value = value(of: element, as: type, around: around) else { return nil }
      values.append(value)
    }
    return .list(values)
  }

  private static func object(_ json: JSONValue, _ count: Int, as type: ObjectType, around: [JSONValue]) -> Value? {
    var values: [Value: Value] = [:]
    for field in type.fields {
      if case .unknown = field.type { continue }
      switch json[field.name] {
      case nil: if field.isRequired { return nil }
      case .null?: if !field.isNullable { return nil }
      case let member?:
        guard let value = value(of: member, as: field.type, around: around + [json]) else { return nil }
        values[.string(field.name)] = value
      }
    }
    return .map(values)
  }

  private static func map(_ members: [(key: String, value: JSONValue)], of type: FieldType, around: [JSONValue]) -> Value? {
    var values: [Value: Value] = [:]
    for (key, member) in members {
      guard let value = value(of: member, as: type, around: around) else { return nil }
      values[.string(key)] = value
    }
    return .map(values)
  }

  /// Digits of the currency's minor unit.
  private static func minorDigits(_ origin: CurrencyOrigin?, around: [JSONValue]) -> Int? {
    switch origin {
    case nil: nil
    case .constant(let code): Currency.minorDigits(of: code)
    case .field(let name): around.reversed().compactMap { $0[name] }.first?.text.flatMap(Currency.minorDigits)
    }
  }

  /// Whether a text is a date of the calendar, as `2026-01-05`.
  private static func isDate(_ text: String) -> Bool { EventTime(rfc3339: text + "T00:00:00Z") != nil && text.utf8.count == 10 }
}

extension ExactDecimal {
  /// The number if it is whole and fits.
  var integer: Int64? {
    let plain = normalized
    return plain.scale == 0 ? Int64(exactly: plain.coefficient) : nil
  }
}
