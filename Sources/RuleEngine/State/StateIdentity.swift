internal import EventModel
internal import RuleLanguage

/// What decides whether an edited rule keeps its state (language.md 24.1): a hash of all that its rows depend on.
struct StateIdentity: Hashable, Sendable {
  private(set) var hash: [UInt8]

  init(hash: [UInt8]) { self.hash = hash }

  /// `kept`: by pattern, the paths of the fields that are kept of its events.
  init(_ plan: RulePlan, program: CheckedProgram, kept: [[FieldPath]]) {
    let rule = plan.rule
    var row = IdentityWriter(program: program)
    row.text(rule.name)
    row.text(plan.patternName)
    row.text(rule.notes.scope == .global ? "global" : "region")
    for kind in plan.kinds.kinds.map(\.kind) {
      let stream = program.streams[kind.stream]
      for text in [stream.name, stream.topic, stream.id?.description ?? "", stream.schema.kinds[kind.kind].name] { row.text(text) }
    }
    for span in plan.kinds.idSpans { row.number(span ?? -1) }
    if case .condition = rule.form, rule.tables.isEmpty, plan.suppress == 0 {
      // What is kept of a condition is what it said: nothing of the rule decides over it any more.
      hash = row.hash
      return
    }
    for part in rule.key { for expression in part.expressions { row.expression(expression) } }
    for (pattern, paths) in zip(rule.patterns, kept) {
      row.text("pattern")
      for kind in pattern.kinds { row.text("\(program.streams[kind.stream].name).\(kind.kind)") }
      if let condition = pattern.where { row.expression(condition) }
      for path in paths { row.text(path.description) }
    }
    switch rule.form {
    case .condition: break
    case .obligation(let obligation):
      row.reach(obligation.reach, plan)
    case .prohibition(let prohibition): for step in prohibition.steps { row.reach(step.reach, plan) }
    case .join(let joins):
      for join in joins {
        row.text(join.quantifier.rawValue)
        row.reach(join.reach, plan)
      }
    case .limit(let window): row.window(window, plan)
    case .kpi(let measure):
      row.window(measure.window, plan)
      row.kpi(measure)
    case .lifecycle(let lifecycle): row.lifecycle(lifecycle, plan)
    }
    for function in rule.aggregates {
      row.text(function.name.rawValue)
      row.number(Int64(function.pattern ?? -1))
      if let argument = function.argument { row.expression(argument) }
    }
    hash = row.hash
  }
}

/// Writes what an identity hashes; equal text and structure make equal bytes.
private struct IdentityWriter {
  private var row = RowWriter()
  private let program: CheckedProgram

  init(program: CheckedProgram) { self.program = program }

  var hash: [UInt8] { Array(Identity.sha256(row.bytes).prefix(16)) }

  mutating func text(_ text: String) { row.string(text) }
  mutating func number(_ number: Int64) { row.signed(number) }

  mutating func reach(_ reach: Reach, _ plan: RulePlan) {
    number(plan.microseconds(reach.within))
    text(reach.direction.rawValue)
    if let hours = reach.counting {
      let hours = program.hours[hours]
      text(hours.zone)
      for span in hours.openings.flatMap({ [[]] + $0.map { [$0.lowerBound, $0.upperBound] } }) { for time in span { number(time) } }
      for day in hours.closed.map(\.daysSinceEpoch).sorted() { number(Int64(day)) }
    }
    if let due = reach.due { expression(due) }
  }

  mutating func lifecycle(_ lifecycle: Lifecycle, _ plan: RulePlan) {
    for state in lifecycle.states {
      text(state.name)
      for next in state.next { number(Int64(next)) }
      texts(state.isInitial ? "initial" : "", state.isEnd ? "end" : "")
      if let stay = state.longestStay { reach(stay, plan) }
    }
    number(plan.microseconds(lifecycle.retain))
  }

  mutating func window(_ window: Window, _ plan: RulePlan) {
    switch window {
    case .sliding(let span):
      text("sliding")
      number(plan.microseconds(span))
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
    case .all(let opening, let isOnce, let retain):
      text(isOnce ? "all once" : "all")
      number(Int64(opening))
      number(plan.microseconds(retain))
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
