internal import EventModel
internal import RuleLanguage

/// What is kept of the events of a rule: by pattern, the fields that are read when they are judged.
final class KeptPlan: Sendable {
  let rule: RulePlan
  let paths: [[FieldPath]]

  init(_ rule: RulePlan, for expressions: [CheckedExpression]) {
    var paths: [[FieldPath]] = rule.rule.patterns.map { _ in [] }
    for expression in expressions {
      expression.forEachField { pattern, path in
        if !paths[pattern].contains(path) { paths[pattern].append(path) }
      }
    }
    self.rule = rule
    self.paths = paths
  }

  /// What is kept of an event of the batch.
  func event(_ seen: SeenEvent, _ step: Step) -> KeptEvent {
    let fields = paths.indices.map { pattern -> [FieldValue] in
      guard (seen.matched | seen.unsure) & (1 << PatternBits(pattern)) != 0 else { return [] }
      return paths[pattern].map { path in
        guard let index = rule.fields[pattern][path] else { preconditionFailure("what is kept is a field of its pattern") }
        return step.batch.field(seen.event, rule: rule.index, pattern: pattern, field: index)
      }
    }
    return KeptEvent(ref: seen.ref, matched: seen.matched, unsure: seen.unsure, fields: fields)
  }
}

/// An event that may take part in a verdict.
struct KeptEvent: LogElement {
  var ref: EventRef
  /// The patterns that it matches, as bits, but for the parts of their `where` that read other events.
  var matched: PatternBits
  /// The patterns whose `where` ended in an error for it.
  var unsure: PatternBits
  /// By pattern that it matches or may match; of others there are none.
  var fields: [[FieldValue]]
  /// It came too late: it concerns the A that were kept then, and none that came after it (language.md 5.7). Numbers of a key rise; 0: it
  /// came in time.
  var lateNumber: UInt32 = 0

  init(ref: EventRef, matched: PatternBits, unsure: PatternBits, fields: [[FieldValue]]) {
    self.ref = ref
    self.matched = matched
    self.unsure = unsure
    self.fields = fields
  }

  func matches(_ pattern: Int) -> Bool { matched & (1 << PatternBits(pattern)) != 0 }
  func isUnsure(_ pattern: Int) -> Bool { unsure & (1 << PatternBits(pattern)) != 0 }

  func due(_ plan: KeptPlan) -> Int64 { TimerWheel.never }

  func write(to row: inout RowWriter, _ plan: KeptPlan) {
    ref.write(to: &row)
    row.unsigned(UInt64(matched))
    row.unsigned(UInt64(unsure))
    row.unsigned(UInt64(lateNumber))
    for values in fields { for value in values { row.field(value) } }
  }

  init(time: EventTime, from row: inout RowReader, _ plan: KeptPlan) {
    ref = EventRef(time: time, from: &row, kinds: plan.rule.kinds)
    let (matched, unsure) = (PatternBits(row.unsigned()), PatternBits(row.unsigned()))
    (self.matched, self.unsure) = (matched, unsure)
    lateNumber = UInt32(row.unsigned())
    fields = plan.paths.indices.map { pattern in
      (matched | unsure) & (1 << PatternBits(pattern)) == 0 ? [] : plan.paths[pattern].map { _ in row.field() }
    }
  }
}

/// An A whose verdict may still change.
struct KeptAnchor: LogElement {
  var event: KeptEvent
  /// The number of the last event that came too late before it.
  var lateBefore: UInt32
  /// The last instant at which an event can concern it. Not in rows: an edited rule may look further.
  var end = RuleClock.past
  /// The first clock at which it is to be judged again, if no event comes before.
  var due = RuleClock.past
  /// Its verdict could not be given, which was counted.
  var isUndetermined = false

  var ref: EventRef { event.ref }

  init(event: KeptEvent, lateBefore: UInt32) {
    self.event = event
    self.lateBefore = lateBefore
  }

  /// The event may take part in its verdict.
  func isConcerned(by other: KeptEvent) -> Bool { other.ref != ref && (other.lateNumber == 0 || other.lateNumber > lateBefore) }

  func due(_ plan: KeptPlan) -> Int64 { due }

  func write(to row: inout RowWriter, _ plan: KeptPlan) {
    event.write(to: &row, plan)
    row.unsigned(UInt64(lateBefore))
    let kind: UInt8 = due == TimerWheel.never ? 1 : due == RuleClock.past ? 2 : 0
    row.byte(kind | (isUndetermined ? 4 : 0))
    if kind == 0 { row.signed(due - ref.time.microseconds) }
  }

  init(time: EventTime, from row: inout RowReader, _ plan: KeptPlan) {
    event = KeptEvent(time: time, from: &row, plan)
    lateBefore = UInt32(row.unsigned())
    let flags = row.byte()
    due = flags & 1 != 0 ? TimerWheel.never : flags & 2 != 0 ? RuleClock.past : time.microseconds + row.signed()
    isUndetermined = flags & 4 != 0
  }
}
