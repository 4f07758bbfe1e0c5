internal import EventModel
internal import RuleLanguage

/// How the key of a rule is read from the events of each of its patterns.
struct KeyPlan: Sendable {
  private enum Part: Sendable {
    /// A field as it is: an index into `EventPattern.fields`.
    case field(Int)
    case expression(CheckedExpression)
  }
  /// By pattern, the parts in order.
  private let parts: [[Part]]
  /// A condition without `by` has the stream's key.
  private let isOfStream: Bool

  init(_ rule: CheckedRule, fields: [[FieldPath: Int]]) {
    isOfStream = if case .condition = rule.form { rule.key.isEmpty } else { false }
    parts = rule.patterns.indices.map { pattern in
      rule.key.map { part in
        let expression = part.expressions[pattern]
        if case .field(pattern, let path) = expression.kind, let index = fields[pattern][path] { return .field(index) }
        return .expression(expression)
      }
    }
  }

  /// Writes the key of an event as bytes. False: it has none, since a part is absent or in error (language.md 7.3).
  func write(_ batch: EventBatch, _ event: Int, _ plan: RulePlan, pattern: Int, to row: inout RowWriter) -> Bool {
    if isOfStream { return writeStreamKey(batch, event, to: &row) }
    for part in parts[pattern] {
      switch part {
      case .field(let index):
        if let text = batch.text(event, rule: plan.index, pattern: pattern, field: index) {
          row.text(text)
          continue
        }
        guard case .value(let value) = batch.field(event, rule: plan.index, pattern: pattern, field: index) else { return false }
        row.keyPart(value)
      case .expression(let expression):
        let activation = BatchActivation(batch: batch, event: event, plan: plan, pattern: pattern, key: [])
        guard let value = try? expression.evaluate(activation) else { return false }
        switch value {
        case .null, .optional(nil): return false
        case .optional(let inner?): row.keyPart(inner)
        default: row.keyPart(value)
        }
      }
    }
    return true
  }

  private func writeStreamKey(_ batch: EventBatch, _ event: Int, to row: inout RowWriter) -> Bool {
    for part in batch.streamKey(of: event) {
      guard case .value(let value) = part else { return false }
      row.keyPart(value)
    }
    return true
  }

  /// The typed parts of a key that `write` wrote.
  static func values(_ key: some Collection<UInt8>) -> [Value] {
    var reader = RowReader(key)
    var values: [Value] = []
    while !reader.isAtEnd { values.append(reader.value()) }
    return values
  }
}

extension RowWriter {
  /// Equal values make equal bytes: decimals are written without trailing zeros.
  mutating func keyPart(_ value: Value) {
    switch value {
    case .decimal(let decimal): self.value(.decimal(decimal.normalized))
    case .double(let number): self.value(.double(number == 0 ? 0 : number))
    default: self.value(value)
    }
  }
}
