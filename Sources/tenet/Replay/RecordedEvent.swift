internal import EventModel
internal import RuleEngine
internal import RuleLanguage

/// An event of recorded bytes, as the rules of a program see it.
struct RecordedEvent: Sendable {
  /// Where it was read.
  struct Place: Hashable, Sendable {
    var topic: String
    var partition: Int32
    var offset: Int64
  }

  let place: Place
  let kind: EventPattern.Kind
  let time: EventTime
  /// The wall clock when it was read.
  let wall: EventTime
  let value: JSONValue
  let fields: ObjectType

  /// nil: it is no event of a stream of the program, or of a kind that its schema does not know.
  init?(_ read: Replayer.Read, in program: CheckedProgram) {
    guard let index = program.streams.firstIndex(where: { $0.topic == read.record.topic }), let bytes = read.record.value,
      let json = try? JSONValue.parse(bytes)
    else { return nil }
    let stream = program.streams[index]
    let kind = stream.kind.map { path in stream.kinds.firstIndex { $0 == json.at(path)?.text } } ?? 0
    guard let kind, let time = json.at(stream.time)?.text.flatMap({ EventTime(rfc3339: $0) }) else { return nil }
    place = Place(topic: read.record.topic, partition: read.record.partition, offset: read.offset)
    self.kind = EventPattern.Kind(stream: index, kind: kind)
    (self.time, wall, value) = (time, read.wall, json)
    fields = stream.schema.kinds[kind].fields
  }

  /// The field as a rule reads it; nil: it is absent. Throws when it is not as its schema says.
  func field(_ path: FieldPath) throws(EvaluationError) -> Value? {
    var (type, json, around) = (FieldType.object(fields), value, [JSONValue]())
    for step in path.steps {
      guard case .object(let object) = type, let field = object[step] else {
        throw EvaluationError(.field(path.description), "`\(path)` is not in the schema")
      }
      around.append(json)
      switch json[step] {
      case nil where field.isRequired: throw EvaluationError(.field(path.description), "`\(path)` is missing")
      case .null? where !field.isNullable: throw EvaluationError(.field(path.description), "`\(path)` is null")
      case nil, .null?: return nil
      case let member?: (type, json) = (field.type, member)
      }
    }
    guard let value = TreeReader.value(of: json, as: type, around: around.dropLast()) else {
      throw EvaluationError(.field(path.description), "`\(path)` is not as its schema says")
    }
    return value
  }
}

extension JSONValue {
  /// What stands at a path; nil: nothing.
  func at(_ path: FieldPath) -> JSONValue? {
    var json = self
    for step in path.steps {
      guard let member = json[step] else { return nil }
      json = member
    }
    return json
  }
}

/// What expressions of one pattern's event alone read: its `where` and its key.
struct RecordedActivation: Activation {
  let event: RecordedEvent
  let params: [Value]

  func field(_ pattern: Int, _ path: FieldPath) throws(EvaluationError) -> Value? { try event.field(path) }
  func keyPart(_ index: Int) throws(EvaluationError) -> Value { throw Self.notAtHand("the key") }
  var wholeKey: String { "" }
  func param(_ index: Int) -> Value { params[index] }
  func aggregate(_ index: Int) throws(EvaluationError) -> Value { throw Self.notAtHand("a window") }
  func exposure() throws(EvaluationError) -> Value { throw Self.notAtHand("an exposure") }
  func exposureCurrency() throws(EvaluationError) -> Value { throw Self.notAtHand("an exposure") }
  func row(table: Int, key: [Value]) throws(EvaluationError) -> Value? { throw Self.notAtHand("a table") }

  static func notAtHand(_ what: String) -> EvaluationError { EvaluationError(.noValue, "\(what) is not at hand") }
}

extension CheckedProgram {
  /// The values of the params in a region.
  func paramValues(in region: String) -> [Value] { params.map { $0.regional[region] ?? $0.defaultValue } }

  /// The rule that says violations under this name: of a lifecycle the one that is named before it.
  func rule(saying name: String) -> CheckedRule? {
    rules.first { $0.name == name }
      ?? rules.first { rule in
        guard case .lifecycle = rule.form else { return false }
        return ["illegal_transition", "overdue"].contains { "\(rule.name).\($0)" == name }
      }
  }
}

extension CheckedRule {
  /// The key of an event as it stands for a pattern; nil: it has none.
  func key(of event: RecordedEvent, pattern: Int, params: [Value], in program: CheckedProgram) -> [Value]? {
    let activation = RecordedActivation(event: event, params: params)
    if key.isEmpty, case .condition = form {
      let paths = program.streams[event.kind.stream].key
      let parts = paths.compactMap { (try? event.field($0)) ?? nil }
      return parts.count == paths.count ? parts : nil
    }
    var parts: [Value] = []
    for part in key {
      guard let value = try? part.expressions[pattern].evaluate(activation) else { return nil }
      parts.append(value)
    }
    return parts
  }

  /// The names of the key's parts with their types, as records have them.
  func keyParts(in program: CheckedProgram) -> [(name: String, type: ValueType)] {
    guard key.isEmpty, case .condition = form, let kind = patterns.first?.kinds.first else { return key.map { ($0.name, $0.type) } }
    let stream = program.stream(of: kind)
    return stream.key.map { path in
      (path.description, stream.schema.kinds[kind.kind].fields.type(at: path.steps[...])?.valueType ?? .string)
    }
  }

  /// The patterns of an event's kind.
  func patterns(of kind: EventPattern.Kind) -> [Int] { patterns.indices.filter { patterns[$0].kinds.contains(kind) } }
}
