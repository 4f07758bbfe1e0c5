package import EventModel
package import RuleLanguage

/// What language.md says should stand once everything dated before `clock` is known: computed plainly, from all events at once, with no
/// state, no timers and no code of the engine. It is the oracle of tests: slow, short, and read beside the language's reference.
package struct NaiveModel {
  let program: CheckedProgram
  let region: String
  let params: [Value]
  /// In order of name.
  let rules: [CheckedRule]

  /// - Parameter rules: those to be judged; those that an engine evaluates unless given.
  package init(program: CheckedProgram, region: String, rules: [CheckedRule]? = nil) {
    self.program = program
    self.region = region
    self.rules = rules ?? program.rules
    params = program.params.map { $0.regional[region] ?? $0.defaultValue }
  }

  /// What stands when every source has been read to its end and every rule's clock is `clock`. The records of a partition come in their
  /// order of reading.
  ///
  /// - Parameter known: K of all partitions; from ever unless given.
  package func standing(
    _ records: [NaiveRecord], clock: EventTime, maxSkew: Duration = .seconds(300), known: EventTime = .distantPast
  ) -> Standing {
    var reader = NaiveReader(program: program, maxSkew: maxSkew.microseconds)
    for record in records { reader.take(record) }
    var standing = Standing()
    (standing.deadLetters, standing.duplicates) = (reader.deadLetters, reader.duplicates)
    var events = reader.events
    // A rule is judged after those that it rests on: their violations are its events.
    var waiting = rules.filter { $0.notes.mode != .off }
    while !waiting.isEmpty {
      let named = Set(waiting.flatMap(\.namesOfViolations))
      let ready = waiting.filter { rule in !below(rule).contains { named.contains($0) } }
      precondition(!ready.isEmpty, "the checker lets no rule rest on itself")
      waiting.removeAll { rule in ready.contains { $0.name == rule.name } }
      for rule in ready {
        let judge = NaiveRule(
          model: self, rule: rule, events: events, tables: reader.tables, clock: clock.microseconds,
          known: max(known.microseconds, -(1 << 61))
        )
        events += say(judge, from: events.count, in: &standing)
      }
    }
    standing.violations.sort { ($0.rule, $0.at, $0.id) < ($1.rule, $1.at, $1.id) }
    standing.kpis.sort { ($0.kpi, $0.key, $0.start) < ($1.kpi, $1.key, $1.start) }
    standing.corrections.sort { $0.id < $1.id }
    standing.undetermined = Set(standing.undetermined).sorted { ($0.rule, $0.key, $0.at) < ($1.rule, $1.key, $1.at) }
    return standing
  }

  /// Adds what a rule says. Returns its violations as events for others.
  private func say(_ judge: NaiveRule, from number: Int, in standing: inout Standing) -> [NaiveEvent] {
    let rule = judge.rule
    let judgement = judge.judge()
    let said = judge.suppress(judgement.violations)
    if rule.notes.mode != .quiet { standing.kpis += judgement.kpis }
    standing.undetermined += judgement.undetermined
    if rule.notes.mode != .quiet { standing.violations += said.map(\.said) }
    standing.corrections += judge.corrections(said)
    // A correction and what other rules see are not taken back by what comes too late.
    let doubtful = judgement.uncertain.union(rule.notes.corrections.isEmpty ? [] : judgement.revised)
    for name in rule.namesOfViolations + [rule.name] {
      standing.uncertain.formUnion(doubtful.map { Standing.uncertainty(rule: name, key: judge.keyObject($0)) })
    }
    var events: [NaiveEvent] = []
    for (index, verdicts) in program.verdicts.enumerated() where rule.namesOfViolations.contains(verdicts.name) {
      events += judge.events(said, as: program.streams.count + index, named: verdicts.name, from: number + events.count)
    }
    let isUnsure = !judgement.uncertain.isEmpty || !judgement.revised.isEmpty || standing.uncertain.contains(rule.name)
    if isUnsure { standing.uncertain.formUnion(above(rule).flatMap { $0.namesOfViolations + [$0.name] }) }
    return events
  }

  /// Names of the rules on whose violations a rule rests.
  private func below(_ rule: CheckedRule) -> [String] {
    Set(rule.patterns.flatMap(\.kinds).map(\.stream)).sorted().filter { $0 >= program.streams.count }
      .map { program.verdicts[$0 - program.streams.count].name }
  }

  private func above(_ rule: CheckedRule) -> [CheckedRule] {
    rules.filter { other in below(other).contains { rule.namesOfViolations.contains($0) } }
  }

  func length(_ span: SpanLength) -> Int64 {
    switch span {
    case .fixed(let d): return d.microseconds
    case .param(let i):
      guard case .duration(let d) = params[i] else { preconditionFailure("a span's param is a duration") }
      return d.microseconds
    }
  }
}

extension NaiveRule {
  func judge() -> NaiveJudgement {
    switch rule.form {
    case .condition: conditions()
    case .obligation(let obligation): obligations(obligation)
    case .prohibition(let prohibition): prohibitions(prohibition)
    case .join(let joins): self.joins(joins)
    case .limit(let window): limits(window)
    case .lifecycle(let lifecycle): lifecycles(lifecycle)
    case .kpi(let measure): measures(measure)
    }
  }
}

extension CheckedRule {
  /// Under which its violations are published.
  var namesOfViolations: [String] {
    if case .lifecycle = form { return ["\(name).illegal_transition", "\(name).overdue"] }
    return [name]
  }
}

extension CheckedProgram {
  /// Those that the engine evaluates, and those that are set apart.
  package var everyRule: [CheckedRule] {
    (rules + unevaluated.map(\.rule)).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }
}
