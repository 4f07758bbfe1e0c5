internal import EventModel
internal import RuleLanguage

/// An event of an entity that is kept: which state it enters is looked up as often as it is asked, unless that is settled.
struct LifecycleMove: LogElement {
  var ref: EventRef
  /// The states that it enters by what is known of it alone, as bits.
  var states: PatternBits
  /// By pattern, what the residuals read of it; empty: none is to be asked.
  var fields: [[FieldValue]]
  var marks: LifecycleMarks

  init(_ seen: SeenEvent, _ step: Step, _ plan: LifecyclePlan) {
    var seen = seen
    seen.unsure = 0
    ref = seen.ref
    states = seen.matched
    fields = plan.isBare ? [] : plan.kept.event(seen, step).fields
    marks = []
  }

  /// The state that was found is the one, from now on.
  mutating func settle(_ state: Int) {
    states = 1 << PatternBits(state)
    fields = []
  }

  func due(_ plan: LifecyclePlan) -> Int64 { TimerWheel.never }

  func write(to row: inout RowWriter, _ plan: LifecyclePlan) {
    ref.write(to: &row)
    row.byte(marks.rawValue | (fields.isEmpty ? 0 : 128))
    row.unsigned(states)
    for values in fields { for value in values { row.field(value) } }
  }

  init(time: EventTime, from row: inout RowReader, _ plan: LifecyclePlan) {
    ref = EventRef(time: time, from: &row, kinds: plan.rule.kinds)
    let flags = row.byte()
    marks = LifecycleMarks(rawValue: flags & 127)
    let states = PatternBits(row.unsigned())
    self.states = states
    guard flags & 128 != 0 else {
      fields = []
      return
    }
    fields = plan.kept.paths.indices.map { pattern in
      states & (1 << PatternBits(pattern)) == 0 ? [] : plan.kept.paths[pattern].map { _ in row.field() }
    }
  }
}

/// What was noted of an event, so that it is not said twice.
struct LifecycleMarks: OptionSet {
  let rawValue: UInt8
  /// The verdict about the move could not be given, which was counted.
  static let move = LifecycleMarks(rawValue: 1)
  /// Nor that about the stay that it began; or that stays as it is.
  static let stay = LifecycleMarks(rawValue: 2)
  /// The state that it enters could not be told, which was counted.
  static let state = LifecycleMarks(rawValue: 4)
}

/// An event whose state is known.
struct LifecycleStep {
  let ref: EventRef
  let state: Int
  var marks: LifecycleMarks

  var time: Int64 { ref.time.microseconds }
}

/// Where an entity stands.
struct LifecyclePosition {
  var state: Int
  /// The event with which it entered the state.
  var entry: EventRef
  /// When its last event is dated.
  var last: Int64
  /// The end of its longest stay; nil: it has none.
  var deadline: Int64?
  /// Nothing more is said of the stay.
  var isFinal: Bool

  init(_ step: LifecycleStep, last: Int64, _ plan: LifecyclePlan) {
    state = step.state
    entry = step.ref
    self.last = max(last, step.time)
    deadline = plan.deadline(of: step.state, enteredAt: step.time)
    isFinal = step.marks.contains(.stay)
  }

  /// An event dated after this is the first of another life (language.md 17.5).
  func end(_ plan: LifecyclePlan) -> Int64 {
    max(last + plan.retain, plan.states[state].isEnd ? RuleClock.past : deadline ?? RuleClock.past)
  }

  /// The first clock at which it is forgotten.
  func forgotten(_ plan: LifecyclePlan) -> Int64 {
    max(end(plan) + plan.lateness, deadline.map { plan.settled($0) } ?? RuleClock.past) + 1
  }

  func write(to row: inout RowWriter) {
    row.byte(UInt8(state) | (isFinal ? 128 : 0))
    row.signed(entry.time.microseconds)
    entry.write(to: &row)
    row.signed(last - entry.time.microseconds)
  }

  init(from row: inout RowReader, _ plan: LifecyclePlan) {
    let flags = row.byte()
    let time = EventTime(microseconds: row.signed())
    (state, isFinal) = (Int(flags & 127), flags & 128 != 0)
    entry = EventRef(time: time, from: &row, kinds: plan.rule.kinds)
    last = time.microseconds + row.signed()
    deadline = plan.deadline(of: state, enteredAt: time.microseconds)
  }
}
