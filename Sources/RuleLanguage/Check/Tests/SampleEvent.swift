import EventModel

/// Events as their schema wants them: what a test does not give has a fixed value where it is required (language.md 26.3).
struct SampleEvent {
  /// What times are, where none is given.
  let time: EventTime

  /// An object with its required fields.
  func object(_ type: ObjectType) -> JSONValue {
    let currencies = Set(type.fields.compactMap { $0.type.currencyField } + ["currency"])
    return .object(
      type.fields.filter(\.isRequired).compactMap { field in
        value(field, isCurrency: currencies.contains(field.name)).map { (field.name, $0) }
      })
  }

  private func value(_ field: Field, isCurrency: Bool) -> JSONValue? {
    switch field.type {
    case .string(let allowed):
      if isCurrency, allowed?.contains("EUR") ?? true { return .string("EUR") }
      return .string(allowed?.first ?? field.name)
    case .bool: return .bool(false)
    case .integer(let minimum, let maximum): return .number(String(min(max(0, minimum ?? 0), maximum ?? .max)))
    case .number(let minimum, let maximum): return .number(min(max(0, minimum ?? 0), maximum ?? .infinity).shortestText)
    case .decimal(let minimum, _, _): return .number(minimum.map { $0 > .zero ? $0.description : "0" } ?? "0")
    case .timestamp: return .string(time.rfc3339)
    case .date: return .string(String(time.rfc3339.prefix(10)))
    case .list: return .array([])
    case .object(let object): return self.object(object)
    case .map: return .object([])
    case .unknown: return nil
    }
  }

  /// Sets a field, or takes it away. Objects on the way to a value that are absent come with their required fields.
  func set(_ event: inout JSONValue, _ path: ArraySlice<String>, _ type: ObjectType, to value: JSONValue?) {
    guard let name = path.first, case .object(var members) = event else { return }
    let index = members.firstIndex { $0.key.utf8.elementsEqual(name.utf8) }
    var new = value
    if index == nil, value == nil { return }
    if path.count > 1, case .object(let inner)? = type[name]?.type {
      var object = index.map { members[$0].value } ?? self.object(inner)
      if object.members == nil { object = self.object(inner) }
      set(&object, path.dropFirst(), inner, to: value)
      new = object
    }
    switch (index, new) {
    case (let index?, let new?): members[index].value = new
    case (let index?, nil): members.remove(at: index)
    case (nil, let new?): members.append((name, new))
    case (nil, nil): break
    }
    event = .object(members)
  }
}

extension FieldType {
  fileprivate var currencyField: String? {
    if case .decimal(_, _, .field(let name)?) = self { name } else { nil }
  }

  /// It holds amounts in minor units of a currency.
  var hasMinorUnits: Bool {
    switch self {
    case .decimal(_, let minorUnits, _): minorUnits
    case .list(let element), .map(let element): element.hasMinorUnits
    case .object(let object): object.fields.contains { $0.type.hasMinorUnits }
    default: false
    }
  }
}
