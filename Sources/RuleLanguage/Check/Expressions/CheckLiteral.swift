import Diagnostics
import EventModel

extension ExpressionChecker {
  /// A literal. Numbers are decimals where one is wanted, by their digits.
  mutating func literal(_ literal: LiteralSyntax, _ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    func operand(_ value: Value, _ type: ValueType) -> Operand {
      Operand(expression: CheckedExpression(.literal(value), type: type, span: syntax.span), syntax: syntax)
    }
    func number(_ value: Value, _ type: ValueType, digits: String, isNegative: Bool) -> Operand? {
      var number = operand(value, type)
      if context.wanted == .decimal {
        guard let decimal = ExactDecimal(digits: digits) else {
          report(.decimalTooLong(digits, at: syntax.span))
          return nil
        }
        number = operand(.decimal(decimal), .decimal)
      }
      number.isLiteral = true
      number.isNonNegative = !isNegative
      return number
    }
    switch literal {
    case .null: return operand(.null, .null)
    case .bool(let flag): return operand(.bool(flag), .bool)
    case .int(let integer): return number(.int(integer), .int, digits: String(integer), isNegative: integer < 0)
    case .uint(let integer):
      var number = operand(.uint(integer), .uint)
      number.isNonNegative = true
      return number
    case .double(let text):
      guard let double = Double(text) else { preconditionFailure("the parser reads `\(text)` as a number") }
      return number(.double(double), .double, digits: text.withWholePart, isNegative: double < 0)
    case .string(let text): return operand(.string(text), .string)
    case .bytes(let bytes): return operand(.bytes(bytes), .bytes)
    case .duration(let duration): return operand(.duration(duration), .duration)
    }
  }

  mutating func list(_ elements: [ListElementSyntax], _ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    let wanted: ValueType? = if case .list(let element)? = context.wanted { element } else { nil }
    let flags = elements.map(\.isOptional)
    guard let (operands, type) = members(elements.map(\.value), flags, what: "list", context.wanting(wanted)) else { return nil }
    if flags.contains(true) {
      let kind = CheckedExpression.Kind.call(FunctionTable.list(optional: flags), operands.map(\.expression))
      var operand = Operand(expression: CheckedExpression(kind, type: .list(type), span: syntax.span), syntax: syntax)
      operand.currency = operands.lazy.compactMap(\.currency).first
      return operand
    }
    let expressions = operands.map(\.expression)
    var operand = Operand(expression: CheckedExpression(.list(expressions), type: .list(type), span: syntax.span), syntax: syntax)
    if let values = literalValues(expressions) { operand.expression.kind = .literal(.list(values)) }
    operand.isLiteral = !operands.isEmpty && operands.allSatisfy { $0.isLiteral }
    operand.currency = operands.lazy.compactMap(\.currency).first
    operand.isNonNegative = operands.allSatisfy(\.isNonNegative)
    return operand
  }

  /// A list of anything: what `format` takes.
  mutating func mixedList(_ elements: [ListElementSyntax], _ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    if dialect != .rules || elements.contains(where: \.isOptional) { return list(elements, syntax, context) }
    var expressions: [CheckedExpression] = []
    for element in elements {
      if let operand = check(element.value, context) { expressions.append(operand.expression) }
    }
    guard expressions.count == elements.count else { return nil }
    var operand = Operand(expression: CheckedExpression(.list(expressions), type: .list(.dyn), span: syntax.span), syntax: syntax)
    if let values = literalValues(expressions) { operand.expression.kind = .literal(.list(values)) }
    return operand
  }

  mutating func map(_ entries: [MapEntrySyntax], _ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    let wanted: (key: ValueType?, value: ValueType?) =
      if case .map(let key, let value)? = context.wanted { (key, value) } else { (nil, nil) }
    let flags = entries.map(\.isOptional)
    guard let (keys, keyType) = members(entries.map(\.key), what: "map's keys", context.wanting(dialect == .rules ? wanted.key : nil)),
      let (values, valueType) = members(entries.map(\.value), flags, what: "map", context.wanting(wanted.value))
    else { return nil }
    if dialect == .rules, let key = keys.first(where: { $0.type != .string && $0.type != .bool }) {
      report(.mapKey(key))
      return nil
    }
    if flags.contains(true) {
      let parts = zip(keys, values).flatMap { [$0.expression, $1.expression] }
      let kind = CheckedExpression.Kind.call(FunctionTable.map(optional: flags), parts)
      var operand = Operand(expression: CheckedExpression(kind, type: .map(keyType, valueType), span: syntax.span), syntax: syntax)
      operand.currency = values.lazy.compactMap(\.currency).first
      return operand
    }
    let pairs = zip(keys, values).map { (key: $0.expression, value: $1.expression) }
    var operand = Operand(expression: CheckedExpression(.map(pairs), type: .map(keyType, valueType), span: syntax.span), syntax: syntax)
    if let keyValues = literalValues(pairs.map(\.key)), let memberValues = literalValues(pairs.map(\.value)),
      Set(keyValues).count == keyValues.count, keyValues.allSatisfy(\.canBeKey)
    {
      operand.expression.kind = .literal(.map(Dictionary(uniqueKeysWithValues: zip(keyValues, memberValues))))
    }
    operand.isLiteral = !values.isEmpty && values.allSatisfy { $0.isLiteral }
    operand.currency = values.lazy.compactMap(\.currency).first
    return operand
  }

  /// Members of one type: literals become decimals beside a decimal. In CEL's own dialect different types make `dyn`. `optional`: which of
  /// them are optionals that stand for what they hold.
  private mutating func members(_ all: [ExpressionSyntax], _ optional: [Bool] = [], what: String, _ context: Context)
    -> ([Operand], ValueType)?
  {
    var operands: [Operand] = []
    for syntax in all {
      guard let operand = check(syntax, context) else { continue }
      operands.append(operand)
    }
    guard operands.count == all.count else { return nil }
    for (operand, isOptional) in zip(operands, optional) where isOptional {
      guard held(operand) != nil else {
        report(.notOptional(operand))
        return nil
      }
    }
    if operands.contains(where: { $0.type.holdsDecimal }) {
      for index in operands.indices where operands[index].isLiteral && !operands[index].type.holdsDecimal {
        guard let again = check(operands[index].syntax, context.wanting(operands[index].type.withDecimals)) else { return nil }
        operands[index] = again
      }
    }
    if dialect == .rules, operands.allSatisfy(\.isLiteral), operands.contains(where: { $0.type == .double }) {
      operands = operands.map(\.withPoint)
    }
    var type: ValueType?
    for (index, operand) in operands.enumerated() {
      if index > 0, !haveOneCurrency(operands[0], operand, operand.span, context) { return nil }
      let own = index < optional.count && optional[index] ? held(operand) ?? .dyn : operand.type
      guard let known = type else {
        type = own
        continue
      }
      guard let joined = dialect == .rules ? known.joined(with: own) : unifier.join(known, own) else {
        guard dialect == .rules else { return (operands, .dyn) }
        report(.mixedMembers(what, known, operand))
        return nil
      }
      type = joined
    }
    if type == .decimal, !optional.contains(true) { operands = operands.map { converted($0, to: .decimal, context) ?? $0 } }
    return (operands, type ?? (dialect == .cel ? unifier.fresh() : .dyn))
  }

  /// The type of what an optional holds; nil for what is none.
  func held(_ operand: Operand) -> ValueType? {
    switch unifier.resolved(operand.type) {
    case .optional(let inner): inner
    case .dyn, .variable: .dyn
    default: nil
    }
  }

  private func literalValues(_ expressions: [CheckedExpression]) -> [Value]? {
    let values = expressions.compactMap { expression -> Value? in
      if case .literal(let value) = expression.kind { value } else { nil }
    }
    return values.count == expressions.count ? values : nil
  }
}

extension Operand {
  /// An integer literal beside others with a point is a double, too.
  fileprivate var withPoint: Operand {
    guard case .literal(.int(let integer)) = expression.kind else { return self }
    var double = self
    double.expression = CheckedExpression(.literal(.double(Double(integer))), type: .double, span: expression.span)
    return double
  }
}

extension String {
  /// `.5` as `0.5`, `5.` as `5.0`, so that it reads as JSON's numbers do.
  fileprivate var withWholePart: String {
    var bytes = Array(utf8)
    let start = bytes.first == 0x2D ? 1 : 0
    if start < bytes.count, bytes[start] == 0x2E { bytes.insert(0x30, at: start) }
    // Zeros before the first digit say nothing.
    let zeros = bytes[start...].prefix { $0 == 0x30 }.count
    let isWholeZero = start + zeros == bytes.count || bytes[start + zeros] &- 0x30 > 9
    bytes.removeSubrange(start..<(start + max(0, isWholeZero ? zeros - 1 : zeros)))
    if let point = bytes.firstIndex(of: 0x2E), point + 1 == bytes.count || bytes[point + 1] &- 0x30 > 9 {
      bytes.insert(0x30, at: point + 1)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
