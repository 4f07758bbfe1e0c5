internal import EventModel
internal import RuleLanguage

/// Makes predicates of expressions over the events of one pattern, of one stream.
struct PredicateCompiler {
  let rule: CheckedRule
  let pattern: Int
  let stream: StreamPlan
  let kinds: [Int]
  let params: [Value]
  let decimalScale: Int
  let comparisons: ComparisonList

  func predicate(_ expression: CheckedExpression) -> Predicate {
    switch expression.kind {
    case .literal(.bool(let truth)): return .constant(truth)
    case .param(let index):
      if case .bool(let truth) = params[index] { return .constant(truth) }
      return .plain(expression)
    // The order of parts does not matter to the answer: what columns can do comes first.
    case .and:
      let parts = expression.conjuncts.map(predicate)
      return .all(parts.filter(\.isColumnar) + parts.filter { !$0.isColumnar })
    case .or:
      let parts = Self.disjuncts(expression).map(predicate)
      return .any(parts.filter(\.isColumnar) + parts.filter { !$0.isColumnar })
    case .not(let inner): return .not(predicate(inner))
    case .conditional(let condition, let yes, let no): return .choice(predicate(condition), then: predicate(yes), else: predicate(no))
    case .hasField(_, let path):
      guard let column = column(of: path) else { return .plain(expression) }
      // A tree may turn out not to be as its schema says.
      return stream.columns[column].form == .tree ? .plain(expression) : comparison(.isPresent(column))
    case .field, .keyPart:
      guard case .column(let column)? = operand(expression), stream.columns[column].form == .bool else { return .plain(expression) }
      return comparison(.isTrue(column))
    case .call(let function, let arguments):
      return (arguments.count == 2 ? call(function.name, arguments[0], arguments[1]) : nil) ?? .plain(expression)
    default:
      return .plain(expression)
    }
  }

  private static func disjuncts(_ expression: CheckedExpression) -> [CheckedExpression] {
    guard case .or(let left, let right) = expression.kind else { return [expression] }
    return disjuncts(left) + disjuncts(right)
  }

  private func comparison(_ comparison: Comparison) -> Predicate { .comparison(comparisons.number(of: comparison)) }

  // Operands

  private enum Operand {
    case column(Int)
    case constant(Value)
  }

  private func operand(_ expression: CheckedExpression) -> Operand? {
    switch expression.kind {
    case .field(_, let path): return column(of: path).map { .column($0) }
    case .keyPart(let index):
      // A part without an expression of its own is the stream's key.
      if rule.key.isEmpty {
        return index < stream.declaration.key.count ? column(of: stream.declaration.key[index]).map { .column($0) } : nil
      }
      return operand(rule.key[index].expressions[pattern])
    default: return constant(expression).map { .constant($0) }
    }
  }

  /// The column of a field; nil: the kinds have none, or have it with different types.
  private func column(of path: FieldPath) -> Int? {
    let columns = stream.columns(of: path, kinds: kinds)
    return columns.count == 1 ? columns.first : nil
  }

  private func constant(_ expression: CheckedExpression) -> Value? {
    switch expression.kind {
    case .literal(let value): return value
    case .param(let index): return params[index]
    case .list(let elements):
      let values = elements.compactMap(constant)
      return values.count == elements.count ? .list(values) : nil
    default: return nil
    }
  }

  // Comparisons

  private func call(_ name: String, _ left: CheckedExpression, _ right: CheckedExpression) -> Predicate? {
    guard let left = operand(left), let right = operand(right) else { return nil }
    switch name {
    case "_==_": return compare(left, .equal, right)
    case "_!=_": return compare(left, .equal, right).map { .not($0) }
    case "_<_": return compare(left, .less, right)
    case "_<=_": return compare(left, .lessOrEqual, right)
    case "_>_": return compare(right, .less, left)
    case "_>=_": return compare(right, .lessOrEqual, left)
    case "@in":
      guard case .column(let column) = left, case .constant(.list(let values)) = right else { return nil }
      return membership(column, values)
    default: return nil
    }
  }

  private func compare(_ left: Operand, _ order: Comparison.Order, _ right: Operand) -> Predicate? {
    switch (left, right) {
    case (.column(let column), .constant(let value)):
      return compare(column, order, value)
    case (.constant(let value), .column(let column)):
      switch order {
      case .equal: return compare(column, .equal, value)
      // c < x is not x <= c; of doubles, too, for none of an event is NaN.
      case .less: return compare(column, .lessOrEqual, value).map { .not($0) }
      case .lessOrEqual: return compare(column, .less, value).map { .not($0) }
      }
    case (.column(let a), .column(let b)):
      return compare(columns: a, order, b)
    case (.constant, .constant):
      return nil
    }
  }

  private func compare(_ column: Int, _ order: Comparison.Order, _ value: Value) -> Predicate? {
    switch (stream.columns[column].form, value) {
    case (.text, .string(let text)):
      return order == .equal ? stream.columns[column].symbols(of: [text]).map { comparison(.symbols(column, $0)) } : nil
    case (.bool, .bool(let truth)):
      guard order == .equal else { return nil }
      return truth ? comparison(.isTrue(column)) : .not(comparison(.isTrue(column)))
    case (.integer, .int(let number)): return comparison(.number(column, order, number))
    case (.decimal, .int(let number)): return compare(column, order, decimal: ExactDecimal(number))
    case (.decimal, .uint(let number)): return compare(column, order, decimal: ExactDecimal(number))
    case (.decimal, .decimal(let number)): return compare(column, order, decimal: number)
    case (.double, .double(let number)): return number.isNaN ? nil : comparison(.double(column, order, number))
    case (.double, .int(let number)): return Double(exactly: number).map { comparison(.double(column, order, $0)) }
    case (.time, .timestamp(let time)):
      return time.nanoseconds % 1000 == 0 ? comparison(.number(column, order, time.eventTime.microseconds)) : nil
    default: return nil
    }
  }

  private func compare(_ column: Int, _ order: Comparison.Order, decimal: ExactDecimal) -> Predicate? {
    decimal.multiple(ofScale: decimalScale).map { comparison(.number(column, order, $0)) }
  }

  private func compare(columns a: Int, _ order: Comparison.Order, _ b: Int) -> Predicate? {
    switch (stream.columns[a].form, stream.columns[b].form) {
    case (.integer, .integer), (.decimal, .decimal), (.time, .time): comparison(.numbers(a, order, b))
    case (.double, .double): comparison(.doubles(a, order, b))
    case (.text, .text): order == .equal ? comparison(.texts(a, b)) : nil
    default: nil
    }
  }

  private func membership(_ column: Int, _ values: [Value]) -> Predicate? {
    if stream.columns[column].form == .text {
      let texts = values.compactMap { value in if case .string(let text) = value { text } else { nil } }
      guard texts.count == values.count else { return nil }
      return stream.columns[column].symbols(of: texts).map { comparison(.symbols(column, Set($0).sorted())) }
    }
    let parts = values.compactMap { compare(column, .equal, $0) }
    return parts.count == values.count && !parts.isEmpty ? .any(parts) : nil
  }
}
