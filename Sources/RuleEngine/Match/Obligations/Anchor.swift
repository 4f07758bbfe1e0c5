internal import EventModel
internal import RuleLanguage

/// An A that waits for its B, or a violation that waits for what may come late.
struct Anchor: LogElement {
  var ref: EventRef
  /// What the notes read of it.
  var fields: [FieldValue]
  /// A B or C in its span was seen.
  var isMet = false
  /// So was one whose `where` ended in an error.
  var isUnsure = false
  /// The first B or C after its span.
  var late: (event: EventRef, step: ObligationPlan.Step)?
  /// What was said; nil: nothing yet.
  var publication: Publication?
  /// `late` is another one than was said.
  var isReworded = false

  init(ref: EventRef, fields: [FieldValue]) {
    self.ref = ref
    self.fields = fields
  }

  /// Notes that a B or C stands so to it. Whether that changed anything.
  mutating func take(_ other: EventRef, _ step: ObligationPlan.Step, isUnsure unsure: Bool, _ plan: ObligationPlan) -> Bool {
    if plan.spanHolds(ref, other, step) {
      let before = (isMet, isUnsure)
      if unsure { isUnsure = true } else { isMet = true }
      return before != (isMet, isUnsure)
    }
    guard !unsure, plan.isLate(ref, other, step) else { return false }
    if let late, late.event <= other { return false }
    late = (other, step)
    if publication?.verdict.state == .resolved { isReworded = true }
    return true
  }

  /// What stands of it at a clock that is past the end of its span.
  func verdict(_ clock: Int64, _ plan: ObligationPlan) -> Verdict {
    let settled = clock > plan.end(ref) + plan.rule.lateness
    if isMet || isUnsure { return Verdict(state: .withdrawn, reason: .evidence, settled: settled) }
    guard let late, late.event.time.microseconds < clock else { return Verdict(state: .open, settled: settled) }
    return Verdict(state: .resolved, reason: late.step == .expect ? .late : .excused, settled: settled)
  }

  func due(_ plan: ObligationPlan) -> Int64 {
    let settling = plan.end(ref) + plan.rule.lateness + 1
    guard let publication else { return isMet ? settling : plan.end(ref) + 1 }
    let verdict = publication.verdict
    if isMet || isUnsure { return verdict.state == .withdrawn ? settling : RuleClock.past }
    if isReworded { return RuleClock.past }
    var due = forgotten(plan)
    if !verdict.settled { due = min(due, settling) }
    if verdict.state == .open, let late { due = min(due, late.event.time.microseconds + 1) }
    return due
  }

  /// The first clock at which a violation is forgotten.
  func forgotten(_ plan: ObligationPlan) -> Int64 { plan.deadline(ref) + plan.remember + plan.rule.lateness + 1 }

  func write(to row: inout RowWriter, _ plan: ObligationPlan) {
    ref.write(to: &row)
    row.byte(
      (isMet ? 1 : 0) | (isUnsure ? 2 : 0) | (late == nil ? 0 : 4) | (publication == nil ? 0 : 8) | (isReworded ? 16 : 0))
    for field in fields { row.field(field) }
    if let late {
      row.byte(UInt8(late.step.rawValue))
      row.signed(late.event.time.microseconds)
      late.event.write(to: &row)
    }
    publication?.write(to: &row)
  }

  init(time: EventTime, from row: inout RowReader, _ plan: ObligationPlan) {
    ref = EventRef(time: time, from: &row, kinds: plan.rule.kinds)
    let flags = row.byte()
    fields = plan.kept[plan.on].map { _ in row.field() }
    (isMet, isUnsure, isReworded) = (flags & 1 != 0, flags & 2 != 0, flags & 16 != 0)
    if flags & 4 != 0 {
      guard let step = ObligationPlan.Step(rawValue: Int(row.byte())) else { preconditionFailure("the step of a row is known") }
      let time = EventTime(microseconds: row.signed())
      late = (EventRef(time: time, from: &row, kinds: plan.rule.kinds), step)
    }
    publication = flags & 8 != 0 ? Publication(from: &row) : nil
  }
}

/// A B or C that may still meet or excuse some A.
struct Answer: LogElement {
  var ref: EventRef
  /// Which of B and C it is, as bits by `ObligationPlan.Step`; and for which `where` ended in an error.
  var matched: UInt8
  var unsure: UInt8
  /// By step, what the residuals read of it.
  var fields: [[FieldValue]]

  init(ref: EventRef, matched: UInt8, unsure: UInt8, fields: [[FieldValue]]) {
    self.ref = ref
    self.matched = matched
    self.unsure = unsure
    self.fields = fields
  }

  func due(_ plan: ObligationPlan) -> Int64 { TimerWheel.never }

  func write(to row: inout RowWriter, _ plan: ObligationPlan) {
    ref.write(to: &row)
    row.byte(matched | unsure << 4)
    for values in fields { for value in values { row.field(value) } }
  }

  init(time: EventTime, from row: inout RowReader, _ plan: ObligationPlan) {
    ref = EventRef(time: time, from: &row, kinds: plan.rule.kinds)
    let bits = row.byte()
    (matched, unsure) = (bits & 15, bits >> 4)
    fields = ObligationPlan.Step.allCases.map { step in
      guard plan.residuals[step] != nil, let pattern = plan.patterns[step] else { return [] }
      return plan.kept[pattern].map { _ in row.field() }
    }
  }
}
