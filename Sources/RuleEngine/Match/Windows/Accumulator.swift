internal import EventModel
internal import RuleLanguage

/// The running value of a window function. Adding and removing is exact, so the value depends on what is in the window and on nothing
/// else: not on the order, not on what was there before.
class Accumulator {
  /// Values in the window for which the argument ended in an error: while there is one, the function has no value (language.md 10.3).
  private(set) final var errors = 0

  func add(_ value: Value) { preconditionFailure("each function has an accumulator of its own") }
  func remove(_ value: Value) { preconditionFailure("each function has an accumulator of its own") }
  /// Adds a value of an event; only `first` and `last` ask which.
  func add(_ value: Value, of event: EventRef) { add(value) }
  /// Takes all out again; asked of those of windows whose events are kept.
  func clear() { errors = 0 }
  /// Throws `noValue` for what has none of nothing.
  func value() throws(EvaluationError) -> Value { preconditionFailure("each function has an accumulator of its own") }

  func write(to row: inout RowWriter) { row.unsigned(UInt64(errors)) }
  func read(from row: inout RowReader) { errors = Int(row.unsigned()) }
  /// What it takes in memory beyond the object, in bytes.
  var size: Int { 48 }

  final func addError() { errors += 1 }
  final func removeError() { errors -= 1 }

  /// The function's value, or the error of what it reads.
  final func result() throws(EvaluationError) -> Value {
    if errors > 0 { throw EvaluationError(.invalidArgument, "the argument of a window function is in error for an event of the window") }
    return try value()
  }

  /// The accumulator of a function. A window whose events are kept asks them for the first and the last one, and only counts here.
  /// `isJudged`: a verdict rests on its value, so it is exact.
  static func make(_ function: WindowFunction, keepsEvents: Bool, isJudged: Bool, _ kinds: RefKinds) -> Accumulator {
    switch function.name {
    case .count: CountAccumulator()
    case .sum: SumAccumulator(function.type)
    case .avg: AverageAccumulator(function.argument?.type ?? function.type)
    case .min: ExtremeAccumulator(wanting: .ascending)
    case .max: ExtremeAccumulator(wanting: .descending)
    case .distinct: keepsEvents ? DistinctAccumulator() : DistinctSketch(isExact: isJudged)
    case .first, .last: keepsEvents ? CountAccumulator() : EdgeAccumulator(isFirst: function.name == .first, kinds)
    case .percentile: QuantileAccumulator(function.argument?.type ?? function.type, percent: function.rank ?? 50)
    }
  }
}

/// `count()` and `count(a)`.
final class CountAccumulator: Accumulator {
  private var count: Int64 = 0

  override func add(_ value: Value) { count += 1 }
  override func remove(_ value: Value) { count -= 1 }
  override func clear() {
    super.clear()
    count = 0
  }
  override func value() throws(EvaluationError) -> Value { .int(count) }

  override func write(to row: inout RowWriter) {
    super.write(to: &row)
    row.signed(count)
  }
  override func read(from row: inout RowReader) {
    super.read(from: &row)
    count = row.signed()
  }
}

/// `first(e)` and `last(e)`, where the events themselves are not kept; nothing is removed.
final class EdgeAccumulator: Accumulator {
  private let isFirst: Bool
  private let kinds: RefKinds
  private var edge: (event: EventRef, value: Value)?

  init(isFirst: Bool, _ kinds: RefKinds) {
    self.isFirst = isFirst
    self.kinds = kinds
  }

  override func add(_ value: Value, of event: EventRef) {
    if let edge, isFirst ? edge.event < event : event < edge.event { return }
    edge = (event, value)
  }

  override func value() throws(EvaluationError) -> Value {
    guard let edge else { throw EvaluationError(.noValue, "nothing has no first or last value") }
    return edge.value
  }

  override func write(to row: inout RowWriter) {
    super.write(to: &row)
    row.byte(edge == nil ? 0 : 1)
    guard let edge else { return }
    row.signed(edge.event.time.microseconds)
    edge.event.write(to: &row)
    row.value(edge.value)
  }

  override func read(from row: inout RowReader) {
    super.read(from: &row)
    guard row.byte() == 1 else { return }
    let time = EventTime(microseconds: row.signed())
    edge = (EventRef(time: time, from: &row, kinds: kinds), row.value())
  }
}

/// `distinct(e)` of a window whose events are kept: how many values are different, exactly.
final class DistinctAccumulator: Accumulator {
  private var counts: [Value: Int] = [:]

  /// A NaN equals nothing, not even itself: all of them count as one value.
  private static func known(_ value: Value) -> Value {
    if case .double(let number) = value, number.isNaN { return .null }
    return value
  }

  override func add(_ value: Value) { counts[Self.known(value), default: 0] += 1 }

  override func remove(_ value: Value) {
    let value = Self.known(value)
    guard let count = counts[value] else { preconditionFailure("only what was added is removed") }
    counts[value] = count == 1 ? nil : count - 1
  }

  override func clear() {
    super.clear()
    counts.removeAll(keepingCapacity: counts.count < 64)
  }

  override func value() throws(EvaluationError) -> Value { .int(Int64(counts.count)) }

  override var size: Int { 96 + counts.capacity * (MemoryLayout<Value>.stride + 16) }
}

/// `min(e)` and `max(e)`.
final class ExtremeAccumulator: Accumulator {
  /// How the value looked for stands to the others.
  private let wanted: ValueOrder
  private var extreme: Value?
  private var count = 0
  /// The extreme has left: the next one is to be found among what is in the window.
  private(set) var isLost = false

  init(wanting order: ValueOrder) { wanted = order }

  override func add(_ value: Value) {
    if isLost || isNaN(value) { return }
    guard let extreme else {
      (self.extreme, count) = (value, 1)
      return
    }
    if precedes(value, extreme) {
      (self.extreme, count) = (value, 1)
    } else if !precedes(extreme, value) {
      count += 1
    }
  }

  override func remove(_ value: Value) {
    guard !isLost, !isNaN(value), let extreme, !precedes(extreme, value) else { return }
    count -= 1
    if count == 0 { (self.extreme, isLost) = (nil, true) }
  }

  /// Looks for the extreme anew: `add` of every value in the window follows.
  func restart() { (extreme, count, isLost) = (nil, 0, false) }

  override func clear() {
    super.clear()
    restart()
  }

  override func value() throws(EvaluationError) -> Value {
    guard let extreme else { throw EvaluationError(.noValue, "nothing has no least or greatest value") }
    return extreme
  }

  /// Of equal decimals the one with more digits comes first, so the choice does not depend on the order of adding.
  private func precedes(_ a: Value, _ b: Value) -> Bool {
    switch a.order(to: b) {
    case .ascending: return wanted == .ascending
    case .descending: return wanted == .descending
    default:
      if case .decimal(let x) = a, case .decimal(let y) = b { return x.scale > y.scale }
      return false
    }
  }

  private func isNaN(_ value: Value) -> Bool {
    if case .double(let number) = value { return number.isNaN }
    return false
  }

  override func write(to row: inout RowWriter) {
    super.write(to: &row)
    row.unsigned(UInt64(count))
    if let extreme { row.value(extreme) }
  }
  override func read(from row: inout RowReader) {
    super.read(from: &row)
    count = Int(row.unsigned())
    extreme = count > 0 ? row.value() : nil
  }
}
