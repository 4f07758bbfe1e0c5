import Diagnostics
import EventModel

/// Checks a stream: what it must have, what stands once, and that its fields are in its schema (language.md 2.1).
struct StreamChecker {
  private let syntax: StreamSyntax
  private let owner: String
  private var items: [String: StreamSyntax.Item] = [:]
  private(set) var diagnostics: [Diagnostic] = []

  init(_ syntax: StreamSyntax) {
    self.syntax = syntax
    owner = "stream `\(syntax.name.text)`"
    for item in syntax.items {
      if let first = items[item.keyword.text] {
        diagnostics.append(.standsTwice(item.keyword, first: first.keyword))
      } else {
        items[item.keyword.text] = item
      }
    }
  }

  /// The stream, or nil with at least one diagnostic.
  mutating func check(schemas load: (String) -> [UInt8]?) -> CheckedStream? {
    for required in ["topic", "schema", "time"] where items[required] == nil {
      diagnostics.append(.missingClause(required, of: owner, at: syntax.name.span))
    }
    guard case .topic(let topic)? = items["topic"]?.content, case .schema(let file)? = items["schema"]?.content,
      case .time(let time)? = items["time"]?.content
    else { return nil }
    let kindField: PathSyntax? = if case .kind(let path)? = items["kind"]?.content { path } else { nil }
    let (schema, mistakes) = EventSchema.read(
      file: file.value, kindField: kindField?.fieldPath, namedAt: file.span, load: load)
    diagnostics += mistakes
    let disorder = duration("disorder") ?? .seconds(30)
    checkDelay(disorder: disorder)
    guard let schema else { return nil }
    let known = diagnostics.count
    checkTime(time, in: schema)
    let id = checkID(in: schema)
    let stream = CheckedStream(
      name: syntax.name.text, topic: topic.value, schema: schema, kind: kindField?.fieldPath, kinds: schema.kinds.map(\.name),
      key: checkKey(in: schema), time: time.fieldPath, id: id?.path, idSpan: id?.span, partitioner: partitioner, disorder: disorder,
      delay: duration("delay") ?? disorder, skew: duration("skew") ?? .zero, lateness: duration("lateness") ?? disorder,
      span: syntax.name.span)
    return diagnostics[known...].contains { $0.severity == .error } ? nil : stream
  }

  /// The names by which rules know the kinds, and where each stands in the schema's order. A kind has the name that `kinds` gives it, else
  /// its value.
  mutating func kindNames(of stream: CheckedStream) -> [String: Int] {
    var names: [String: Int] = [:]
    for (index, value) in stream.kinds.enumerated() { names[value] = index }
    guard case .kinds(let given)? = items["kinds"]?.content else { return names }
    if let item = items["kinds"], stream.kind == nil {
      diagnostics.append(.kindsWithoutKind(item.keyword, of: owner))
      return names
    }
    for kind in given {
      guard let index = stream.kinds.firstIndex(of: kind.value.value) else {
        diagnostics.append(.unknownKindValue(kind.value, known: stream.kinds, of: owner))
        continue
      }
      if stream.kinds[index] != kind.name.text { names[stream.kinds[index]] = nil }
      names[kind.name.text] = index
    }
    return names
  }

  private func duration(_ keyword: String) -> Duration? {
    switch items[keyword]?.content {
    case .disorder(let duration), .delay(let duration), .skew(let duration), .lateness(let duration): duration.value
    default: nil
    }
  }

  private var partitioner: CheckedStream.Partitioner? {
    if case .partitioner(let word)? = items["partitioner"]?.content { CheckedStream.Partitioner(rawValue: word.text) } else { nil }
  }

  private mutating func checkDelay(disorder: Duration) {
    guard let item = items["delay"], case .delay(let delay) = item.content, delay.value < disorder else { return }
    diagnostics.append(.delayBelowDisorder(delay.span, disorder: items["disorder"]?.span))
  }

  private mutating func checkTime(_ path: PathSyntax, in schema: EventSchema) {
    guard let field = field(path, in: schema, as: "time") else { return }
    if field.type != .timestamp { diagnostics.append(.badStreamField(path, "time", is: field.type, wanted: "a `date-time`")) }
  }

  private mutating func checkID(in schema: EventSchema) -> (path: FieldPath, span: Duration)? {
    guard case .id(let path, let span)? = items["id"]?.content else { return nil }
    if let field = field(path, in: schema, as: "id") {
      switch field.type {
      case .string, .integer: break
      default: diagnostics.append(.badStreamField(path, "id", is: field.type, wanted: "a string or an integer"))
      }
    }
    return (path.fieldPath, span.value)
  }

  private mutating func checkKey(in schema: EventSchema) -> [FieldPath] {
    guard case .key(let paths)? = items["key"]?.content else { return [] }
    for path in paths {
      guard let field = field(path, in: schema, as: "key") else { continue }
      switch field.type {
      case .string, .bool, .integer, .number, .decimal, .timestamp, .date: break
      default: diagnostics.append(.badStreamField(path, "key", is: field.type, wanted: "a string, a number or a time"))
      }
    }
    return paths.map(\.fieldPath)
  }

  /// The field of that path, which every kind has with one type. nil: a diagnostic was given.
  private mutating func field(_ path: PathSyntax, in schema: EventSchema, as what: String) -> Field? {
    var found: Field?
    for kind in schema.kinds {
      guard let field = kind.fields.field(at: path.fieldPath) else {
        let names = kind.fields.paths
        diagnostics.append(.unknownStreamField(path, what, kind: kind.name, schema: schema.file, names: names))
        return nil
      }
      if let found, !found.type.isAlike(field.type) {
        diagnostics.append(.streamFieldDiffers(path, what, schema: schema.file))
        return nil
      }
      found = found ?? field
    }
    return found
  }
}

extension PathSyntax {
  var fieldPath: FieldPath { FieldPath(parts.map(\.text)) }
}

extension ObjectType {
  /// The field at a path through objects.
  func field(at path: FieldPath) -> Field? {
    var (object, found) = (self, Field?.none)
    for (index, step) in path.steps.enumerated() {
      guard let field = object[step] else { return nil }
      found = field
      if index == path.steps.count - 1 { break }
      guard case .object(let inner) = field.type else { return nil }
      object = inner
    }
    return found
  }

  /// The paths of all fields, through objects.
  var paths: [String] {
    fields.flatMap { field in
      if case .object(let inner) = field.type { [field.name] + inner.paths.map { "\(field.name).\($0)" } } else { [field.name] }
    }
  }
}

extension FieldType {
  /// The same type, whatever bounds and values a schema sets.
  fileprivate func isAlike(_ other: FieldType) -> Bool {
    switch (self, other) {
    case (.string, .string), (.integer, .integer), (.number, .number), (.decimal, .decimal): true
    default: self == other
    }
  }
}
