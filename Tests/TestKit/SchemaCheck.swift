package import EventModel

/// Checks JSON against the part of JSON Schema that Tenet's own schemas and its OpenAPI document use. A keyword that it does not know is a
/// mistake of the schema: nothing passes unchecked.
package struct SchemaCheck {
  private let document: JSONValue

  /// - Parameter document: what `$ref` points into.
  package init(_ document: JSONValue) { self.document = document }

  /// Every way in which `value` is not as the schema wants it, by place.
  package func mistakes(_ value: JSONValue, by schema: JSONValue? = nil, at place: String = "") -> [String] {
    guard let keywords = (schema ?? document).members else { return ["\(place): the schema is no object"] }
    var mistakes: [String] = []
    for (keyword, argument) in keywords {
      mistakes += check(value, keyword, argument, schema ?? document, place)
    }
    return mistakes
  }

  private func check(_ value: JSONValue, _ keyword: String, _ argument: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
    switch keyword {
    case "$schema", "$id", "$defs", "title", "description", "format", "default": return []
    case "$ref":
      guard let target = argument.text.flatMap(resolve) else { return ["\(place): \(argument.compact) leads nowhere"] }
      return mistakes(value, by: target, at: place)
    case "type":
      let types = (argument.elements ?? [argument]).compactMap(\.text)
      return types.contains { isOfType(value, $0) } ? [] : ["\(place): \(value.compact) is no \(types.joined(separator: " or "))"]
    case "const": return value == argument ? [] : ["\(place): \(value.compact) is not \(argument.compact)"]
    case "enum": return (argument.elements ?? []).contains(value) ? [] : ["\(place): \(value.compact) is none of \(argument.compact)"]
    case "required":
      guard value.members != nil else { return [] }
      return (argument.elements ?? []).compactMap(\.text).filter { value[$0] == nil }.map { "\(place): `\($0)` is missing" }
    case "properties":
      return (value.members ?? []).flatMap { name, member in
        argument[name].map { mistakes(member, by: $0, at: "\(place)/\(name)") } ?? []
      }
    case "additionalProperties":
      let known = Set((schema["properties"]?.members ?? []).map(\.key))
      return (value.members ?? []).filter { !known.contains($0.key) }.flatMap { name, member in
        argument == .bool(false) ? ["\(place): `\(name)` is unknown"] : mistakes(member, by: argument, at: "\(place)/\(name)")
      }
    case "items":
      return (value.elements ?? []).enumerated().flatMap { mistakes($1, by: argument, at: "\(place)/\($0)") }
    case "oneOf":
      let fitting = (argument.elements ?? []).filter { mistakes(value, by: $0, at: place).isEmpty }.count
      return fitting == 1 ? [] : ["\(place): fits \(fitting) of the alternatives"]
    default: return checkText(value, keyword, argument, place)
    }
  }

  private func checkText(_ value: JSONValue, _ keyword: String, _ argument: JSONValue, _ place: String) -> [String] {
    switch keyword {
    case "minLength":
      guard let text = value.text else { return [] }
      return text.count >= number(argument) ?? 0 ? [] : ["\(place): the text is too short"]
    case "minimum", "maximum":
      guard let number = number(value), let bound = self.number(argument) else { return [] }
      return (keyword == "minimum" ? number >= bound : number <= bound) ? [] : ["\(place): \(number) is beyond \(keyword) \(bound)"]
    case "pattern":
      guard let text = value.text, let pattern = argument.text else { return [] }
      guard let expression = try? Regex(pattern) else { return ["\(place): `\(pattern)` is no pattern"] }
      return text.contains(expression) ? [] : ["\(place): `\(text)` is not like `\(pattern)`"]
    default: return ["\(place): the schema's keyword `\(keyword)` is unknown here"]
    }
  }

  private func number(_ value: JSONValue) -> Int? {
    guard case .number(let digits) = value else { return nil }
    return Int(digits)
  }

  private func isOfType(_ value: JSONValue, _ type: String) -> Bool {
    switch (value, type) {
    case (.null, "null"), (.bool, "boolean"), (.string, "string"), (.array, "array"), (.object, "object"), (.number, "number"): true
    case (.number(let digits), "integer"): Int64(digits) != nil
    default: false
    }
  }

  private func resolve(_ reference: String) -> JSONValue? {
    guard reference.hasPrefix("#/") else { return nil }
    return reference.dropFirst(2).split(separator: "/").reduce(document as JSONValue?) { $0?[String($1)] }
  }
}
