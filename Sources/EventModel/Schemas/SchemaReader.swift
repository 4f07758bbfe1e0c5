package import Diagnostics

extension EventSchema {
  /// Reads a JSON Schema (2020-12) as far as rules use it (language.md 2.1–2.5).
  ///
  /// - Parameters:
  ///   - file: the schema's name, which `load` takes; `$ref` to other files is relative to it.
  ///   - kindField: the field whose `const` or `enum` tells the kinds apart; nil: there is one kind, `""`.
  ///   - span: where the stream names the file; a file that is not there is reported at it.
  ///   - load: the bytes of a file, nil when there is none.
  /// - Returns: the schema, nil when it has errors; and all mistakes, with spans in the schema files.
  package static func read(
    file: String, kindField: FieldPath?, namedAt span: SourceSpan, load: (String) -> [UInt8]?
  ) -> (schema: EventSchema?, diagnostics: [Diagnostic]) {
    withoutActuallyEscaping(load) { load in
      var reader = SchemaReader(load: load)
      let schema = reader.read(file: file, kindField: kindField, namedAt: span)
      let diagnostics = reader.mistakes.diagnostics
      return (diagnostics.contains { $0.severity == .error } ? nil : schema, diagnostics)
    }
  }
}

/// One schema at its place in a file.
struct SchemaPlace {
  var file: String
  var pointer: JSONPointer
  var value: JSONValue
  /// The targets of the references that led here: to come to one again is a cycle.
  var trail: [String] = []

  func member(_ name: String) -> SchemaPlace? {
    value[name].map { SchemaPlace(file: file, pointer: pointer.appending(name), value: $0, trail: trail) }
  }

  func element(_ name: String, _ index: Int, _ value: JSONValue) -> SchemaPlace {
    SchemaPlace(file: file, pointer: pointer.appending(name).appending(index), value: value, trail: trail)
  }
}

/// Schemas that all apply to one value: none of them has `$ref`, `allOf`, `oneOf` or `anyOf` left.
typealias Conjunction = [SchemaPlace]

struct SchemaReader {
  let load: (String) -> [UInt8]?
  var files: [String: (bytes: [UInt8], value: JSONValue)] = [:]
  var mistakes = SchemaMistakes()
  /// How deep the part that is read lies, references followed; and how many parts were read.
  var depth = 0
  private var parts = 0
  private(set) var isTooLarge = false

  init(load: @escaping (String) -> [UInt8]?) { self.load = load }

  /// Begins with a part; the caller takes `depth` back. False, and reported once: the schema is too deep or too large with its references
  /// followed, and the rest of it is not read.
  mutating func enter(_ place: SchemaPlace?) -> Bool {
    parts += 1
    guard depth < 100, parts <= 100_000 else {
      if let place, !isTooLarge {
        report(
          .schemaNotSupported, "the schema is too large with its references followed: more than 100 deep, or of 100,000 parts", at: place,
          help: "leave what rules do not read without `properties`")
        isTooLarge = true
      }
      return false
    }
    depth += 1
    return true
  }

  mutating func read(file: String, kindField: FieldPath?, namedAt span: SourceSpan) -> EventSchema? {
    guard let root = open(file) else {
      if files[file] == nil, mistakes.diagnostics.isEmpty {
        mistakes.report(
          Diagnostic(
            .schemaNotFound, .error, "there is no schema file `\(file)`", at: span, help: "files are looked for in the folder of schemas"))
      }
      return nil
    }
    let alternatives = alternatives(of: [SchemaPlace(file: file, pointer: JSONPointer(), value: root)])
    var kinds: [KindSchema] = []
    for alternative in alternatives {
      let value = type(of: [alternative], enclosing: [])
      guard case .object(let fields) = value.type else {
        if let place = alternative.first {
          report(
            .schemaNoObject, "an event is an object, and this describes none", at: place,
            help: "give it `\"type\": \"object\"` and `properties`")
        }
        continue
      }
      let names = kindNames(of: alternative, field: kindField)
      // What the root says is of all of them.
      let own = alternatives.count == 1 ? alternative : alternative.filter { $0.file != file || $0.pointer != JSONPointer() }
      let documentation = names.count == 1 ? own.lazy.compactMap { $0.value["description"]?.text }.first : nil
      for name in names {
        let narrowed = kindField.map { fields.narrowed(at: $0.steps[...], to: name) } ?? fields
        if let index = kinds.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
          kinds[index].fields = kinds[index].fields.union(narrowed)
        } else {
          kinds.append(KindSchema(name: name, fields: narrowed, documentation: documentation))
        }
      }
    }
    return EventSchema(file: file, kinds: kinds, canonical: canonicalBytes)
  }

  /// The values of the kind field that an alternative allows.
  private mutating func kindNames(of alternative: Conjunction, field: FieldPath?) -> [String] {
    guard let field else { return [""] }
    var (nodes, enclosing) = ([alternative], [Conjunction]())
    for step in field.steps {
      enclosing += nodes
      nodes = nodes.flatMap { alternatives(of: properties(named: step, of: $0)) }
    }
    guard !nodes.isEmpty, nodes.contains(where: { !$0.isEmpty }) else {
      if let place = alternative.first {
        report(
          .schemaKind, "the kind field `\(field)` is not described here", at: place,
          help: "every alternative says its kind: `\"\(field.steps.last ?? "")\": {\"const\": \"…\"}`")
      }
      return []
    }
    guard case .string(let allowed?) = type(of: nodes, enclosing: enclosing).type, !allowed.isEmpty else {
      if let place = nodes.first?.first {
        report(
          .schemaKind, "the kind field `\(field)` does not list its values", at: place,
          help: "kinds are strings, in `const` or `enum`")
      }
      return []
    }
    return allowed
  }

  /// All files that were read, by name, members sorted.
  private var canonicalBytes: [UInt8] {
    var writer = JSONWriter()
    writer.write(JSONValue.object(files.map { (key: $0.key, value: $0.value.value) }).canonical)
    return writer.bytes
  }
}

extension ObjectType {
  /// The field at the path allows one text only.
  func narrowed(at path: ArraySlice<String>, to text: String) -> ObjectType {
    var result = self
    guard let index = fields.firstIndex(where: { $0.name.utf8.elementsEqual((path.first ?? "").utf8) }) else { return self }
    switch fields[index].type {
    case .string: result.fields[index].type = .string(allowed: [text])
    case .object(let inner): result.fields[index].type = .object(inner.narrowed(at: path.dropFirst(), to: text))
    default: break
    }
    return result
  }

  /// What an object has that is of this type or of the other: fields that only one has are optional, and of fields with different
  /// types nothing is known.
  package func union(_ other: ObjectType) -> ObjectType {
    var result = fields.map { field -> Field in
      guard let twin = other[field.name] else {
        var optional = field
        optional.isRequired = false
        return optional
      }
      var both = field
      both.type = field.type.union(twin.type)
      both.isRequired = field.isRequired && twin.isRequired
      both.isNullable = field.isNullable || twin.isNullable
      both.isPersonal = field.isPersonal || twin.isPersonal
      both.residency = field.residency ?? twin.residency
      return both
    }
    for var field in other.fields where self[field.name] == nil {
      field.isRequired = false
      result.append(field)
    }
    return ObjectType(fields: result)
  }
}

extension FieldType {
  /// The type of a value that is of this type or of the other; `.unknown` when no one type holds both.
  package func union(_ other: FieldType) -> FieldType {
    switch (self, other) {
    case (.string(let a?), .string(let b?)):
      return .string(allowed: a + b.filter { text in !a.contains { $0.utf8.elementsEqual(text.utf8) } })
    case (.string, .string): return .string(allowed: nil)
    case (.integer(let a, let b), .integer(let c, let d)): return .integer(minimum: lesser(a, c), maximum: greater(b, d))
    case (.number(let a, let b), .number(let c, let d)): return .number(minimum: lesser(a, c), maximum: greater(b, d))
    case (.decimal(let a, let minorUnits, let currency), .decimal(let b, let minorUnits2, let currency2))
    where minorUnits == minorUnits2 && currency == currency2:
      return .decimal(minimum: lesser(a, b), minorUnits: minorUnits, currency: currency)
    case (.object(let a), .object(let b)): return .object(a.union(b))
    case (.list(let a), .list(let b)): return .list(a.union(b))
    case (.map(let a), .map(let b)): return .map(a.union(b))
    default: return self == other ? self : .unknown
    }
  }
}

/// The looser of two lower bounds: none if one is missing.
private func lesser<T: Comparable>(_ a: T?, _ b: T?) -> T? {
  guard let a, let b else { return nil }
  return min(a, b)
}

private func greater<T: Comparable>(_ a: T?, _ b: T?) -> T? {
  guard let a, let b else { return nil }
  return max(a, b)
}
