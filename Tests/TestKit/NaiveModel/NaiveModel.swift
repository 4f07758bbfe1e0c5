package import EventModel
package import RuleLanguage

/// What language.md says should stand once everything dated before `clock` is known: computed plainly, from all events at once, with no
/// state, no timers and no code of the engine. It is the oracle of tests: slow, short, and read beside the language's reference.
package struct NaiveModel {
  let program: CheckedProgram
  let region: String
  let params: [Value]

  package init(program: CheckedProgram, region: String) {
    self.program = program
    self.region = region
    params = program.params.map { $0.regional[region] ?? $0.defaultValue }
  }

  /// What stands when every source has been read to its end and every rule's clock is `clock`, which is past all events.
  /// The records of a partition come in their order of reading; all partitions are known from their first record on.
  package func standing(_ records: [NaiveRecord], clock: EventTime, maxSkew: Duration = .seconds(300)) -> Standing {
    var reader = NaiveReader(program: program, maxSkew: maxSkew.microseconds)
    for record in records { reader.take(record) }
    var standing = Standing(deadLetters: reader.deadLetters, duplicates: reader.duplicates)
    for rule in program.rules where rule.notes.mode != .off {
      let judge = NaiveRule(model: self, rule: rule, events: reader.events, clock: clock.microseconds)
      switch rule.form {
      case .condition: standing.violations += judge.conditions()
      case .obligation(let obligation): standing.violations += judge.obligations(obligation)
      case .limit(.sliding(let span)): standing.violations += judge.slidingLimit(length(span))
      case .limit(.tumbling(let size)): standing.violations += judge.tumblingLimit(size.microseconds)
      case .limit, .prohibition, .join, .lifecycle: preconditionFailure("a program has no rule that the engine does not evaluate")
      case .kpi(let measure): standing.kpis += judge.measures(measure)
      }
    }
    standing.violations.sort { ($0.rule, $0.at, $0.id) < ($1.rule, $1.at, $1.id) }
    standing.kpis.sort { ($0.kpi, $0.key, $0.start) < ($1.kpi, $1.key, $1.start) }
    return standing
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

/// Violations that are not withdrawn, and final values of KPIs: what any right engine reproduces from the same records.
package struct Standing: Equatable, Sendable {
  package var violations: [StandingViolation] = []
  package var kpis: [StandingKPI] = []
  package var deadLetters: [String: Int] = [:]
  package var duplicates = 0
}

/// The parts of a violation that do not depend on when it was said.
package struct StandingViolation: Hashable, Sendable {
  package var rule: String
  package var id: String
  /// `open` or `resolved`, and why.
  package var state: String
  package var reason: String?
  /// The key's object as JSON text.
  package var key: String
  package var at: String
  package var severity: String
  package var message: String
  /// Amount and currency; nil: none.
  package var exposure: String?
  package var currency: String?
  /// `role:stream.kind:id` of each, in order.
  package var evidence: [String]
  package var evidenceOmitted: Int
}

package struct StandingKPI: Hashable, Sendable {
  package var kpi: String
  package var key: String
  package var start: String
  package var value: String?
  package var events: Int
}

extension Standing {
  /// What this has that `other` lacks, as lines for a test that fails; empty: nothing.
  ///
  /// A condition compares no ids across partitions: two events there with one id and different times are two violations under one id,
  /// of which any may be the one that stands.
  package func lines(missingIn other: Standing) -> [String] {
    let (v, k) = (Set(other.violations), Set(other.kpis))
    let shared = Dictionary(grouping: Set(violations), by: \.id).filter { $1.count > 1 }.keys
    let found = Set(other.violations.map(\.id)).intersection(shared)
    return violations.filter { !v.contains($0) && !found.contains($0.id) }.map { "\($0)" }
      + kpis.filter { !k.contains($0) }.map { "\($0)" }
  }
}
