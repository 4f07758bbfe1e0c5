internal import EventModel
internal import RuleLanguage

/// The events that follow one A, step by step.
struct Chain {
  enum Outcome {
    /// No verdict: a step has no event, or was excused.
    case ends
    /// Whether it is excused is known at this clock.
    case waits(Int64)
    case undetermined(UndeterminedReason)
    /// The forbidden events, in order. `known`: the instant at which all that could excuse it is known.
    case violates([KeptEvent], known: Int64)
  }

  let form: ProhibitionForm
  let anchor: KeptEvent
  /// Those that may concern A, in order.
  let events: [KeptEvent]
  let key: [Value]
  /// What is bound so far: A, then an event for each step.
  private var bound: [(pattern: Int, event: KeptEvent)]

  init(form: ProhibitionForm, anchor: KeptEvent, events: [KeptEvent], key: [Value]) {
    self.form = form
    self.anchor = anchor
    self.events = events
    self.key = key
    bound = [(form.on, anchor)]
  }

  mutating func follow(_ clock: RuleClock) -> Outcome {
    var start = anchor
    var known = RuleClock.past
    for (index, step) in form.steps.enumerated() {
      let end: Int64
      switch step.span.deadline.instant(after: start.ref.time.microseconds, form.activation(bound, key)) {
      case .success(let deadline): end = deadline
      case .failure(let reason): return .undetermined(reason)
      }
      let found = events.filter { $0.ref != start.ref && step.span.holdsNarrowly(start.ref, $0.ref, end: end) && holds(step, $0) }
      guard let first = found.first else { return .ends }
      bound.append((step.pattern, first))
      if let excuse = step.excuse {
        let until = max(start.ref.time.microseconds, first.ref.time.microseconds) + max(excuse.fromStart.widest, excuse.fromEnd.widest)
        known = max(known, until)
        switch excused(excuse, start.ref, first.ref) {
        case true?: return .ends
        case nil: return .undetermined(.error)
        case false?: break
        }
        if clock.now <= until { return .waits(until + 1) }
        if min(start.ref.time.microseconds, first.ref.time.microseconds) - form.widestSkew < clock.since { return .undetermined(.history) }
      }
      if index == form.steps.count - 1 { return .violates(found, known: known) }
      start = first
    }
    return .ends
  }

  /// An error makes it none.
  private func holds(_ step: ProhibitionForm.Step, _ event: KeptEvent) -> Bool {
    guard event.matches(step.pattern) else { return false }
    guard let residual = step.residual else { return true }
    return (try? residual.evaluate(form.activation(bound + [(step.pattern, event)], key))) == .bool(true)
  }

  /// Whether an excusing event is dated between what the step begins at and its event, both included; nil: there is no telling.
  private func excused(_ excuse: ProhibitionForm.Excuse, _ start: EventRef, _ end: EventRef) -> Bool? {
    let (first, last) = start < end ? (start, end) : (end, start)
    let (toFirst, toLast) = start < end ? (excuse.fromStart, excuse.fromEnd) : (excuse.fromEnd, excuse.fromStart)
    var isUnsure = false
    for event in events where event.matches(excuse.pattern) || event.isUnsure(excuse.pattern) {
      let (begin, close) = (toFirst[first, event.ref], toLast[last, event.ref])
      let time = event.ref.time.microseconds
      guard time >= first.time.microseconds - begin.skew, time <= last.time.microseconds + close.skew,
        !(begin.isAlike && event.ref < first), event.ref != start, event.ref != end
      else { continue }
      if let residual = excuse.residual {
        switch try? residual.evaluate(form.activation(bound + [(excuse.pattern, event)], key)) {
        case .bool(false)?: continue
        case .bool(true)?: if event.matches(excuse.pattern) { return true }
        default: break
        }
        isUnsure = true
      } else if event.matches(excuse.pattern) {
        return true
      } else {
        isUnsure = true
      }
    }
    return isUnsure ? nil : false
  }

  func violation(_ forbidden: [KeptEvent], known: Int64) -> StandingViolation {
    let plan = form.plan
    let shown = forbidden.prefix(10)
    var evidence = Evidence(events: [(.on, anchor.ref)], omitted: forbidden.count - shown.count)
    evidence.events += bound.dropFirst().dropLast().map { (.then, $0.event.ref) } + shown.map { (.forbid, $0.ref) }
    let at = max(anchor.ref.time.microseconds, forbidden[0].ref.time.microseconds)
    let id = plan.violationID(key: key) { $0.writeAnchor(anchor.ref, plan.stream(of: anchor.ref)) }
    return StandingViolation(
      id: id, anchored: anchor.ref.time.microseconds, at: at, settles: max(at, known) + plan.lateness + 1,
      content: ViolationContent(plan, key: key, evidence: evidence, from: form.activation(bound, key)))
  }
}
