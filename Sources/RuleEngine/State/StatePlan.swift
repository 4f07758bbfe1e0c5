internal import EventModel
package import RuleLanguage

/// What becomes of the state of rules when others take their place (language.md 24), and from when they are sure.
package struct StatePlan: Sendable {
  /// One of the things that decide whether state is kept, by its name for people.
  package enum Part: String, Sendable, CaseIterable {
    case name = "name"
    case scope = "scope"
    case streams = "streams"
    case key = "key"
    case conditions = "where"
    case shape = "pattern"
    case window = "window"
    case functions = "window functions"
    case fields = "fields kept"
  }

  package enum Fate: Sendable, Equatable {
    case kept
    /// It begins with nothing. `changed`: why what the rule of the same name remembers is dropped; empty: there is none.
    case new(changed: [Part])
    /// The rule is gone, and what it remembers is dropped.
    case dropped
  }

  package struct Entry: Sendable {
    /// Of the rule as it is now; of one that is gone, as it was.
    package var name: String
    /// As it was called before, where that is another name.
    package var formerName: String?
    package var fate: Fate
    /// Spans that are others now.
    package var spans: [(before: Duration, now: Duration)] = []
    /// nil: the rule is gone.
    package var sure: Sureness?
  }

  /// In order of name.
  package let entries: [Entry]

  /// Rules that are evaluated, in one region.
  package init(from old: CheckedProgram, to new: CheckedProgram, region: String) {
    let options = Engine.Options(region: region, slots: 1)
    let (before, now) = (Engine(program: old, options: options).states, Engine(program: new, options: options).states)
    var entries = now.map { state in
      let former = before.first { $0.plan.rule.stableName == state.plan.rule.stableName }
      return Self.entry(state, former)
    }
    for state in before where !now.contains(where: { $0.plan.rule.stableName == state.plan.rule.stableName }) {
      entries.append(Entry(name: state.plan.rule.name, fate: .dropped))
    }
    self.entries = entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private typealias State = (plan: RulePlan, identity: StateIdentity)

  private static func entry(_ state: State, _ former: State?) -> Entry {
    let rule = state.plan.rule
    var entry = Entry(name: rule.name, fate: .new(changed: []), sure: Sureness(of: state.plan))
    guard let former else { return entry }
    if former.plan.rule.name != rule.name { entry.formerName = former.plan.rule.name }
    guard former.identity == state.identity else {
      entry.fate = .new(changed: changed(former.identity.parts, state.identity.parts))
      return entry
    }
    entry.fate = .kept
    entry.spans = zip(former.identity.spans, state.identity.spans).filter { $0 != $1 }.map { (.microseconds($0), .microseconds($1)) }
    let longer = entry.spans.map { $0.now - $0.before }.max() ?? .zero
    entry.sure = longer > .zero ? .after(longer) : .atOnce
    return entry
  }

  private static func changed(_ before: [StateIdentity.Part], _ now: [StateIdentity.Part]) -> [Part] {
    let parts = Part.allCases.filter { name in before.filter { $0.name == name } != now.filter { $0.name == name } }
    // With another form all that belongs to the form is another.
    return parts.contains(.shape) ? parts.filter { $0 != .window && $0 != .functions } : parts
  }
}

/// From when on all that a new rule says, and leaves unsaid, is sure (language.md 6).
package enum Sureness: Sendable, Equatable {
  /// It needs to know nothing of what was before.
  case atOnce
  /// So long after it was deployed.
  case after(Duration)
  /// From the first window on that begins so long after it was deployed, or later.
  case firstWindow(after: Duration)

  init(of plan: RulePlan) {
    let rule = plan.rule
    // K is the time of the first record that is read, and `disorder`.
    let streams = rule.patterns.flatMap(\.kinds).filter { $0.stream < plan.streams.count }.map { plan.streams[$0.stream] }
    var wait = (streams.map(\.disorder).max() ?? .zero).microseconds
    switch rule.notes.start {
    case .now: break
    case .earliest:
      self = .atOnce
      return
    case .before(let span): wait -= span.microseconds
    }
    func looking(_ reaches: [RuleLanguage.Reach]) -> Int64 {
      let back = reaches.filter { $0.direction != .after }.map { plan.microseconds($0.within) }.max() ?? 0
      let skew = streams.map(\.skew).max() ?? .zero
      return back == 0 ? 0 : back + (streams.count > 1 ? skew.microseconds : 0)
    }
    switch rule.form {
    case .condition:
      self = .atOnce
      return
    case .obligation(let obligation): wait += looking([obligation.reach])
    case .prohibition(let prohibition): wait += looking(prohibition.steps.map(\.reach))
    case .join(let joins): wait += looking(joins.map(\.reach))
    case .limit(.sliding(let span)), .limit(.all(_, _, let span)): wait += plan.microseconds(span)
    case .lifecycle: break
    case .limit, .kpi:
      self = .firstWindow(after: .microseconds(max(wait, 0)))
      return
    }
    self = wait > 0 ? .after(.microseconds(wait)) : .atOnce
  }
}
