/// The path of a field from the event's top: `["ship_to", "country"]`.
package struct FieldPath: Hashable, Sendable, CustomStringConvertible {
  package var steps: [String]
  package init(_ steps: [String]) { self.steps = steps }
  package var description: String { steps.joined(separator: ".") }
}

/// What a JSON Schema says of the events of one stream, as far as rules use it.
package struct EventSchema: Sendable {
  /// The schema file, as the stream names it.
  package var file: String
  /// The kinds of event, in the order of the schema, each with its fields; a stream without `kind` has the one kind `""`.
  package var kinds: [KindSchema]
  /// SHA-256-ready bytes: the schema and all that it refers to, in canonical JSON; part of the rules' fingerprint.
  package var canonical: [UInt8]

  package init(file: String, kinds: [KindSchema], canonical: [UInt8]) {
    self.file = file
    self.kinds = kinds
    self.canonical = canonical
  }
}

/// One kind of event: the value of the kind field that tells it, and its fields.
package struct KindSchema: Sendable {
  package var name: String
  package var fields: ObjectType
  /// The `description` of what the schema says of this kind alone.
  package var documentation: String?
  package init(name: String, fields: ObjectType, documentation: String? = nil) {
    self.name = name
    self.fields = fields
    self.documentation = documentation
  }
}

/// The fields of an object, in the order of the schema.
package struct ObjectType: Hashable, Sendable {
  package var fields: [Field]
  package init(fields: [Field]) { self.fields = fields }

  /// The field of that name.
  package subscript(name: String) -> Field? { fields.first { $0.name == name } }
}

/// One field as its schema describes it.
package struct Field: Hashable, Sendable {
  package var name: String
  package var type: FieldType
  package var isRequired: Bool
  /// The schema lets it be null; a null counts as absent.
  package var isNullable: Bool
  package var documentation: String?
  /// `x-personal`: masked for readers without the role.
  package var isPersonal: Bool
  /// `x-residency`: the zone that the value may not leave.
  package var residency: String?

  package init(
    name: String, type: FieldType, isRequired: Bool, isNullable: Bool = false, documentation: String? = nil, isPersonal: Bool = false,
    residency: String? = nil
  ) {
    self.name = name
    self.type = type
    self.isRequired = isRequired
    self.isNullable = isNullable
    self.documentation = documentation
    self.isPersonal = isPersonal
    self.residency = residency
  }
}

/// The type of a field (language.md 2.2).
package indirect enum FieldType: Hashable, Sendable {
  /// Text; the values that the schema lists, if it lists them.
  case string(allowed: [String]?)
  case bool
  /// A whole number, and the bounds the schema sets, both included.
  case integer(minimum: Int64?, maximum: Int64?)
  case number(minimum: Double?, maximum: Double?)
  /// An exact decimal, read by its digits. `minorUnits`: an integer of the currency's minor unit (2.3).
  case decimal(minimum: ExactDecimal?, minorUnits: Bool, currency: CurrencyOrigin?)
  case timestamp
  case date
  case list(FieldType)
  case object(ObjectType)
  case map(FieldType)
  /// The schema says nothing that Tenet uses: not readable by rules.
  case unknown
}

/// Where an amount's currency stands (`x-currency`).
package enum CurrencyOrigin: Hashable, Sendable {
  /// In the field of this name: of the same object, else of those around it.
  case field(String)
  /// Always this one: `"EUR"`.
  case constant(String)
}
