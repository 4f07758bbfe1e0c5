internal import EventModel
internal import RuleLanguage

/// KPIs and their targets (language.md 18).
extension NaiveRule {
  func measures(_ measure: Measure) -> NaiveJudgement {
    var judgement = NaiveJudgement()
    for (key, events) in byKey(Array(rule.patterns.indices)) {
      let ended = windows(measure.window, events, fill: measure.fill).filter { $0.end + lateness < clock && isInEffect(at: $0.start) }
      // Only what is final is looked back at.
      var finals: [Int64: Value] = [:]
      var run: NaiveRun?
      for window in ended {
        var values = activation([:], key: key, over: window.events)
        values.moment = window.end
        values.past = { distance in start(measure.window, distance, before: window.start).flatMap { finals[$0] } }
        let value = value(of: measure, values)
        finals[window.start] = value
        var said = StandingKPI(
          kpi: rule.name, key: keyObject(key), start: EventTime(microseconds: window.start).rfc3339,
          end: EventTime(microseconds: window.end).rfc3339, value: value?.recordText, events: window.events.filter { !$0.isBroken }.count,
          isPartial: window.start < known)
        said.between = value == nil ? nil : sketched(measure, values)
        if let target = measure.target { said.isMet = hold(target, value, window, key, values, &run, &judgement) }
        judgement.kpis.append(said)
      }
      close(&run, nil, &judgement)
      if doubt.isRaised { judgement.uncertain.insert(key) }
      doubt.isRaised = false
    }
    return judgement
  }

  /// Without `when` there is no value; nor if what is measured has none, or cannot be told.
  private func value(of measure: Measure, _ values: NaiveActivation) -> Value? {
    if let when = rule.when, judge(when, values) != .holds { return nil }
    switch try? measure.expression.evaluate(values) {
    case nil, .null?, .optional(nil)?: return nil
    case .optional(let inner?)?: return inner
    case let value?: return value
    }
  }

  /// Whether the target is met; nil: there is nothing to judge, or no telling.
  private func hold(
    _ target: Measure.Target, _ value: Value?, _ window: NaiveWindow, _ key: [Value], _ values: NaiveActivation, _ run: inout NaiveRun?,
    _ judgement: inout NaiveJudgement
  ) -> Bool? {
    func give(up reason: String) -> Bool? {
      judgement.undetermined.append(undetermined(key, at: window.start, reason))
      return nil
    }
    guard let value else {
      if let when = rule.when {
        let truth = judge(when, values)
        if let reason = truth.reason { return give(up: reason) }
        if truth != .holds { return nil }
      }
      do {
        _ = try measured.evaluate(values)
      } catch {
        if let reason = NaiveTruth(error).reason { return give(up: reason) }
      }
      return nil
    }
    if window.start < known { return give(up: "history") }
    do {
      let bound = try target.bound.evaluate(values)
      guard case .bool(let isMet) = try target.comparison.apply([value, bound]) else { return give(up: "error") }
      // What is forgotten stays as it is.
      if let open = run, window.start - open.breached.end > remember { close(&run, nil, &judgement) }
      if isMet {
        close(&run, "target met", &judgement)
      } else if run == nil {
        run = NaiveRun(key: key, first: window, opened: values, last: window, breached: window, values: values)
      } else {
        run?.breach(window, values)
      }
      return isMet
    } catch {
      return NaiveTruth(error).reason.flatMap { give(up: $0) }
    }
  }

  private var measured: CheckedExpression {
    guard case .kpi(let measure) = rule.form else { preconditionFailure("a KPI measures") }
    return measure.expression
  }

  /// The start of the window so long before; nil: there is none (18.5).
  private func start(_ window: Window, _ distance: Duration, before start: Int64) -> Int64? {
    guard case .calendar(let unit, let zone) = window else { return start - distance.microseconds }
    return NaiveCalendar(unit, zone).start(Int(distance.microseconds / 86_400_000_000), daysBefore: start)
  }

  /// What a sketch of the window may say of a percentile: 1 % beside the values next to its rank (3.8).
  private func sketched(_ measure: Measure, _ values: NaiveActivation) -> ClosedRange<Double>? {
    guard case .aggregate(let index) = measure.expression.kind else { return nil }
    let function = rule.aggregates[index]
    guard function.name == .percentile, let rank = function.rank else { return nil }
    let matches = values.window.filter { $0.pattern == function.pattern }
    guard let all = try? values.values(of: function, matches) else { return nil }
    let ends = [FloatingPointRoundingRule.down, .up].compactMap { NaiveActivation.ranked(all, rank, $0)?.nearest }
    guard let low = ends.min(), let high = ends.max() else { return nil }
    return (low - abs(low) * 0.01)...(high + abs(high) * 0.01)
  }
}

extension Value {
  fileprivate var nearest: Double? {
    switch self {
    case .double(let number): return number
    case .duration(let duration): return Double(duration.microseconds)
    default:
      guard let number = exact else { return nil }
      var value = Double(number.coefficient)
      for _ in 0..<number.scale { value /= 10 }
      return value
    }
  }
}
