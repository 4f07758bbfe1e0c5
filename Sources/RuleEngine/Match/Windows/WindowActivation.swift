internal import EventModel
internal import RuleLanguage

/// What expressions read of a key's window at one instant.
struct WindowActivation: Activation {
  let plan: RulePlan
  let keySource: KeySource
  let totals: WindowTotals
  /// The events in the window; nil: it is empty, or its events are not kept.
  let events: WindowEvents?
  /// As of which tables are asked; nil: nothing looks up.
  var instant: Int64?
  /// Of a KPI: its own final value so long before.
  var past: ((_ distance: Int64) -> Value?)?

  var key: [Value] { KeyPlan.values(keySource.bytes) }

  func field(_ pattern: Int, _ path: FieldPath) throws(EvaluationError) -> Value? {
    preconditionFailure("the events of a window are read by window functions only")
  }
  func keyPart(_ index: Int) throws(EvaluationError) -> Value { key[index] }
  var wholeKey: String { plan.wholeKey(key) }
  func param(_ index: Int) -> Value { plan.params[index] }
  func aggregate(_ index: Int) throws(EvaluationError) -> Value { try totals.value(index, of: events) }
  func row(table: Int, key: [Value]) throws(EvaluationError) -> Value? { try plan.row(table: table, key: key, at: instant) }
  func ago(_ distance: Duration) throws(EvaluationError) -> Value {
    guard let value = past?(distance.microseconds) else { throw EvaluationError(.history, "there is no value of that time") }
    return value
  }
}

/// The events of a key that are in its window.
struct WindowEvents {
  let log: PagedLog<WindowElement>
  /// The times that the window holds.
  let range: ClosedRange<Int64>
  let plan: WindowPlan

  func forEach(_ body: (WindowElement) -> Void) { log.forEach(in: range, plan, body) }

  /// The value of an argument for the first, or the last, event that has one.
  func value(_ argument: Int, ofLast isLast: Bool) -> Value? {
    var found: Value?
    log.search(in: range, backwards: isLast, plan) { element in
      if case .value(let value) = element.values[argument] { found = value }
      return found == nil
    }
    return found
  }

  /// The last events, in order.
  func last(_ count: Int) -> [EventRef] {
    var events: [EventRef] = []
    log.search(in: range, backwards: true, plan) { element in
      if element.matched & plan.counted != 0 { events.append(element.ref) }
      return events.count < count
    }
    return events.reversed()
  }
}
