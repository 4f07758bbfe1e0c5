import EventModel
import RuleLanguage

/// The kinds of the program's streams, by the names that rules give them, with their fields.
struct StreamFields {
  /// By the stream's name: its kinds, by the names that rules have for them; `""` is the one of a stream without kinds.
  private(set) var kinds: [String: [KindSchema]] = [:]

  init(_ streams: [CheckedStream], declared: [StreamSyntax]) {
    var given: [String: [String: String]] = [:]
    for stream in declared {
      for case .kinds(let names) in stream.items.map(\.content) {
        for kind in names { given[stream.name.text, default: [:]][kind.value.value] = kind.name.text }
      }
    }
    for stream in streams {
      kinds[stream.name] = zip(stream.kinds, stream.schema.kinds).map { name, schema in
        KindSchema(name: given[stream.name]?[name] ?? name, fields: schema.fields, documentation: schema.documentation)
      }
    }
  }

  /// The events of some kinds together: the fields of all, those that one lacks being optional.
  func shape(of names: [String]) -> Shape? {
    var objects: [ObjectType] = []
    var streams: [String] = []
    for name in names {
      // The violations of a rule are a stream of its name.
      let isWhole = kinds[name] != nil
      let parts = isWhole ? [name] : name.split(separator: ".", maxSplits: 1).map(String.init)
      guard let first = parts.first, let known = kinds[first] else { continue }
      let meant = parts.count == 1 ? known : known.filter { $0.name == parts[1] }
      objects += meant.map(\.fields)
      if !streams.contains(first) { streams.append(first) }
    }
    guard let first = objects.first else { return nil }
    var fields = first.fields
    for field in objects.dropFirst().flatMap(\.fields) {
      guard let known = fields.firstIndex(where: { $0.name == field.name }) else {
        fields.append(field)
        continue
      }
      // The field that tells the kinds apart has one value in each.
      if case .string(.some(let values)) = fields[known].type, case .string(.some(let more)) = field.type {
        fields[known].type = .string(allowed: values + more.filter { !values.contains($0) })
      }
    }
    for (index, field) in fields.enumerated() where !objects.allSatisfy({ $0[field.name] != nil }) { fields[index].isRequired = false }
    return Shape(type: .object(ObjectType(fields: fields)), streams: streams)
  }

  /// `orders.placed`, and `orders` where there are no kinds to tell; the streams' own names besides.
  var patternNames: [(name: String, isStream: Bool)] {
    kinds.keys.sorted().flatMap { stream -> [(name: String, isStream: Bool)] in
      [(stream, true)] + (kinds[stream] ?? []).filter { !$0.name.isEmpty }.map { ("\(stream).\($0.name)", false) }
    }
  }
}
