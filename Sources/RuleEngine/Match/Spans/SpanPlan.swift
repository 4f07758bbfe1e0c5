internal import EventModel
internal import RuleLanguage

/// A span of `with`, `then` or `forbid`, resolved: which events of one pattern stand in it, from an event of another (language.md 11).
struct SpanPlan: Sendable {
  let direction: Reach.Direction
  let deadline: DeadlinePlan
  /// What bounds it in microseconds; of open hours no instant says how long they take.
  let length: Int64
  let pairs: PairTable

  init(_ reach: Reach, _ plan: RulePlan, from first: Int, to second: Int) {
    direction = reach.direction
    deadline = DeadlinePlan(reach, plan)
    length = plan.microseconds(reach.within)
    pairs = PairTable(plan, first, second)
  }

  /// How far it looks back, and ahead; nil: no instant says.
  var lengthBefore: Int64 { direction == .after ? 0 : length }
  var lengthAfter: Int64? { direction == .before ? 0 : deadline.longest }

  /// As `with` has it: the ends belong to it, and nothing is widened. `end`: of the part that looks ahead.
  func holds(_ first: EventRef, _ other: EventRef, end: Int64) -> Bool {
    let isAlike = pairs[first, other].isAlike
    let (a, b) = (first.time.microseconds, other.time.microseconds)
    let isAfter = b >= a && b <= end && !(isAlike && other < first)
    let isBefore = b <= a && b >= a - length && !(isAlike && first < other)
    return isIn(isAfter, isBefore)
  }

  /// As `forbid` and `then` have it: narrowed by the skew, and of events dated as the first only alike ones count.
  func holdsNarrowly(_ first: EventRef, _ other: EventRef, end: Int64) -> Bool {
    let pair = pairs[first, other]
    let (a, b) = (first.time.microseconds, other.time.microseconds)
    if pair.isAlike {
      return isIn(first < other && b <= end, other < first && b >= a - length)
    }
    return isIn(b > a + pair.skew && b <= end - pair.skew, b < a - pair.skew && b >= a - length + pair.skew)
  }

  private func isIn(_ isAfter: Bool, _ isBefore: Bool) -> Bool {
    switch direction {
    case .after: isAfter
    case .before: isBefore
    case .around: isAfter || isBefore
    }
  }
}
