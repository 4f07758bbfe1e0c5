internal import EventModel
internal import RuleLanguage

/// A form whose verdicts are each about one event, A, and the events of A's key in spans around it: prohibitions, chains, joins.
protocol AnchoredForm: Sendable {
  var plan: RulePlan { get }
  var kept: KeptPlan { get }
  /// Index into `CheckedRule.patterns` of A.
  var on: Int { get }
  /// The part of A's `where` that looks up; nil: there is none.
  var onResidual: CheckedExpression? { get }
  /// Rows of tables are asked for, as of A's time: nothing is said before the clock is past it.
  var looksUp: Bool { get }
  /// How far before A the events are dated that concern it, in microseconds.
  var reachBefore: Int64 { get }
  /// How far after A they are dated; nil: no instant says.
  var reachAfter: Int64? { get }
  /// The last instant at which an event can concern A.
  func end(_ anchor: KeptEvent) -> Int64
  /// What stands of A.
  func judge(_ anchor: KeptAnchor, _ others: PagedLog<KeptEvent>, _ ledger: Ledger, _ key: [Value], _ clock: RuleClock) -> Judgement
}

/// What is known of an A at a clock.
struct Judgement {
  var standing: [StandingViolation] = []
  /// Nothing can be said of it, or not of all.
  var undetermined: UndeterminedReason?
  /// The first clock at which more can be said without further events.
  var next = TimerWheel.never

  static let nothing = Judgement()
}

extension AnchoredForm {
  /// The times of the A that an event concerns.
  func anchors(concernedBy time: Int64) -> ClosedRange<Int64> {
    (reachAfter.map { time - $0 } ?? RuleClock.past)...(time + reachBefore)
  }

  /// The events that may concern A.
  func others(of anchor: KeptAnchor) -> ClosedRange<Int64> {
    (anchor.ref.time.microseconds - reachBefore)...max(anchor.end, anchor.ref.time.microseconds)
  }

  /// What stands of A at a clock that is past what it has to wait for.
  func judgement(
    _ anchor: KeptAnchor, _ others: PagedLog<KeptEvent>, _ ledger: Ledger, _ key: [Value], _ clock: RuleClock
  ) -> Judgement {
    let time = anchor.ref.time.microseconds
    if looksUp, clock.now <= time { return Judgement(next: time + 1) }
    if let onResidual {
      do throws(EvaluationError) {
        guard try onResidual.evaluate(activation([(on, anchor.event)], key)) == .bool(true) else { return .nothing }
      } catch {
        return Judgement(undetermined: UndeterminedReason(error))
      }
    }
    return judge(anchor, others, ledger, key, clock)
  }

  /// What expressions read of events that are bound to patterns, A first.
  func activation(_ bound: [(pattern: Int, event: KeptEvent)], _ key: [Value]) -> KeptActivation {
    var fields: [[FieldValue]?] = kept.paths.map { _ in nil }
    for (pattern, event) in bound { fields[pattern] = event.fields[pattern] }
    return KeptActivation(
      fields: fields, paths: kept.paths, key: key, plan: plan, instant: bound.first?.event.ref.time.microseconds)
  }
}
