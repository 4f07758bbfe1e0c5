internal import EventModel
internal import RuleLanguage

/// Window functions (language.md 3.7), computed afresh each time.
extension NaiveActivation {
  func aggregate(_ index: Int) throws(EvaluationError) -> Value {
    let function = rule.rule.aggregates[index]
    let counted = window.filter { function.pattern == nil || $0.pattern == function.pattern }
    if counted.contains(where: \.isBroken) { throw EvaluationError(.field("where"), "an event of the window cannot be judged") }
    guard function.argument != nil else { return .int(Int64(counted.count)) }
    let values = try values(of: function, counted)
    switch function.name {
    case .count: return .int(Int64(values.count))
    case .distinct: return .int(Int64(Set(values).count))
    case .sum: return try Self.sum(values, function.type)
    case .avg: return try Self.average(values)
    case .min: return try Self.extreme(values, .ascending)
    case .max: return try Self.extreme(values, .descending)
    case .first: return try Self.some(values.first)
    case .percentile: return try Self.some(Self.ranked(values, function.rank ?? 0, .down))
    case .last: return try Self.some(values.last)
    }
  }

  func values(of function: WindowFunction, _ matches: [NaiveMatch]) throws(EvaluationError) -> [Value] {
    guard let argument = function.argument else { return [] }
    var values: [Value] = []
    for match in matches {
      let activation = NaiveActivation(rule: rule, bound: [match.pattern: match.event], key: match.key, moment: moment)
      values.append(try argument.evaluate(activation))
    }
    return values
  }

  /// The value at a rank of the values in order; between two of them the lower or the upper.
  static func ranked(_ values: [Value], _ rank: Double, _ rounding: FloatingPointRoundingRule) -> Value? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted { $0.order(to: $1) == .ascending }
    let index = Int((rank / 100 * Double(values.count - 1)).rounded(rounding))
    return sorted[index]
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
  var atLeastZero: Value? {
    switch self {
    case .int(let n): .int(max(0, n))
    case .double(let n): .double(max(0, n))
    case .decimal(let n) where n.coefficient < 0: .decimal(ExactDecimal(coefficient: 0, scale: n.scale))
    case .uint, .decimal: self
    case .optional(let inner): inner.flatMap(\.atLeastZero)
    default: nil
    }
  }
}
