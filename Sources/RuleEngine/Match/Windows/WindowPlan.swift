internal import EventModel
internal import RuleLanguage

/// What a rule with a window keeps of an event: the values of the arguments of its window functions.
final class WindowPlan: Sendable {
  /// An argument, as several functions may share it.
  struct Argument: Sendable {
    var pattern: Int
    var expression: CheckedExpression
    /// The argument is a field as it is: an index into `EventPattern.fields`.
    var field: Int?
  }

  let functions: [WindowFunction]
  let arguments: [Argument]
  /// By function: its argument's index; nil: it counts events.
  let argument: [Int?]
  let kinds: RefKinds
  /// The patterns whose events the window counts, as bits: not that of what only opens a history.
  let counted: PatternBits

  init(_ plan: RulePlan) {
    counted = plan.rule.patterns.indices.reduce(0) { plan.rule.patterns[$1].role == .opening ? $0 : $0 | 1 << PatternBits($1) }
    let functions = plan.rule.aggregates
    var arguments: [Argument] = []
    argument = functions.map { function in
      guard let expression = function.argument, let pattern = function.pattern, function.name != .count else { return nil }
      var field: Int?
      if case .field(pattern, let path) = expression.kind { field = plan.fields[pattern][path] }
      if let field, let known = arguments.firstIndex(where: { $0.pattern == pattern && $0.field == field }) { return known }
      arguments.append(Argument(pattern: pattern, expression: expression, field: field))
      return arguments.count - 1
    }
    self.functions = functions
    self.arguments = arguments
    kinds = plan.kinds
  }

  /// What is kept of an event.
  func element(_ seen: SeenEvent, _ step: Step, _ plan: RulePlan) -> WindowElement {
    let values = arguments.map { argument -> FieldValue in
      guard seen.matched & (1 << PatternBits(argument.pattern)) != 0 else { return .absent }
      if let field = argument.field {
        // An optional field is no argument: absent means missing though required.
        let value = step.batch.field(seen.event, rule: plan.index, pattern: argument.pattern, field: field)
        return value == .absent ? .invalid : value
      }
      let activation = BatchActivation(batch: step.batch, event: seen.event, plan: plan, pattern: argument.pattern, key: [])
      return Self.value(of: argument.expression, activation)
    }
    return WindowElement(ref: seen.ref, matched: seen.matched, unsure: seen.unsure, values: values)
  }

  /// The arguments' values for an event of a pattern.
  func values(pattern: Int, _ activation: () -> some Activation) -> [FieldValue] {
    arguments.map { $0.pattern == pattern ? Self.value(of: $0.expression, activation()) : .absent }
  }

  /// One that ends in an error, or is absent, is in error for its function.
  private static func value(of argument: CheckedExpression, _ activation: some Activation) -> FieldValue {
    guard let value = try? argument.evaluate(activation) else { return .invalid }
    if case .optional(let inner) = value { return inner.map { .value($0) } ?? .invalid }
    return value == .null ? .invalid : .value(value)
  }
}

/// An event in a window.
struct WindowElement: LogElement {
  var ref: EventRef
  /// The patterns that it matches, as bits.
  var matched: PatternBits
  /// The patterns whose `where` ended in an error for it.
  var unsure: PatternBits
  /// By argument of the plan; absent where it belongs to a pattern that the event does not match.
  var values: [FieldValue]

  init(ref: EventRef, matched: PatternBits, unsure: PatternBits, values: [FieldValue]) {
    self.ref = ref
    self.matched = matched
    self.unsure = unsure
    self.values = values
  }

  func write(to row: inout RowWriter, _ plan: WindowPlan) {
    ref.write(to: &row)
    row.unsigned(UInt64(matched))
    row.unsigned(UInt64(unsure))
    for (argument, value) in zip(plan.arguments, values) where matched & (1 << PatternBits(argument.pattern)) != 0 { row.field(value) }
  }

  init(time: EventTime, from row: inout RowReader, _ plan: WindowPlan) {
    ref = EventRef(time: time, from: &row, kinds: plan.kinds)
    let matched = PatternBits(row.unsigned())
    self.matched = matched
    unsure = PatternBits(row.unsigned())
    values = plan.arguments.map { matched & (1 << PatternBits($0.pattern)) != 0 ? row.field() : .absent }
  }

  func due(_ plan: WindowPlan) -> Int64 { TimerWheel.never }
}

/// The running values of a rule's window functions, of the events that are in the window.
final class WindowTotals {
  private let plan: WindowPlan
  let accumulators: [Accumulator]
  /// Events that match some pattern.
  private(set) var events = 0

  /// `keepsEvents`: whoever asks for values can go over the events again.
  init(_ plan: WindowPlan, keepsEvents: Bool = true, isJudged: Bool = true) {
    self.plan = plan
    accumulators = plan.functions.map { Accumulator.make($0, keepsEvents: keepsEvents, isJudged: isJudged, plan.kinds) }
  }

  /// What it takes in memory, in bytes.
  var size: Int { accumulators.reduce(64) { $0 + $1.size } }

  func add(_ element: WindowElement) { change(element, by: 1) }
  func remove(_ element: WindowElement) { change(element, by: -1) }

  func clear() {
    events = 0
    for accumulator in accumulators { accumulator.clear() }
  }

  private func change(_ element: WindowElement, by sign: Int) {
    if element.matched & plan.counted != 0 { events += sign }
    for index in accumulators.indices {
      let accumulator = accumulators[index]
      let bits: PatternBits = plan.functions[index].pattern.map { 1 << PatternBits($0) } ?? plan.counted
      if element.unsure & bits != 0 {
        if sign > 0 { accumulator.addError() } else { accumulator.removeError() }
      }
      guard element.matched & bits != 0 else { continue }
      guard let argument = plan.argument[index] else {
        for _ in 0..<(element.matched & bits).nonzeroBitCount { update(accumulator, .null, element.ref, sign) }
        continue
      }
      guard case .value(let value) = element.values[argument] else {
        if sign > 0 { accumulator.addError() } else { accumulator.removeError() }
        continue
      }
      update(accumulator, value, element.ref, sign)
    }
  }

  private func update(_ accumulator: Accumulator, _ value: Value, _ event: EventRef, _ sign: Int) {
    if sign > 0 { accumulator.add(value, of: event) } else { accumulator.remove(value) }
  }

  func write(to row: inout RowWriter) {
    row.unsigned(UInt64(events))
    for accumulator in accumulators { accumulator.write(to: &row) }
  }

  func read(from row: inout RowReader) {
    events = Int(row.unsigned())
    for accumulator in accumulators { accumulator.read(from: &row) }
  }

  /// The value of a function. `events`: those in the window, if they are kept.
  func value(_ index: Int, of events: WindowEvents?) throws(EvaluationError) -> Value {
    let accumulator = accumulators[index]
    let function = plan.functions[index]
    guard let argument = plan.argument[index] else { return try accumulator.result() }
    if let extreme = accumulator as? ExtremeAccumulator, extreme.isLost {
      extreme.restart()
      events?.forEach { if case .value(let value) = $0.values[argument] { extreme.add(value) } }
    }
    guard function.name == .first || function.name == .last, !(accumulator is EdgeAccumulator) else { return try accumulator.result() }
    guard case .int(let count) = try accumulator.result(), count > 0 else {
      throw EvaluationError(.noValue, "nothing has no first or last value")
    }
    guard let found = events?.value(argument, ofLast: function.name == .last) else {
      preconditionFailure("a window with values has a first and a last one")
    }
    return found
  }
}
