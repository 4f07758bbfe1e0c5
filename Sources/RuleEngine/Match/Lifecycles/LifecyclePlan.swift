internal import EventModel
internal import RuleLanguage

/// `lifecycle NAME { a -> b, c within D … end c retain E }`, resolved (language.md 17). States are numbered as in `Lifecycle.states`, and
/// so are the patterns of the events that enter them. Spans are in microseconds.
final class LifecyclePlan: Sendable {
  struct State: Sendable {
    let name: String
    /// The states to which arrows lead, as bits.
    let next: PatternBits
    let isInitial: Bool
    let isEnd: Bool
    let stay: DeadlinePlan?
    /// The part of the `where` of the state's events that looks up.
    let residual: CheckedExpression?
    /// By kind, as `RefKinds` numbers them: it is one of those that enter the state.
    let isEntered: [Bool]
  }

  let rule: RulePlan
  let states: [State]
  let kept: KeptPlan
  /// What is kept of an event is a state, and no fields.
  let isBare: Bool
  let retain: Int64
  let remember: Int64
  /// No two events further apart are in one run.
  let widestSkew: Int64
  /// By kind: the rank of its stream, and the stream's skew.
  private let skews: [(stream: UInt8, skew: Int64)]
  /// By kind: how long after an event another one may come that is taken before it.
  private let reach: [Int64]
  /// By state, by the kind that entered it: the largest widening of the stay.
  private let widening: [[Int64]]

  init(_ plan: RulePlan, _ lifecycle: Lifecycle, residual: (_ pattern: Int) -> CheckedExpression?) {
    let kinds = plan.kinds.kinds
    let states = lifecycle.states.map { state in
      let entering = plan.rule.patterns[state.pattern].kinds
      return State(
        name: state.name, next: state.next.reduce(0) { $0 | 1 << PatternBits($1) }, isInitial: state.isInitial, isEnd: state.isEnd,
        stay: state.longestStay.map { DeadlinePlan($0, plan) }, residual: residual(state.pattern),
        isEntered: kinds.map { entering.contains($0.kind) })
    }
    let skews = kinds.map { (stream: $0.rank, skew: plan.streams[$0.kind.stream].skew.microseconds) }
    rule = plan
    self.states = states
    self.skews = skews
    kept = KeptPlan(plan, for: states.compactMap(\.residual))
    isBare = states.allSatisfy { $0.residual == nil }
    retain = plan.microseconds(lifecycle.retain)
    remember = plan.microseconds(plan.rule.notes.remember)
    let hasStreams = Set(skews.map(\.stream)).count > 1
    widestSkew = hasStreams ? skews.map(\.skew).max() ?? 0 : 0
    reach = skews.map { own in skews.filter { $0.stream != own.stream }.map { max(own.skew, $0.skew) }.max() ?? 0 }
    widening = states.map { state in
      kinds.indices.map { kind in
        guard state.isEntered[kind] else { return 0 }
        return states.flatMap { other in
          kinds.indices.filter { other.isEntered[$0] }.map { LifecyclePlan.skew(skews, state, kind, other, $0) }
        }.max() ?? 0
      }
    }
  }

  var lateness: Int64 { rule.lateness }
  /// Rows of tables are asked for.
  var looksUp: Bool { !rule.rule.tables.isEmpty }

  func hasArrow(_ from: Int, _ to: Int) -> Bool { states[from].next & (1 << PatternBits(to)) != 0 }

  // MARK: Stays

  /// When the longest stay in a state ends that was entered at an instant; nil: it has no end.
  func deadline(of state: Int, enteredAt time: Int64) -> Int64? {
    switch states[state].stay {
    case nil: nil
    case .within(let length): time + length
    case .hours(let hours, let length): hours.deadline(time, open: length)
    case .due: preconditionFailure("a stay has no deadline of its event's")
    }
  }

  /// By how much a stay is longer for the event that ends it (language.md 11.3).
  func skew(_ entry: EventRef, into state: Int, _ leave: EventRef, into other: Int) -> Int64 {
    LifecyclePlan.skew(skews, states[state], Int(entry.kind), states[other], Int(leave.kind))
  }

  private static func skew(
    _ skews: [(stream: UInt8, skew: Int64)], _ state: State, _ kind: Int, _ other: State, _ leaving: Int
  ) -> Int64 {
    let isAlike = state.isEntered[leaving] && other.isEntered[kind]
    return isAlike || skews[kind].stream == skews[leaving].stream ? 0 : max(skews[kind].skew, skews[leaving].skew)
  }

  /// By how much it is longer at most.
  func widening(_ entry: EventRef, into state: Int) -> Int64 { widening[state][Int(entry.kind)] }

  // MARK: Runs

  /// The two may stand in another order: `next` is the one behind `event` in order.
  func isInRun(_ next: EventRef, behind event: EventRef) -> Bool {
    if next.time == event.time { return true }
    let (a, b) = (skews[Int(event.kind)], skews[Int(next.kind)])
    return a.stream != b.stream && next.time.microseconds - event.time.microseconds <= max(a.skew, b.skew)
  }

  /// The first clock at which no event joins the run behind an event.
  func closing(behind event: EventRef) -> Int64 { event.time.microseconds + reach[Int(event.kind)] + 1 }

  /// When the clock is past this, nothing that is dated `time` or before it changes any more.
  func settled(_ time: Int64) -> Int64 { time + remember + lateness }
}
