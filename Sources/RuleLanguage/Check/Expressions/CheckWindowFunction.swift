import Diagnostics
import EventModel

extension ExpressionChecker {
  /// Functions that are window functions by name alone; `min` and `max` are if they take one argument.
  private static let windowFunctions: Set<String> = ["count", "sum", "avg", "distinct", "first", "last", "percentile"]

  func isWindowFunction(_ name: String, _ arguments: [ExpressionSyntax], _ context: Context) -> Bool {
    dialect == .rules && (Self.windowFunctions.contains(name) || (name == "min" || name == "max") && arguments.count == 1)
  }

  /// A call of a window function (language.md 3.7): noted once, and read by its number.
  mutating func windowFunction(_ name: Word, _ arguments: [ExpressionSyntax], _ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    guard let patterns = context.scope.windowPatterns else {
      report(.windowNotHere(name))
      return nil
    }
    guard !context.isInWindowFunction else {
      report(.windowNested(name))
      return nil
    }
    guard let function = WindowFunction.Name(rawValue: name.text) else { preconditionFailure("a window function has one of their names") }
    if function == .count { return count(arguments, patterns, syntax, context) }
    guard arguments.count == (function == .percentile ? 2 : 1) else {
      report(.badWindowFunction(name, at: syntax.span))
      return nil
    }
    var rank: Double?
    if function == .percentile {
      rank = percentileRank(arguments[1], context)
      if rank == nil { return nil }
    }
    var inner = context.wanting(nil)
    inner.isInWindowFunction = true
    guard let operand = check(arguments[0], inner) else { return nil }
    guard let pattern = patternRead(by: operand.expression, function: name, at: arguments[0].span) else { return nil }
    guard patterns.contains(pattern) else {
      report(.windowAlias(name, isOfSeveral: false, at: arguments[0].span))
      return nil
    }
    guard let type = Self.type(of: function, over: operand.type) else {
      report(.windowType(name, operand))
      return nil
    }
    var currency: AmountCurrency?
    if operand.currency != nil {
      guard let one = windowCurrency(operand, function: name.text, context) else { return nil }
      currency = function == .distinct ? nil : one
    }
    let argument = type == .decimal ? converted(operand, to: .decimal, inner)?.expression ?? operand.expression : operand.expression
    var result = aggregate(
      WindowFunction(
        name: function, pattern: pattern, argument: argument, type: type, isNonNegative: operand.isNonNegative, rank: rank), syntax)
    result.currency = currency
    result.isNonNegative = function == .distinct || (operand.isNonNegative && type.isNumber)
    if function == .first || function == .last || function == .min || function == .max { result.described = operand.described }
    return result
  }

  /// `count()` and `count(a)`
  private mutating func count(_ arguments: [ExpressionSyntax], _ patterns: [Int], _ syntax: ExpressionSyntax, _ context: Context)
    -> Operand?
  {
    var pattern: Int?
    if let argument = arguments.first {
      let alias: String? = if case .name(let word, _) = argument.withoutParentheses.kind { word.text } else { nil }
      guard arguments.count == 1,
        let named = context.scope.patterns.first(where: { $0.alias == alias && alias != nil && patterns.contains($0.index) })
      else {
        report(.countArgument(argument.span, aliases: context.scope.patterns.filter { patterns.contains($0.index) }.compactMap(\.alias)))
        return nil
      }
      pattern = named.index
    }
    var result = aggregate(WindowFunction(name: .count, pattern: pattern, argument: nil, type: .int, isNonNegative: true), syntax)
    result.isNonNegative = true
    return result
  }

  /// Notes the function, unless it is among the aggregates already.
  private mutating func aggregate(_ function: WindowFunction, _ syntax: ExpressionSyntax) -> Operand {
    if let argument = function.argument { noteFields(of: argument) }
    let known = aggregates.firstIndex { other in
      other.name == function.name && other.pattern == function.pattern && other.rank == function.rank
        && other.argument?.canonicalText == function.argument?.canonicalText
    }
    if known == nil { aggregates.append(function) }
    let expression = CheckedExpression(.aggregate(known ?? aggregates.count - 1), type: function.type, span: syntax.span)
    return Operand(expression: expression, syntax: syntax)
  }

  /// Reports each `distinct` of a verdict that no number bounds (language.md 3.8): values are kept up to the bound, and no verdict rests on
  /// a sketch.
  mutating func checkDistinct(inVerdict verdict: CheckedExpression) {
    var bounded: Set<SourceSpan> = []
    var read: [SourceSpan] = []
    verdict.visitAll { part in
      switch part.kind {
      case .call(let function, let sides) where sides.count == 2 && Self.comparisons.contains(function.name):
        for (side, bound) in [(sides[0], sides[1]), (sides[1], sides[0])] where bound.boundsDistinct { bounded.insert(side.span) }
      case .aggregate(let index) where aggregates[index].name == .distinct: read.append(part.span)
      default: break
      }
    }
    for span in read where !bounded.contains(span) { report(.distinctUnbounded(at: span)) }
    checkExact(inVerdict: verdict)
  }

  /// Reports each function of a verdict that is an estimate.
  mutating func checkExact(inVerdict verdict: CheckedExpression) {
    var estimates: [SourceSpan] = []
    verdict.visitAll { part in
      if case .aggregate(let index) = part.kind, aggregates[index].name == .percentile { estimates.append(part.span) }
    }
    for span in estimates { report(.percentileInVerdict(at: span)) }
  }

  private static let comparisons: Set<String> = ["_<_", "_<=_", "_>_", "_>=_", "_==_", "_!=_"]

  /// The one pattern whose events the argument reads.
  private mutating func patternRead(by argument: CheckedExpression, function: Word, at span: SourceSpan) -> Int? {
    var patterns: [Int] = []
    argument.visitAll { part in
      switch part.kind {
      case .field(let pattern, _), .hasField(let pattern, _), .optionalField(let pattern, _):
        if !patterns.contains(pattern) { patterns.append(pattern) }
      default: break
      }
    }
    guard patterns.count == 1 else {
      report(.windowAlias(function, isOfSeveral: patterns.count > 1, at: span))
      return nil
    }
    return patterns[0]
  }

  private static func type(of function: WindowFunction.Name, over type: ValueType) -> ValueType? {
    switch function {
    case .count: return .int
    case .distinct:
      switch type {
      case .bool, .int, .uint, .double, .decimal, .string, .timestamp, .duration: return .int
      default: return nil
      }
    case .sum: return type.isNumber ? type : nil
    case .avg: return type == .int || type == .uint ? .double : type.isNumber ? type : nil
    case .min, .max:
      switch type {
      case .int, .uint, .double, .decimal, .string, .timestamp, .duration: return type
      default: return nil
      }
    case .first, .last: return type
    case .percentile: return type.isNumber || type == .duration ? type : nil
    }
  }

  /// A number from 0 to 100 that is written.
  private mutating func percentileRank(_ syntax: ExpressionSyntax, _ context: Context) -> Double? {
    guard let operand = check(syntax, context.wanting(.double)) else { return nil }
    let rank: Double? =
      switch operand.expression.kind {
      case .literal(.double(let number)): number
      case .literal(.int(let number)): Double(number)
      default: nil
      }
    if let rank, (0...100).contains(rank) { return rank }
    report(.badPercentile(at: syntax.span))
    return nil
  }
}

extension CheckedExpression {
  /// A number of at most 10,000; what a param has is seen to where it is declared.
  fileprivate var boundsDistinct: Bool {
    switch kind {
    case .literal(let value): value.order(to: .int(10_000)).map { $0 != .descending } ?? false
    case .param: true
    default: false
    }
  }
}
