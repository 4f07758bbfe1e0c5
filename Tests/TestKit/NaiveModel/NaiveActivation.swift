internal import EventModel
internal import RuleLanguage

/// What an expression reads: the bound events' fields by their schema, the key, window functions computed afresh each time.
struct NaiveActivation: Activation {
  let rule: NaiveRule
  let bound: [Int: NaiveEvent]
  let key: [Value]
  var window: [NaiveMatch] = []
  var amount: Value?
  var currency: String?
  /// The time of which tables are asked; nil: that of the anchor.
  var moment: Int64?
  /// The state that an entity leaves, and the one it enters.
  var transition: (from: String, to: String?)?
  /// The own final value of a KPI so long before.
  var past: ((Duration) -> Value?)?

  func field(_ pattern: Int, _ path: FieldPath) throws(EvaluationError) -> Value? {
    guard let event = bound[pattern] else { throw EvaluationError(.field(path.description), "no event of this pattern is bound") }
    return try Self.read(path, of: event, in: rule.stream(event.stream).schema)
  }

  /// The field as its schema has it. Absent where the schema does not require it; broken otherwise: an error.
  static func read(_ path: FieldPath, of event: NaiveEvent, in schema: EventSchema) throws(EvaluationError) -> Value? {
    let broken = EvaluationError(.field(path.description), "not as the schema says")
    var type = FieldType.object(schema.kinds[event.kind].fields)
    var json = event.object
    for step in path.steps {
      guard case .object(let object) = type, case .object(let members) = json else { throw broken }
      guard let field = object[step] else { return nil }
      guard let member = members.last(where: { $0.key == step }) else {
        if field.isRequired { throw broken }
        return nil
      }
      if case .null = member.value {
        if field.isNullable { return nil }
        throw broken
      }
      (type, json) = (field.type, member.value)
    }
    guard let value = convert(json, type) else { throw broken }
    return value
  }

  static func convert(_ json: JSONValue, _ type: FieldType) -> Value? {
    switch (type, json) {
    case (.string, .string(let s)), (.date, .string(let s)): return .string(s)
    case (.bool, .bool(let b)): return .bool(b)
    case (.timestamp, .string(let s)): return EventTime(rfc3339: s).map { .timestamp(Timestamp($0)) }
    case (.integer(let least, let most), .number(let digits)):
      guard let exact = ExactDecimal(digits: digits)?.normalized, exact.scale == 0, let n = Int64(exactly: exact.coefficient) else {
        return nil
      }
      return n >= least ?? .min && n <= most ?? .max ? .int(n) : nil
    case (.number(let least, let most), .number(let digits)):
      guard let n = Double(digits), n.isFinite else { return nil }
      return n >= least ?? -.infinity && n <= most ?? .infinity ? .double(n) : nil
    case (.decimal(let least, false, _), .number(let digits)), (.decimal(let least, false, _), .string(let digits)):
      guard let n = ExactDecimal(digits: digits) else { return nil }
      if let least, Value.decimal(n).order(to: .decimal(least)) == .ascending { return nil }
      return .decimal(n)
    case (.list(let element), .array(let items)):
      let values = items.map { convert($0, element) }
      return values.contains { $0 == nil } ? nil : .list(values.map { $0! })  // none is nil: tested before
    case (.object(let object), .object(let members)):
      var map: [Value: Value] = [:]
      for field in object.fields {
        guard let member = members.last(where: { $0.key == field.name }) else {
          if field.isRequired { return nil }
          continue
        }
        if case .null = member.value, field.isNullable { continue }
        guard let value = convert(member.value, field.type) else { return nil }
        map[.string(field.name)] = value
      }
      return .map(map)
    case (.map(let element), .object(let members)):
      var map: [Value: Value] = [:]
      for member in members {
        guard let value = convert(member.value, element) else { return nil }
        map[.string(member.key)] = value
      }
      return .map(map)
    default: return nil
    }
  }

  func keyPart(_ index: Int) throws(EvaluationError) -> Value { key[index] }
  var wholeKey: String { key.map(\.messageText).joined(separator: "/") }
  func param(_ index: Int) -> Value { rule.model.params[index] }
  func exposure() throws(EvaluationError) -> Value {
    guard let amount else { throw EvaluationError(.noValue, "no exposure") }
    return amount
  }
  func exposureCurrency() throws(EvaluationError) -> Value {
    guard let currency else { throw EvaluationError(.noValue, "no currency") }
    return .string(currency)
  }

  // MARK: Rows, the past, states

  func row(table: Int, key: [Value]) throws(EvaluationError) -> Value? {
    let asker = bound[0] ?? bound.values.first
    guard let instant = moment ?? asker?.time.microseconds else { throw EvaluationError(.history, "no time to ask for") }
    let table = rule.tables[table]
    guard let (row, replaced) = table.row(key, at: instant) else { return nil }
    // Once what it says is settled, a row that comes too late changes nothing: whether it was settled then hangs on the moment.
    let isLate = row.behind > rule.lateness
    if isLate, asker.map({ $0.number < row.readAfter }) ?? true, rule.clock(row.clocks) > instant + rule.lateness {
      rule.doubt.isRaised = true
    }
    if let replaced, let clock = asker?.clocks[table.table.topic], replaced + table.table.keep.microseconds < clock {
      throw EvaluationError(.history, "the row was replaced long ago")
    }
    return row.value
  }

  func ago(_ distance: Duration) throws(EvaluationError) -> Value {
    guard let value = past?(distance) else { throw EvaluationError(.history, "no such window") }
    return value
  }

  func transition(isTarget: Bool) throws(EvaluationError) -> Value {
    guard let transition, let state = isTarget ? transition.to : transition.from else { throw EvaluationError(.noValue, "no move") }
    return .string(state)
  }
}
