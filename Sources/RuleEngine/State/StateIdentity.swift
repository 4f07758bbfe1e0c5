internal import EventModel
internal import RuleLanguage

/// What decides whether an edited rule keeps its state (language.md 24.1): a hash of all that its rows depend on.
///
/// Spans of time do not decide: with another one the state stays, and a longer one asks for what may be forgotten already.
struct StateIdentity: Hashable, Sendable {
  /// One thing that decides, with the bytes that are hashed; the names are those of `StatePlan`.
  struct Part: Equatable, Sendable {
    var name: StatePlan.Part
    var bytes: [UInt8]
  }

  private(set) var hash: [UInt8]
  /// In the order of hashing; empty: it was read from a row.
  private(set) var parts: [Part] = []
  /// How far the rule's steps or its window reach, in microseconds, in the order of its text.
  private(set) var spans: [Int64] = []

  init(hash: [UInt8]) { self.hash = hash }

  static func == (a: StateIdentity, b: StateIdentity) -> Bool { a.hash == b.hash }
  func hash(into hasher: inout Hasher) { hasher.combine(hash) }

  /// `kept`: by pattern, the paths of the fields that are kept of its events; empty: none are.
  init(_ plan: RulePlan, program: CheckedProgram, kept: [[FieldPath]]) {
    let rule = plan.rule
    var row = IdentityWriter(program: program)
    row.part(.name) { $0.text(rule.stableName) }
    row.part(.shape) { $0.text(plan.patternName) }
    row.part(.scope) { $0.text(rule.notes.scope == .global ? "global" : "region") }
    row.part(.streams) {
      for kind in plan.kinds.kinds.map(\.kind) {
        let stream = program.streams[kind.stream]
        for text in [stream.name, stream.topic, stream.id?.description ?? "", stream.schema.kinds[kind.kind].name] { $0.text(text) }
      }
      for span in plan.kinds.idSpans { $0.number(span ?? -1) }
    }
    if case .condition = rule.form, !plan.isConditionByKey {
      // What is kept of a condition is what it said: nothing of the rule decides over it any more.
      (hash, parts) = (row.hash, row.parts)
      return
    }
    row.part(.key) { for part in rule.key { for expression in part.expressions { $0.expression(expression) } } }
    for (index, pattern) in rule.patterns.enumerated() {
      row.part(.shape) {
        $0.text("pattern")
        for kind in pattern.kinds { $0.text("\(program.streams[kind.stream].name).\(kind.kind)") }
      }
      if let condition = pattern.where { row.part(.conditions) { $0.expression(condition) } }
      row.part(.fields) { for path in kept.indices.contains(index) ? kept[index] : [] { $0.text(path.description) } }
    }
    switch rule.form {
    case .condition: break
    case .obligation(let obligation):
      spans = [plan.microseconds(obligation.within)]
      row.part(.shape) { $0.reach(obligation.reach) }
    case .prohibition(let prohibition):
      spans = prohibition.steps.map { plan.microseconds($0.reach.within) }
      row.part(.shape) { for step in prohibition.steps { $0.reach(step.reach) } }
    case .join(let joins):
      spans = joins.map { plan.microseconds($0.reach.within) }
      row.part(.shape) {
        for join in joins {
          $0.text(join.quantifier.rawValue)
          $0.reach(join.reach)
        }
      }
    case .limit(let window):
      switch window {
      case .sliding(let span), .all(_, _, let span): spans = [plan.microseconds(span)]
      default: break
      }
      row.part(.window) { $0.window(window) }
    case .kpi(let measure):
      row.part(.window) {
        $0.window(measure.window)
        $0.kpi(measure)
      }
    case .lifecycle(let lifecycle):
      spans = lifecycle.states.compactMap { $0.longestStay.map { plan.microseconds($0.within) } } + [plan.microseconds(lifecycle.retain)]
      row.part(.shape) { $0.lifecycle(lifecycle) }
    }
    row.part(.functions) {
      for function in rule.aggregates {
        $0.text(function.name.rawValue)
        $0.number(Int64(function.pattern ?? -1))
        if let argument = function.argument { $0.expression(argument) }
      }
    }
    (hash, parts) = (row.hash, row.parts)
  }
}

/// Writes what an identity hashes; equal text and structure make equal bytes.
private struct IdentityWriter {
  private var row = RowWriter()
  private let program: CheckedProgram
  private(set) var parts: [StateIdentity.Part] = []

  init(program: CheckedProgram) { self.program = program }

  /// What `write` writes is a part of the identity.
  mutating func part(_ name: StatePlan.Part, _ write: (inout IdentityWriter) -> Void) {
    write(&self)
    parts.append(StateIdentity.Part(name: name, bytes: row.bytes))
    row = RowWriter()
  }

  var hash: [UInt8] { Array(Identity.sha256(parts.flatMap(\.bytes)).prefix(16)) }

  mutating func text(_ text: String) { row.string(text) }
  mutating func number(_ number: Int64) { row.signed(number) }

  /// Without how far it reaches.
  mutating func reach(_ reach: Reach) {
    text(reach.direction.rawValue)
    if let hours = reach.counting {
      let hours = program.hours[hours]
      text(hours.zone)
      for span in hours.openings.flatMap({ [[]] + $0.map { [$0.lowerBound, $0.upperBound] } }) { for time in span { number(time) } }
      for day in hours.closed.map(\.daysSinceEpoch).sorted() { number(Int64(day)) }
    }
    if let due = reach.due { expression(due) }
  }

  mutating func lifecycle(_ lifecycle: Lifecycle) {
    for state in lifecycle.states {
      text(state.name)
      for next in state.next { number(Int64(next)) }
      texts(state.isInitial ? "initial" : "", state.isEnd ? "end" : "")
      if let stay = state.longestStay { reach(stay) }
    }
  }

  /// Without the span of one that slides, or retains.
  mutating func window(_ window: Window) {
    switch window {
    case .sliding: text("sliding")
    case .tumbling(let length):
      text("tumbling")
      number(length.microseconds)
    case .hopping(let length, let step):
      text("hopping")
      number(length.microseconds)
      number(step.microseconds)
    case .session(let gap, let longest):
      text("session")
      number(gap.microseconds)
      number(longest.microseconds)
    case .calendar(let unit, let zone): texts("calendar", unit.rawValue, zone)
    case .all(let opening, let isOnce, _):
      text(isOnce ? "all once" : "all")
      number(Int64(opening))
    }
  }

  /// A key's windows are parts of one state; with a target their values are exact.
  mutating func kpi(_ measure: Measure) {
    texts("windows", measure.target == nil ? "" : "target")
  }

  mutating func expression(_ expression: CheckedExpression) {
    switch expression.kind {
    case .literal(let value):
      text("literal")
      row.value(value)
    case .field(let pattern, let path): texts("field", "\(pattern)", path.description)
    case .hasField(let pattern, let path): texts("has", "\(pattern)", path.description)
    case .optionalField(let pattern, let path): texts("optional", "\(pattern)", path.description)
    case .keyPart(let index): texts("key", "\(index)")
    case .wholeKey: text("key")
    case .param(let index): param(program.params[index])
    case .aggregate(let index): texts("aggregate", "\(index)")
    case .lookup(let table, let key, let isOptional): all("lookup \(program.tables[table].name) \(isOptional)", key)
    case .ago(let duration): texts("ago", "\(duration.microseconds)")
    case .transition(let isTarget): texts("transition", "\(isTarget)")
    case .exposure: text("exposure")
    case .exposureCurrency: text("currency")
    case .local(let index): texts("local", "\(index)")
    case .and(let a, let b): all("and", [a, b])
    case .or(let a, let b): all("or", [a, b])
    case .not(let a): all("not", [a])
    case .conditional(let condition, let then, let otherwise): all("if", [condition, then, otherwise])
    case .call(let function, let arguments): all("call \(function.name)", arguments)
    case .select(let object, let name): all("select \(name)", [object])
    case .hasMember(let object, let name): all("has \(name)", [object])
    case .optionalSelect(let object, let name): all("optional \(name)", [object])
    case .list(let elements): all("list", elements)
    case .map(let members): all("map", members.flatMap { [$0.key, $0.value] })
    case .comprehension(let fold):
      all("fold \(fold.isTwoVariable)", [fold.range, fold.initial, fold.condition, fold.step, fold.result])
    case .bind(let value, let body): all("bind", [value, body])
    }
  }

  private mutating func texts(_ texts: String...) { for text in texts { row.string(text) } }

  private mutating func all(_ name: String, _ parts: [CheckedExpression]) {
    text(name)
    row.unsigned(UInt64(parts.count))
    for part in parts { expression(part) }
  }

  private mutating func param(_ param: CheckedParam) {
    texts("param", param.name)
    row.value(param.defaultValue)
    for (region, value) in param.regional.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      text(region)
      row.value(value)
    }
  }
}
