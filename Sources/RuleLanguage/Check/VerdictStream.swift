import Diagnostics
import EventModel

/// The violations of a rule as events for others (language.md 22.1): a stream of one kind, called by the rule's name.
extension CheckedStream {
  /// - Parameter name: the rule's, or that of one of a lifecycle's two.
  init(verdictsOf rule: CheckedRule, name: String, disorder: Duration = .zero) {
    var fields = rule.key.map { part in Field(name: part.name, type: FieldType(part.type), isRequired: true) }
    func add(_ name: String, _ type: FieldType, isRequired: Bool) {
      if !fields.contains(where: { $0.name == name }) { fields.append(Field(name: name, type: type, isRequired: isRequired)) }
    }
    add("at", .timestamp, isRequired: true)
    add("severity", .string(allowed: CheckedNotes.Severity.allCases.map(\.rawValue)), isRequired: true)
    add("exposure", .decimal(minimum: .zero, minorUnits: false, currency: .field("currency")), isRequired: false)
    add("currency", .string(allowed: nil), isRequired: false)
    if case .lifecycle = rule.form {
      add("from", .string(allowed: nil), isRequired: true)
      add("to", .string(allowed: nil), isRequired: name.hasSuffix(".illegal_transition"))
    }
    for detail in rule.notes.details {
      let isOptional = if case .optional = detail.value.type { true } else { false }
      add(detail.name, FieldType(detail.value.type), isRequired: !isOptional)
    }
    let kind = KindSchema(name: "", fields: ObjectType(fields: fields))
    self.init(
      name: name, topic: "", schema: EventSchema(file: "", kinds: [kind], canonical: []), kind: nil, kinds: [""], key: [],
      time: FieldPath(["at"]), id: FieldPath(["id"]), idSpan: nil, partitioner: nil, disorder: disorder, delay: .zero, skew: .zero,
      lateness: .zero, span: rule.span)
  }
}

extension FieldType {
  /// The type of a field that holds values of an expression's type.
  fileprivate init(_ type: ValueType) {
    switch type {
    case .bool: self = .bool
    case .int, .uint: self = .integer(minimum: nil, maximum: nil)
    case .double: self = .number(minimum: nil, maximum: nil)
    case .decimal: self = .decimal(minimum: nil, minorUnits: false, currency: nil)
    case .string: self = .string(allowed: nil)
    case .timestamp: self = .timestamp
    case .list(let element): self = .list(FieldType(element))
    case .map(_, let value): self = .map(FieldType(value))
    case .object(let object): self = .object(object)
    case .optional(let inner): self = FieldType(inner)
    default: self = .unknown
    }
  }
}
