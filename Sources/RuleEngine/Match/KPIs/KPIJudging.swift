internal import RuleLanguage

/// The target of a KPI (language.md 18.4): windows out of it that follow one another are one violation.
extension KPIState {
  /// Judges windows that are not final, where more events can only make it worse. What is said early has the values known then, and is
  /// worded once more when the window has ended.
  mutating func judgeEarly(_ measuring: KPIMeasuring) {
    guard let target = measuring.kpi.target, target.isEarly else { return }
    for index in windows.indices where windows[index].wantsJudgement(at: measuring.moment.clock.now) {
      let window = windows[index]
      var breach: ViolationContent?
      if window.stage != .vanished, !measuring.isExempt(window) {
        let activation = measuring.activation(window, past)
        let measured = measuring.measure(window, activation)
        if measured.judgement?.isMet == false { breach = measuring.content(window, activation) }
      }
      windows[index].judge(breach, at: measuring.moment.clock.now)
    }
  }

  /// Judges a window whose value is final. Returns what it makes of the runs.
  func verdict(_ window: KPIWindow, _ measured: KPIMeasuring.Measured, _ activation: WindowActivation, _ measuring: KPIMeasuring)
    -> WindowVerdict
  {
    guard let judgement = measured.judgement, measured.reason == nil, measured.value != nil else { return .none }
    if measuring.isExempt(window) {
      if measuring.isPartial(window) { measuring.undetermined(.history, window) }
      return .none
    }
    if let reason = judgement.reason { measuring.undetermined(reason, window) }
    switch judgement.isMet {
    case nil: return .none
    case true?: return .holds(isDecided: true)
    case false?: return .breach(measuring.content(window, activation))
    }
  }

  /// The next window in order is final. Returns the runs that it ends.
  mutating func take(_ span: WindowSpan, _ verdict: WindowVerdict, _ plan: KPIPlan) -> [WindowRun] {
    if case .none = verdict { return [] }
    var runs = WindowRuns(run, remember: plan.remember)
    runs.add(span, verdict)
    run = runs.isOpen ? runs.runs.last : nil
    return runs.runs.filter(\.isOver)
  }

  /// The runs of windows that are final, and of those that are out of their target already.
  func runs(_ measuring: KPIMeasuring) -> [WindowRun] {
    guard let target = measuring.kpi.target else { return [] }
    var runs = WindowRuns(run, remember: measuring.kpi.remember)
    if target.isEarly {
      for window in windows where window.stage != .vanished {
        runs.add(window.span, window.breach.map { .breach($0) } ?? (measuring.isExempt(window) ? .none : .holds(isDecided: false)))
      }
    }
    return runs.runs
  }

  /// An open violation of a key that has no windows any more stays as it is after a while (language.md 8.5).
  mutating func forgetRun(_ clock: RuleClock, _ plan: KPIPlan) {
    guard windows.isEmpty, let run, clock.horizon >= run.last.end + plan.patience else { return }
    ledger.release(run.owner)
    self.run = nil
  }
}
