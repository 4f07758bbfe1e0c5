internal import EventModel
internal import RuleLanguage

/// The window functions of a rule over events that are at hand, added up anew.
struct WindowValues {
  /// An event, and the pattern that it matches.
  typealias Element = (pattern: Int, event: RecordedEvent)

  let rule: CheckedRule
  let params: [Value]
  /// In order; what two patterns name stands twice.
  let elements: [Element]

  /// nil: there is no value, or an argument has none.
  var values: [Value?] { rule.aggregates.map { try? value(of: $0) } }

  private func value(of function: WindowFunction) throws(EvaluationError) -> Value {
    guard let pattern = function.pattern else { return .int(Int64(elements.count)) }
    let own = elements.filter { $0.pattern == pattern }
    guard let argument = function.argument else { return .int(Int64(own.count)) }
    var values: [Value] = []
    for element in own {
      values.append(try argument.evaluate(RecordedActivation(event: element.event, params: params)))
    }
    switch function.name {
    case .count: return .int(Int64(values.count))
    case .distinct: return .int(Int64(Set(values).count))
    case .sum: return try Self.sum(values, function.type)
    case .avg: return try Self.average(values)
    case .first: return try Self.some(values.first)
    case .last: return try Self.some(values.last)
    case .min: return try Self.some(values.min(by: Self.precedes))
    case .max: return try Self.some(values.max(by: Self.precedes))
    case .percentile: throw EvaluationError(.noValue, "percentiles are not added up anew")
    }
  }

  private static func some(_ value: Value?) throws(EvaluationError) -> Value {
    guard let value else { throw EvaluationError(.noValue, "there is no event") }
    return value
  }

  private static func precedes(_ a: Value, _ b: Value) -> Bool {
    switch (a, b) {
    case (.int(let a), .int(let b)): a < b
    case (.uint(let a), .uint(let b)): a < b
    case (.double(let a), .double(let b)): a < b
    case (.decimal(let a), .decimal(let b)): a < b
    case (.timestamp(let a), .timestamp(let b)): a.eventTime < b.eventTime
    case (.duration(let a), .duration(let b)): a < b
    case (.string(let a), .string(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
    default: false
    }
  }

  private static func sum(_ values: [Value], _ type: ValueType) throws(EvaluationError) -> Value {
    var (whole, exact, rounded) = (Int64(0), ExactDecimal.zero, 0.0)
    for value in values {
      switch value {
      case .int(let number): whole &+= number
      case .uint(let number): whole &+= Int64(truncatingIfNeeded: number)
      case .double(let number): rounded += number
      case .decimal(let number):
        guard let next = try? exact + number else { throw EvaluationError(.overflow, "the sum has too many digits") }
        exact = next
      default: throw EvaluationError(.noSuchOverload, "a value cannot be added")
      }
    }
    switch type {
    case .decimal: return .decimal(exact)
    case .double: return .double(rounded)
    case .uint: return .uint(UInt64(bitPattern: whole))
    default: return .int(whole)
    }
  }

  private static func average(_ values: [Value]) throws(EvaluationError) -> Value {
    guard !values.isEmpty else { throw EvaluationError(.noValue, "there is no event") }
    let decimals = values.compactMap { value in if case .decimal(let number) = value { number } else { nil } }
    if decimals.count == values.count, case .decimal(let total) = try sum(values, .decimal) {
      let scale = Int(decimals.map(\.scale).max() ?? 0) + 4
      if let mean = try? total.divided(by: ExactDecimal(Int64(values.count)), scale: scale) { return .decimal(mean) }
      throw EvaluationError(.overflow, "the mean has too many digits")
    }
    let numbers = values.map { value -> Double in
      switch value {
      case .int(let number): Double(number)
      case .uint(let number): Double(number)
      case .double(let number): number
      default: .nan
      }
    }
    return .double(numbers.reduce(0, +) / Double(numbers.count))
  }
}
