internal import EventModel
internal import RuleLanguage

/// What an expression reads: the bound events' fields by their schema, the key, window functions computed afresh each time.
struct NaiveActivation: Activation {
  let rule: NaiveRule
  let bound: [Int: NaiveEvent]
  let key: [Value]
  let window: [NaiveMatch]
  var amount: Value?
  var currency: String?

  func field(_ pattern: Int, _ path: FieldPath) throws(EvaluationError) -> Value? {
    guard let event = bound[pattern] else { throw EvaluationError(.field(path.description), "no event of this pattern is bound") }
    return try Self.read(path, of: event, in: rule.streams[event.stream].schema)
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

  private static func convert(_ json: JSONValue, _ type: FieldType) -> Value? {
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

  func aggregate(_ index: Int) throws(EvaluationError) -> Value {
    let function = rule.rule.aggregates[index]
    let counted = window.filter { function.pattern == nil || $0.pattern == function.pattern }
    if counted.contains(where: \.isBroken) { throw EvaluationError(.field("where"), "an event of the window cannot be judged") }
    guard let argument = function.argument else { return .int(Int64(counted.count)) }
    var values: [Value] = []
    for match in counted {
      values.append(try argument.evaluate(NaiveActivation(rule: rule, bound: [match.pattern: match.event], key: match.key, window: [])))
    }
    switch function.name {
    case .count: return .int(Int64(values.count))
    case .distinct: return .int(Int64(Set(values).count))
    case .sum: return try Self.sum(values, function.type)
    case .avg: return try Self.average(values)
    case .min: return try Self.extreme(values, .ascending)
    case .max: return try Self.extreme(values, .descending)
    case .first: return try Self.some(values.first)
    case .percentile: preconditionFailure("the model is given no rule whose functions the engine lacks")
    case .last: return try Self.some(values.last)
    }
  }

  private static func some(_ value: Value?) throws(EvaluationError) -> Value {
    guard let value else { throw EvaluationError(.noValue, "of nothing") }
    return value
  }

  /// The first of the values that no other is before, in the order wanted.
  private static func extreme(_ values: [Value], _ order: ValueOrder) throws(EvaluationError) -> Value {
    var best: Value?
    for value in values where best == nil || value.order(to: best!) == order { best = value }  // not nil: tested before
    return try some(best)
  }

  private static func sum(_ values: [Value], _ type: ValueType) throws(EvaluationError) -> Value {
    var total = ExactDecimal(coefficient: 0, scale: 0)
    var double = 0.0
    for value in values {
      if case .double(let d) = value { double += d } else if let n = value.exact { total = total.plainlyAdding(n) }
    }
    switch type {
    case .double: return .double(double)
    case .decimal: return .decimal(total)
    default:
      guard let n = Int64(exactly: total.coefficient) else { throw EvaluationError(.overflow, "sum") }
      return .int(n)
    }
  }

  /// The largest scale of the values + 4, half to even (3.7); of ints and doubles a double.
  private static func average(_ values: [Value]) throws(EvaluationError) -> Value {
    guard let first = values.first else { throw EvaluationError(.noValue, "avg of nothing") }
    guard case .decimal = first else {
      let doubles = values.map { value -> Double in
        switch value {
        case .int(let n): Double(n)
        case .uint(let n): Double(n)
        case .double(let d): d
        default: .nan
        }
      }
      return .double(doubles.reduce(0, +) / Double(doubles.count))
    }
    let total = values.compactMap(\.exact).reduce(ExactDecimal(coefficient: 0, scale: 0)) { $0.plainlyAdding($1) }
    let scale = (values.compactMap { if case .decimal(let d) = $0 { d.scale } else { nil } }.max() ?? 0) + 4
    var numerator = total.coefficient
    for _ in total.scale..<scale { numerator *= 10 }
    let n = Int128(values.count)
    var (q, r) = numerator.quotientAndRemainder(dividingBy: n)
    let twice = abs(r) * 2
    if twice > n || (twice == n && q % 2 != 0) { q += numerator < 0 ? -1 : 1 }
    r = 0
    return .decimal(ExactDecimal(coefficient: q, scale: scale))
  }
}

extension ExactDecimal {
  /// Adds at the larger scale.
  func plainlyAdding(_ other: ExactDecimal) -> ExactDecimal {
    var (a, b) = (self, other)
    while a.scale < b.scale { (a.coefficient, a.scale) = (a.coefficient * 10, a.scale + 1) }
    while b.scale < a.scale { (b.coefficient, b.scale) = (b.coefficient * 10, b.scale + 1) }
    return ExactDecimal(coefficient: a.coefficient + b.coefficient, scale: a.scale)
  }
}

extension Value {
  /// The number, if it is an exact one.
  var exact: ExactDecimal? {
    switch self {
    case .int(let n): ExactDecimal(coefficient: Int128(n), scale: 0)
    case .uint(let n): ExactDecimal(coefficient: Int128(n), scale: 0)
    case .decimal(let d): d
    default: nil
    }
  }

  /// An exposure below 0 counts as 0 (20.2).
  var atLeastZero: Value {
    guard let number = exact, number.coefficient < 0 else { return self }
    return .decimal(ExactDecimal(coefficient: 0, scale: number.scale))
  }
}
