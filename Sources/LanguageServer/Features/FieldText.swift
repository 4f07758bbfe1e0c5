import EventModel

extension FieldType {
  /// As an author knows it, with the format it has in the schema.
  var described: String {
    switch self {
    case .string(nil): "string"
    case .string(.some(let allowed)): allowed.isEmpty ? "string" : "string, one of " + allowed.map { "\"\($0)\"" }.joined(separator: ", ")
    case .bool: "bool"
    case .integer(let minimum, let maximum): "int" + Self.bounds(minimum.map { "\($0)" }, maximum.map { "\($0)" })
    case .number(let minimum, let maximum): "double" + Self.bounds(minimum.map { "\($0)" }, maximum.map { "\($0)" })
    case .decimal(_, let minorUnits, _): minorUnits ? "decimal, in minor units of its currency" : "decimal"
    case .timestamp: "timestamp"
    case .date: "string, a date"
    case .list(let element): "list(\(element.described))"
    case .object: "object"
    case .map(let value): "map(string, \(value.described))"
    case .unknown: "not readable by rules"
    }
  }

  private static func bounds(_ minimum: String?, _ maximum: String?) -> String {
    switch (minimum, maximum) {
    case (nil, nil): ""
    case (let low?, nil): ", at least \(low)"
    case (nil, let high?): ", at most \(high)"
    case (let low?, let high?): ", \(low) to \(high)"
    }
  }
}

extension Field {
  /// What the schema says beside the type, a line each.
  var remarks: [String] {
    var lines: [String] = []
    if case .decimal(_, _, let currency?) = type {
      switch currency {
      case .field(let name): lines.append("currency: in `\(name)`")
      case .constant(let code): lines.append("currency: \(code)")
      }
    }
    if isNullable || !isRequired { lines.append("optional: may be absent" + (isNullable ? ", or null" : "")) }
    if isPersonal { lines.append("personal: masked for readers without the role") }
    if let residency { lines.append("may not leave the zone `\(residency)`") }
    if case .object(let object) = type { lines.append("fields: " + object.fields.map { "`\($0.name)`" }.joined(separator: ", ")) }
    return lines
  }
}
