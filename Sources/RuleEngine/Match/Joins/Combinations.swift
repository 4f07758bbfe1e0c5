internal import EventModel
internal import RuleLanguage

/// The combinations of one A with the events of its spans, and what the condition says of each.
struct Combinations {
  let form: JoinForm
  let anchor: KeptEvent
  /// Those that may concern A, in order.
  let events: [KeptEvent]
  let key: [Value]
  let clock: RuleClock
  private(set) var judgement = Judgement()

  init(form: JoinForm, anchor: KeptEvent, events: [KeptEvent], key: [Value], clock: RuleClock) {
    self.form = form
    self.anchor = anchor
    self.events = events
    self.key = key
    self.clock = clock
  }

  mutating func run() { bind(0, [(form.on, anchor)]) }

  /// Binds the partners from `index` on, one after the other.
  private mutating func bind(_ index: Int, _ bound: [(pattern: Int, event: KeptEvent)]) {
    guard index < form.partners.count else { return decide(bound) }
    let partner = form.partners[index]
    switch partner.quantifier {
    case .all: bind(index + 1, bound)
    case .each: for event in matching(partner, bound) { bind(index + 1, bound + [(partner.pattern, event)]) }
    case .first, .last:
      let found = matching(partner, bound)
      let one = partner.quantifier == .first ? found.first : found.last
      guard isKnown(partner, one) else { return judgement.undetermined = .history }
      if let one { bind(index + 1, bound + [(partner.pattern, one)]) }
    }
  }

  /// The events of a partner's span for which its `where` holds; an error makes it none.
  private func matching(_ partner: JoinForm.Partner, _ bound: [(pattern: Int, event: KeptEvent)]) -> [KeptEvent] {
    let end = form.end(partner, anchor)
    return events.filter { event in
      guard event.matches(partner.pattern), partner.span.holds(anchor.ref, event.ref, end: end) else { return false }
      guard let residual = partner.residual else { return true }
      return (try? residual.evaluate(form.activation(bound + [(partner.pattern, event)], key))) == .bool(true)
    }
  }

  /// Which event is the first or the last one, or that there is none, rests on what did not happen in the span (language.md 6.2, 6.3).
  private func isKnown(_ partner: JoinForm.Partner, _ one: KeptEvent?) -> Bool {
    if let one, partner.quantifier == .last, partner.span.direction == .before { return one.ref.time.microseconds >= clock.since }
    return anchor.ref.time.microseconds - partner.span.lengthBefore >= clock.since
  }

  private mutating func decide(_ bound: [(pattern: Int, event: KeptEvent)]) {
    let gathered = form.partners.filter { $0.quantifier == .all }.map { ($0, gather($0, bound)) }
    let totals = totals(gathered)
    let activation = JoinActivation(base: form.activation(bound, key), totals: totals)
    let isCovered = gathered.allSatisfy { anchor.ref.time.microseconds - $0.0.span.lengthBefore >= clock.since }
    var holds = true
    if let when = form.plan.rule.when {
      do throws(EvaluationError) {
        holds = try when.evaluate(activation) == .bool(true)
      } catch {
        if error.cause == .noValue { return }
        return judgement.undetermined = UndeterminedReason(error)
      }
    }
    // What more events only make truer needs no history.
    guard isCovered || (form.onlyBecomesTruer && holds) else { return judgement.undetermined = .history }
    if holds { judgement.standing.append(violation(bound, gathered.map(\.1), activation)) }
  }

  /// The events that `with all` gathers: those that match, and those of which there is no telling.
  private func gather(
    _ partner: JoinForm.Partner, _ bound: [(pattern: Int, event: KeptEvent)]
  ) -> [(event: KeptEvent, isUnsure: Bool)] {
    let end = form.end(partner, anchor)
    return events.compactMap { event in
      guard event.matches(partner.pattern) || event.isUnsure(partner.pattern), partner.span.holds(anchor.ref, event.ref, end: end) else {
        return nil
      }
      guard let residual = partner.residual else { return (event, !event.matches(partner.pattern)) }
      switch try? residual.evaluate(form.activation(bound + [(partner.pattern, event)], key)) {
      case .bool(false)?: return nil
      case .bool(true)?: return (event, !event.matches(partner.pattern))
      default: return (event, true)
      }
    }
  }

  private func totals(_ gathered: [(JoinForm.Partner, [(event: KeptEvent, isUnsure: Bool)])]) -> WindowTotals {
    let totals = WindowTotals(form.window, keepsEvents: false)
    for (partner, events) in gathered {
      let bit = PatternBits(1) << PatternBits(partner.pattern)
      for (event, isUnsure) in events {
        let values = form.window.values(pattern: partner.pattern) { form.activation([(form.on, anchor), (partner.pattern, event)], key) }
        totals.add(WindowElement(ref: event.ref, matched: isUnsure ? 0 : bit, unsure: isUnsure ? bit : 0, values: values))
      }
    }
    return totals
  }

  private func violation(
    _ bound: [(pattern: Int, event: KeptEvent)], _ gathered: [[(event: KeptEvent, isUnsure: Bool)]], _ activation: JoinActivation
  ) -> StandingViolation {
    let plan = form.plan
    let partners = form.partners.filter { $0.quantifier != .all }
    let pairs = zip(partners, bound.dropFirst()).filter { $0.0.quantifier == .each }.map { $0.1.event.ref }
    let single = bound.dropFirst().map(\.event.ref)
    var all: [EventRef] = []
    for ref in gathered.joined().filter({ !$0.isUnsure }).map(\.event.ref).sorted() where all.last != ref { all.append(ref) }
    let shown = all.suffix(10)
    var evidence = Evidence(events: [(.on, anchor.ref)], omitted: all.count - shown.count)
    var with: [EventRef] = []
    for ref in (single + shown).sorted() where with.last != ref { with.append(ref) }
    evidence.events += with.map { (.with, $0) }

    let time = anchor.ref.time.microseconds
    var at = ([time] + pairs.map(\.time.microseconds)).max() ?? time
    for partner in form.partners where partner.quantifier != .each && partner.span.direction != .before {
      at = max(at, form.end(partner, anchor))
    }
    let id = plan.violationID(key: key) { json in
      json.writeAnchor(anchor.ref, plan.stream(of: anchor.ref))
      for ref in pairs { json.writeAnchor(ref, plan.stream(of: ref)) }
    }
    return StandingViolation(
      id: id, anchored: time, at: at, settles: at + plan.lateness + 1,
      content: ViolationContent(plan, key: key, evidence: evidence, from: activation))
  }
}

/// What the expressions of a join read: the events that are bound, and what was gathered.
struct JoinActivation: Activation {
  let base: KeptActivation
  let totals: WindowTotals

  func field(_ pattern: Int, _ path: FieldPath) throws(EvaluationError) -> Value? { try base.field(pattern, path) }
  func keyPart(_ index: Int) throws(EvaluationError) -> Value { try base.keyPart(index) }
  var wholeKey: String { base.wholeKey }
  func param(_ index: Int) -> Value { base.param(index) }
  func aggregate(_ index: Int) throws(EvaluationError) -> Value { try totals.value(index, of: nil) }
  func row(table: Int, key: [Value]) throws(EvaluationError) -> Value? { try base.row(table: table, key: key) }
}
