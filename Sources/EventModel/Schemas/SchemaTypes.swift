internal import Diagnostics

extension SchemaReader {
  /// What the schemas say of one value.
  struct Description {
    var type: FieldType
    var isNullable = false
    var documentation: String?
    var isPersonal = false
    var residency: String?
  }

  /// The schemas that a conjunction has for a property.
  func properties(named name: String, of conjunction: Conjunction) -> [SchemaPlace] {
    conjunction.compactMap { $0.member("properties")?.member(name) }
  }

  /// The type of a value to which one of the alternatives applies. `enclosing` are the objects around it, the outermost first.
  mutating func type(of alternatives: [Conjunction], enclosing: [Conjunction]) -> Description {
    guard enter(alternatives.first?.first) else { return Description(type: .unknown) }
    defer { depth -= 1 }
    var result: Description?
    var isNullable = false
    for alternative in alternatives {
      let types = types(of: alternative)
      if types == ["null"] {
        isNullable = true
        continue
      }
      let one = description(of: alternative, types: types, enclosing: enclosing)
      guard var known = result else {
        result = one
        continue
      }
      known.type = known.type.union(one.type)
      known.isNullable = known.isNullable || one.isNullable
      known.isPersonal = known.isPersonal || one.isPersonal
      known.documentation = known.documentation ?? one.documentation
      known.residency = known.residency ?? one.residency
      result = known
    }
    var description = result ?? Description(type: .unknown)
    description.isNullable = description.isNullable || isNullable
    return description
  }

  private mutating func description(of alternative: Conjunction, types: Set<String>, enclosing: [Conjunction]) -> Description {
    var description = Description(type: plainType(of: alternative, types: types.subtracting(["null"]), enclosing: enclosing))
    let allowed = allowedValues(of: alternative)
    description.isNullable = types.contains("null") && (allowed?.contains(.null) ?? true)
    for place in alternative {
      if let text = place.value["description"]?.text, description.documentation == nil { description.documentation = text }
      switch place.value["x-personal"] {
      case .bool(let flag)?: description.isPersonal = description.isPersonal || flag
      case nil: break
      default: report(.schemaAnnotation, "`x-personal` is `true` or `false`", at: place, "x-personal")
      }
      switch place.value["x-residency"] {
      case .string(let zone)?: description.residency = description.residency ?? zone
      case nil: break
      default:
        report(.schemaAnnotation, "`x-residency` is the name of a zone", at: place, "x-residency", help: "as in `\"x-residency\": \"eu\"`")
      }
    }
    return description
  }

  /// The types of JSON that the schemas let a value have, told by `type`, else by `const`, `enum` and what else they say.
  private mutating func types(of alternative: Conjunction) -> Set<String> {
    var result: Set<String>?
    for place in alternative {
      guard let types = types(of: place) else { continue }
      result = result.map { $0.intersection(types) } ?? types
    }
    if let result { return result }
    if let allowed = allowedValues(of: alternative) { return Set(allowed.map(\.typeName)) }
    if alternative.contains(where: { $0.value["properties"] != nil || $0.value["additionalProperties"] != nil }) { return ["object"] }
    if alternative.contains(where: { $0.value["items"] != nil }) { return ["array"] }
    return []
  }

  private mutating func types(of place: SchemaPlace) -> Set<String>? {
    guard let value = place.value["type"] else { return nil }
    let names: [String?]
    switch value {
    case .string(let name): names = [name]
    case .array(let elements): names = elements.map(\.text)
    default: names = [nil]
    }
    for name in names where name.map({ !["null", "boolean", "integer", "number", "string", "array", "object"].contains($0) }) ?? true {
      report(
        .schemaKeyword, name.map { "`\($0)` is no type of JSON Schema" } ?? "`type` is a name, or a list of names", at: place, "type",
        help: "types are `string number integer boolean array object null`")
    }
    return Set(names.compactMap { $0 })
  }

  private func allowedValues(of alternative: Conjunction) -> [JSONValue]? {
    var result: [JSONValue]?
    for place in alternative {
      guard let values = place.value["const"].map({ [$0] }) ?? place.value["enum"]?.elements else { continue }
      result = result.map { known in known.filter { values.contains($0) } } ?? values
    }
    return result
  }

  private mutating func plainType(of alternative: Conjunction, types: Set<String>, enclosing: [Conjunction]) -> FieldType {
    for place in alternative { checkForms(of: place) }
    let format = alternative.lazy.compactMap { $0.value["format"]?.text }.first
    let minorUnits = alternative.first { $0.value["x-minor-units"] == .bool(true) }
    if format == "decimal" || minorUnits != nil {
      guard types.isSubset(of: ["number", "integer", "string"]) else {
        if let place = alternative.first {
          report(
            .schemaKeyword, "`\"format\": \"decimal\"` is for numbers and strings", at: place,
            help: "give it the type `number`, `string` or both")
        }
        return .unknown
      }
      return decimal(alternative, types: types, minorUnits: minorUnits, enclosing: enclosing)
    }
    switch types {
    case ["string"]:
      if format == "date-time" { return .timestamp }
      if format == "date" { return .date }
      return .string(allowed: allowedValues(of: alternative).map { $0.compactMap(\.text) })
    case ["boolean"]: return .bool
    case ["integer"]:
      return .integer(minimum: integerBound("minimum", alternative, up: true), maximum: integerBound("maximum", alternative, up: false))
    case ["number"], ["integer", "number"]:
      return .number(
        minimum: bound("minimum", alternative)?.nearestDouble, maximum: bound("maximum", alternative)?.nearestDouble)
    case ["array"]:
      let items = alternative.compactMap { $0.member("items") }
      return .list(items.isEmpty ? .unknown : type(of: alternatives(of: items), enclosing: enclosing).type)
    case ["object"]: return object(alternative, enclosing: enclosing)
    default: return .unknown
    }
  }

  private mutating func object(_ alternative: Conjunction, enclosing: [Conjunction]) -> FieldType {
    var properties: [(name: String, places: [SchemaPlace])] = []
    var numbers: [[UInt8]: Int] = [:]
    var required: Set<[UInt8]> = []
    for place in alternative {
      let holder = place.member("properties")
      for (name, value) in holder?.value.members ?? [] {
        let number = numbers[Array(name.utf8)] ?? properties.count
        if number == properties.count { properties.append((name, [])) }
        numbers[Array(name.utf8)] = number
        properties[number].places.append(
          SchemaPlace(file: place.file, pointer: (holder ?? place).pointer.appending(name), value: value, trail: place.trail))
      }
      required.formUnion(place.value["required"]?.elements?.compactMap { $0.text.map { Array($0.utf8) } } ?? [])
    }
    guard !properties.isEmpty else {
      let values = alternative.compactMap { $0.member("additionalProperties") }.filter {
        if case .object = $0.value { true } else { false }
      }
      return values.isEmpty ? .unknown : .map(type(of: alternatives(of: values), enclosing: enclosing).type)
    }
    let fields = properties.map { name, places -> Field in
      let value = type(of: alternatives(of: places), enclosing: enclosing + [alternative])
      return Field(
        name: name, type: value.type, isRequired: required.contains(Array(name.utf8)), isNullable: value.isNullable,
        documentation: value.documentation, isPersonal: value.isPersonal, residency: value.residency)
    }
    return .object(ObjectType(fields: fields))
  }

  private mutating func decimal(
    _ alternative: Conjunction, types: Set<String>, minorUnits: SchemaPlace?, enclosing: [Conjunction]
  ) -> FieldType {
    let currency = currency(of: alternative, enclosing: enclosing)
    if let place = minorUnits {
      if types != ["integer"] {
        report(
          .schemaAnnotation, "`x-minor-units` is for integers", at: place, "x-minor-units", key: true, help: "give it the type `integer`")
      } else if currency == nil {
        report(
          .schemaAnnotation, "an amount in minor units needs a currency", at: place, "x-minor-units", key: true,
          help: "name its field: `\"x-currency\": \"currency\"`")
      }
    }
    return .decimal(minimum: bound("minimum", alternative), minorUnits: minorUnits != nil, currency: currency)
  }

  private mutating func currency(of alternative: Conjunction, enclosing: [Conjunction]) -> CurrencyOrigin? {
    guard let place = alternative.first(where: { $0.value["x-currency"] != nil }) else { return nil }
    let name = place.value["x-currency"]?.text ?? ""
    for object in enclosing.reversed() {
      let nodes = properties(named: name, of: object)
      guard !nodes.isEmpty else { continue }
      if case .string = type(of: alternatives(of: nodes), enclosing: []).type { return .field(name) }
      report(.schemaAnnotation, "`\(name)` is no string, so it names no currency", at: place, "x-currency")
      return nil
    }
    if name.utf8.count == 3, name.utf8.allSatisfy({ 0x41...0x5A ~= $0 }) { return .constant(name) }
    report(
      .schemaAnnotation, "`\(name)` is neither a field nor a currency", at: place, "x-currency",
      help: "`x-currency` names a string field of the same object or of one around it, or a currency: `\"EUR\"`")
    return nil
  }

  private func bound(_ keyword: String, _ alternative: Conjunction) -> ExactDecimal? {
    let bounds = alternative.compactMap { place -> ExactDecimal? in
      guard case .number(let digits)? = place.value[keyword] else { return nil }
      return ExactDecimal(digits: digits)
    }
    return keyword == "minimum" ? bounds.max() : bounds.min()
  }

  /// The bound as the nearest integer inside it; nil when there is none, or none that an integer could reach.
  private func integerBound(_ keyword: String, _ alternative: Conjunction, up: Bool) -> Int64? {
    guard let bound = bound(keyword, alternative) else { return nil }
    let (whole, rest) = bound.coefficient.quotientAndRemainder(dividingBy: Int128(ExactDecimal.powerOfTen(Int(bound.scale))))
    return Int64(exactly: up && rest > 0 ? whole + 1 : !up && rest < 0 ? whole - 1 : whole)
  }

  /// Keywords that say something to Tenet have the form that JSON Schema gives them.
  private mutating func checkForms(of place: SchemaPlace) {
    func expect(_ keyword: String, _ form: String, _ isRight: (JSONValue) -> Bool) {
      if let value = place.value[keyword], !isRight(value) { report(.schemaKeyword, "`\(keyword)` is \(form)", at: place, keyword) }
    }
    expect("properties", "an object of schemas") { $0.members != nil }
    expect("required", "a list of names") { $0.elements?.allSatisfy { $0.text != nil } ?? false }
    expect("enum", "a list of values") { $0.elements.map { !$0.isEmpty } ?? false }
    expect("format", "a string") { $0.text != nil }
    expect("description", "a string") { $0.text != nil }
    for keyword in ["minimum", "maximum"] {
      expect(keyword, "a number") { if case .number = $0 { true } else { false } }
    }
    expect("x-currency", "a string") { $0.text != nil }
    expect("x-minor-units", "`true` or `false`") { if case .bool = $0 { true } else { false } }
  }
}

extension JSONValue {
  /// The value's type as JSON Schema names it.
  fileprivate var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .number(let digits): digits.utf8.contains { $0 == 0x2E || $0 | 0x20 == 0x65 } ? "number" : "integer"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}
