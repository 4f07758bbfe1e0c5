internal import EventModel
internal import RuleLanguage

/// What a KPI says of one key at one clock.
struct KPIMeasuring {
  let kpi: KPIPlan
  let moment: Moment

  /// A window's value, and what its target makes of it.
  struct Measured {
    /// nil: there is none, be it that nothing is measured or that there is no telling.
    var value: Value?
    /// Why there is no telling.
    var reason: UndeterminedReason?
    var judgement: KPITarget.Judgement?
  }

  func activation(_ window: KPIWindow, _ past: PastValues) -> WindowActivation {
    let start = window.span.start
    return WindowActivation(plan: kpi.rule, keySource: moment.key, totals: window.totals, events: nil, instant: window.span.end) {
      distance in
      guard case .grid(let grid) = kpi.shape else { return nil }
      return grid.start(distance, before: start).flatMap { past.value(at: $0) }
    }
  }

  func measure(_ window: KPIWindow, _ activation: WindowActivation) -> Measured {
    if window.stage == .vanished { return Measured() }
    var measured = value(activation)
    measured.judgement = kpi.target?.judge(measured.value, activation)
    return measured
  }

  private func value(_ activation: WindowActivation) -> Measured {
    do {
      if let condition = kpi.rule.rule.when, try condition.evaluate(activation) != .bool(true) { return Measured() }
      switch try kpi.measure.evaluate(activation) {
      case .null, .optional(nil): return Measured()
      case .optional(let inner?): return Measured(value: inner)
      case let value: return Measured(value: value)
      }
    } catch {
      return Measured(reason: error.cause == .noValue ? nil : UndeterminedReason(error))
    }
  }

  /// Events of it may be missing since they are dated before what is known. A session may have begun before, too.
  func isPartial(_ window: KPIWindow) -> Bool {
    switch kpi.shape {
    case .grid: window.span.start < moment.clock.since
    case .sessions(let gap, _): window.stage != .vanished && window.chain - gap + 1 < moment.clock.since
    }
  }

  /// Its target is not judged: events may be missing, or the rule does not hold then.
  func isExempt(_ window: KPIWindow) -> Bool { isPartial(window) || !kpi.rule.isEffective(window.span.start) }

  func undetermined(_ reason: UndeterminedReason, _ window: KPIWindow) {
    moment.effects.undetermined(kpi.rule, reason, key: moment.key.bytes, at: window.span.start)
  }

  func content(_ window: KPIWindow, _ activation: WindowActivation) -> ViolationContent {
    let key = KeyPlan.values(moment.key.bytes)
    return ViolationContent(kpi.rule, key: key, evidence: Evidence(), from: activation)
  }

  func publish(_ window: KPIWindow, _ measured: Measured, isFinal: Bool) {
    guard kpi.rule.isEffective(window.span.start) else { return }
    moment.effects.counters.rules[kpi.rule.rule.name, default: .init()].values += 1
    guard let topic = kpi.rule.topic(.kpis) else { return }
    var target: KPIRecord.Target?
    if let judged = kpi.target, let bound = measured.judgement?.bound {
      let isDecided = !isPartial(window) && (isFinal || window.breach != nil)
      target = .init(sign: judged.target.sign, value: bound, isMet: isDecided ? measured.judgement?.isMet : nil)
    }
    let record = KPIRecord(
      key: KeyPlan.values(moment.key.bytes), start: EventTime(microseconds: window.span.start),
      end: EventTime(microseconds: window.span.end), revision: window.revision, isFinal: isFinal, isPartial: isPartial(window),
      value: measured.value, events: window.totals.events, target: target, clock: moment.clock.time)
    moment.effects.publish(record.output(kpi.rule, topic: topic), slot: moment.slot)
  }
}
