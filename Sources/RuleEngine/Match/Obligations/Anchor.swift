internal import EventModel
internal import RuleLanguage

/// An A that waits for its B, or one that is violated and waits for what may come late.
struct Anchor: LogElement {
  var ref: EventRef
  /// The end of its span as it is shown, without widening; `at`.
  var deadline: Int64
  /// What the notes read of it.
  var fields: [FieldValue]
  /// A B or C in its span was seen.
  var isMet = false
  /// So was one whose `where` ended in an error.
  var isUnsure = false
  /// The first B or C after its span.
  var late: (event: EventRef, step: ObligationPlan.Step)?
  /// It is violated: the ledger has it.
  var isViolated = false
  /// By `late`, the violation is resolved: the ledger knows.
  var isResolved = false
  /// The ledger is to be told something else.
  var isStale = false

  init(ref: EventRef, deadline: Int64, fields: [FieldValue]) {
    self.ref = ref
    self.deadline = deadline
    self.fields = fields
  }

  /// Notes that a B or C stands so to it. Whether that changed anything.
  mutating func take(_ other: EventRef, _ step: ObligationPlan.Step, isUnsure unsure: Bool, _ plan: ObligationPlan) -> Bool {
    if plan.spanHolds(self, other, step) {
      let before = (isMet, isUnsure)
      if unsure { isUnsure = true } else { isMet = true }
      if isViolated { isStale = true }
      return before != (isMet, isUnsure)
    }
    guard !unsure, plan.isLate(self, other, step) else { return false }
    if let late, late.event <= other { return false }
    late = (other, step)
    if isResolved { isStale = true }
    return true
  }

  /// The first clock at which there is something to decide.
  func due(_ plan: ObligationPlan) -> Int64 {
    if isStale { return RuleClock.past }
    guard isViolated else { return isMet ? plan.end(self) + plan.rule.lateness + 1 : plan.end(self) + 1 }
    if !isResolved, let late { return min(plan.forgotten(self), late.event.time.microseconds + 1) }
    return plan.forgotten(self)
  }

  func write(to row: inout RowWriter, _ plan: ObligationPlan) {
    ref.write(to: &row)
    let flags = [isMet, isUnsure, late != nil, isViolated, isResolved, isStale].enumerated().reduce(UInt8(0)) {
      $1.element ? $0 | 1 << UInt8($1.offset) : $0
    }
    row.byte(flags)
    if !plan.isFixed { row.signed(deadline - ref.time.microseconds) }
    for field in fields { row.field(field) }
    if let late {
      row.byte(UInt8(late.step.rawValue))
      row.signed(late.event.time.microseconds)
      late.event.write(to: &row)
    }
  }

  init(time: EventTime, from row: inout RowReader, _ plan: ObligationPlan) {
    ref = EventRef(time: time, from: &row, kinds: plan.rule.kinds)
    let flags = row.byte()
    deadline = plan.isFixed ? plan.fixedDeadline(time.microseconds) : time.microseconds + row.signed()
    fields = plan.kept[plan.on].map { _ in row.field() }
    (isMet, isUnsure) = (flags & 1 != 0, flags & 2 != 0)
    (isViolated, isResolved, isStale) = (flags & 8 != 0, flags & 16 != 0, flags & 32 != 0)
    if flags & 4 != 0 {
      guard let step = ObligationPlan.Step(rawValue: Int(row.byte())) else { preconditionFailure("the step of a row is known") }
      let time = EventTime(microseconds: row.signed())
      late = (EventRef(time: time, from: &row, kinds: plan.rule.kinds), step)
    }
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
