import Diagnostics
import EventModel

/// Checks the expressions of one rule: names, types, guards, currencies. Mistakes, window functions and the fields that are read add up
/// over all calls.
struct ExpressionChecker {
  enum Dialect: Sendable {
    case rules
    /// As the public specification has it: with `dyn`, `type` and lists of mixed types, without decimal literals.
    case cel
    /// The same without types: what does not go together is an error when it is evaluated.
    case uncheckedCEL
  }

  let dialect: Dialect
  /// Lets that were found to be made of themselves.
  var lostLets: Set<String> = []
  private(set) var diagnostics: [Diagnostic] = []
  private var said: Set<Diagnostic> = []
  var aggregates: [WindowFunction] = []
  /// The paths that are read of each pattern's events, in the order of first use.
  private(set) var fields: [Int: [FieldPath]] = [:]

  /// The expressions that were checked without a mistake, whole.
  private(set) var finished: [CheckedExpression] = []

  /// Of CEL's own dialect: functions that are given from outside, without implementations.
  var declaredFunctions: [String: FunctionEntry] = [:]
  var unifier = TypeUnifier()
  /// Values of the `cel.block`s so far.
  var blockSlots = 0

  /// What lets are where they were used so far: a long one is not checked again for each rule that names it.
  var letValues: [LetUse: Operand] = [:]

  struct LetUse: Hashable {
    var name: String
    var wanted: ValueType?
  }

  init(dialect: Dialect = .rules) { self.dialect = dialect }

  /// What holds around a part of an expression.
  struct Context {
    var scope: Scope
    /// The type that number literals take where they stand alone: a hint, no demand.
    var wanted: ValueType?
    var locals: [Local] = []
    var isInWindowFunction = false
    /// Lets whose text is being checked.
    var lets: [String] = []
    /// Of CEL's own dialect: the name space in which names are looked for, `com.example`.
    var container = ""

    struct Local {
      /// None for an accumulator.
      var name: String?
      var operand: Operand
    }

    func wanting(_ type: ValueType?) -> Context {
      var context = self
      context.wanted = type
      return context
    }

    func assuming(_ condition: CheckedExpression, is truth: Bool) -> Context {
      var context = self
      context.scope.facts.assume(condition, is: truth)
      return context
    }
  }

  /// Checks one expression. `wanting`: the type that it must have; integers widen to decimals. `role` says where it stands, for messages:
  /// "`when`". Nil when it has errors.
  mutating func check(_ syntax: ExpressionSyntax, in scope: Scope, wanting: ValueType? = nil, for role: String) -> CheckedAmount? {
    guard var operand = check(syntax, Context(scope: scope, wanted: wanting)) else { return nil }
    if let wanting {
      guard let converted = converted(operand, to: wanting, Context(scope: scope)) else {
        report(.wrongType(operand, wanted: wanting, role: role))
        return nil
      }
      operand = converted
    }
    if wanting == .bool { warnIfDecided(operand, Context(scope: scope)) }
    return finish(operand)
  }

  /// Checks a field that is named bare, as in `by order_id`. A field that may be absent is no mistake here.
  mutating func checkField(_ path: FieldPath, of pattern: Int, at span: SourceSpan, in scope: Scope) -> CheckedAmount? {
    guard let pattern = scope.patterns.first(where: { $0.index == pattern }) else { return nil }
    let context = Context(scope: scope)
    var operand = eventOperand(pattern, ExpressionSyntax(.name(Word(pattern.alias ?? "", span: span), hasLeadingDot: false), span: span))
    for step in path.steps {
      let word = Word(step, span: span)
      guard let next = member(word, of: operand, ExpressionSyntax(.select(operand.syntax, word), span: span), context) else { return nil }
      operand = next
    }
    return finish(operand)
  }

  /// The value of an expression that names nothing but lets: a param's. Nil when it has errors or is not known before events come.
  mutating func literalValue(_ syntax: ExpressionSyntax, type: ValueType?, in scope: Scope, for role: String = "the value") -> Value? {
    guard let amount = check(syntax, in: scope, wanting: type, for: role) else { return nil }
    do throws(EvaluationError) {
      return try amount.expression.evaluate(NoEvents())
    } catch {
      report(.alwaysFails(error, at: syntax.span))
      return nil
    }
  }

  /// Another mistake; one that was found already, when a part was checked for another type, is not repeated.
  mutating func report(_ diagnostic: Diagnostic) {
    if diagnostic.severity == .error || diagnostics.count < Diagnostic.most, !diagnostics.areTooMany, said.insert(diagnostic).inserted {
      diagnostics.append(diagnostic)
    }
  }

  private mutating func finish(_ operand: Operand) -> CheckedAmount {
    noteFields(of: operand.expression)
    finished.append(operand.expression)
    // Whoever takes the amount over takes its currency along.
    if case .expression(let currency)? = operand.currency?.source { noteFields(of: currency) }
    return CheckedAmount(expression: operand.expression, currency: operand.currency?.source, isNonNegative: operand.isNonNegative)
  }

  /// Notes which fields a finished expression reads, those inside window functions and the currency's included.
  mutating func noteFields(of expression: CheckedExpression) {
    var read: [(Int, FieldPath)] = []
    expression.visitAll { part in
      switch part.kind {
      case .field(let pattern, let path), .hasField(let pattern, let path), .optionalField(let pattern, let path):
        read.append((pattern, path))
      default: break
      }
    }
    for (pattern, path) in read where !(fields[pattern]?.contains(path) ?? false) { fields[pattern, default: []].append(path) }
  }

  // MARK: - One node

  /// Checks a part whose value is used: it may not be absent unguarded, and an event is no value.
  mutating func check(_ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    guard let operand = resolve(syntax, context) else { return nil }
    if operand.isEvent {
      report(.eventAsValue(operand))
      return nil
    }
    if let absent = operand.mayBeAbsent.first(where: { !context.scope.facts.isPresent($0.text) }) {
      report(.unguarded(absent.name, at: operand.span, isInWindowFunction: context.isInWindowFunction))
    }
    return operand
  }

  /// Checks a part that may also be a step on the way to a member: `o`, `o.ship_to`.
  mutating func resolve(_ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    guard var operand = node(syntax, context) else { return nil }
    if dialect == .uncheckedCEL { operand.expression.type = .dyn }
    return operand
  }

  private mutating func node(_ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    switch syntax.kind {
    case .parenthesized(let inner):
      guard var operand = resolve(inner, context) else { return nil }
      operand.syntax = syntax
      return operand
    case .literal(let literal): return self.literal(literal, syntax, context)
    case .name(let name, _): return self.name(name, syntax, context)
    case .select(let object, let name): return select(name, of: object, syntax, context)
    case .optionalSelect(let object, let name): return optionalSelect(name, of: object, syntax, context)
    case .index(let collection, let index): return self.index(collection, index, isOptional: false, syntax, context)
    case .optionalIndex(let collection, let index): return self.index(collection, index, isOptional: true, syntax, context)
    case .call(let function, _, let arguments): return call(function, arguments, syntax, context)
    case .methodCall(let receiver, let method, let arguments): return methodCall(receiver, method, arguments, syntax, context)
    case .unary(let sign, let operand): return unary(sign, operand, syntax, context)
    case .binary(let sign, let span, let left, let right): return binary(sign, span, left, right, syntax, context)
    case .conditional(let condition, let yes, let no): return conditional(condition, yes, no, syntax, context)
    case .list(let elements): return list(elements, syntax, context)
    case .map(let entries): return map(entries, syntax, context)
    case .message(let name, let fields): return message(name, fields, syntax, context)
    }
  }

  /// The operand as a value of the type: literals and integers become decimals. Nil when it is of another type.
  mutating func converted(_ operand: Operand, to type: ValueType, _ context: Context) -> Operand? {
    if operand.type == type { return operand }
    if operand.isLiteral, operand.type.withDecimals == type.withDecimals, operand.type != type {
      guard let again = check(operand.syntax, context.wanting(type)), again.type == type else { return nil }
      return again
    }
    guard type.cost(ofPassing: operand.type) != nil else { return nil }
    guard type == .decimal, operand.type == .int || operand.type == .uint else { return operand }
    var widened = operand
    widened.expression = call("@widen", [operand.expression], type: .decimal, at: operand.span)
    return widened
  }

  /// A call of a function of ours, folded if all its arguments are known.
  func call(_ name: String, _ arguments: [CheckedExpression], type: ValueType, at span: SourceSpan) -> CheckedExpression {
    let function = FunctionTable.function(name)
    let values = arguments.compactMap { argument -> Value? in
      if case .literal(let value) = argument.kind { value } else { nil }
    }
    if values.count == arguments.count, let value = try? function.apply(values) {
      return CheckedExpression(.literal(value), type: type, span: span)
    }
    return CheckedExpression(.call(function, arguments), type: type, span: span)
  }
}

extension ValueType {
  /// The type with all its numbers as decimals: what literals may become.
  var withDecimals: ValueType {
    switch self {
    case .int, .double, .decimal: .decimal
    case .list(let element): .list(element.withDecimals)
    case .map(let key, let value): .map(key, value.withDecimals)
    case .optional(let inner): .optional(inner.withDecimals)
    default: self
    }
  }

  /// A decimal stands somewhere in it.
  var holdsDecimal: Bool {
    switch self {
    case .decimal: true
    case .list(let element): element.holdsDecimal
    case .map(_, let value): value.holdsDecimal
    case .optional(let inner): inner.holdsDecimal
    default: false
    }
  }
}
