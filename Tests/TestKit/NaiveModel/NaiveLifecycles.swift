internal import EventModel
internal import RuleLanguage

/// Lifecycles (language.md 17).
extension NaiveRule {
  /// Where an entity stands.
  private struct Entity {
    var state: Int
    /// The event with which it entered the state, and the one that was its last.
    var entered: NaiveMatch
    var last: Int64
    /// The longest stay ends then; nil: there is none.
    var deadline: Int64?
    /// It was seen from the beginning of this state on.
    var isKnown: Bool
  }

  func lifecycles(_ lifecycle: Lifecycle) -> NaiveJudgement {
    var judgement = NaiveJudgement()
    let patterns = lifecycle.states.map(\.pattern)
    let all = patterns.flatMap { matches($0, late: true) }
    for (key, moves) in Dictionary(grouping: all, by: \.key) {
      let kept = moves.filter { isTaken($0, among: moves, lifecycle, &judgement) }
        .sorted { precedes($0.event, $1.event) || (sameEvent($0.event, $1.event) && $0.pattern < $1.pattern) }
      follow(key, kept.filter { $0.event.time.microseconds < clock }, lifecycle, &judgement)
    }
    return judgement
  }

  /// What comes too late is taken for an entity that is there, whose moves of that time are kept (5.7, 17.6).
  private func isTaken(
    _ move: NaiveMatch, among all: [NaiveMatch], _ lifecycle: Lifecycle, _ judgement: inout NaiveJudgement
  ) -> Bool {
    guard move.event.behind > lateness else { return true }
    judgement.revised.insert(move.key)
    let before = all.filter { $0.event.number < move.event.number && $0.event.behind <= lateness }
    guard !before.isEmpty else { return false }
    let then = clock(move.event.clocks)
    let isThere = before.contains { then <= $0.event.time.microseconds + model.length(lifecycle.retain) }
    if !isThere || then > move.event.time.microseconds + remember { judgement.uncertain.insert(move.key) }
    return true
  }

  private func follow(_ key: [Value], _ events: [NaiveMatch], _ lifecycle: Lifecycle, _ judgement: inout NaiveJudgement) {
    var entity: Entity?
    var rest = events[...]
    while let first = rest.first {
      // A run: of one instant, or each of another stream than the one before, and no more than skew after it.
      var run = [first]
      rest = rest.dropFirst()
      while let next = rest.first, let last = run.last, belongs(next, after: last) {
        run.append(next)
        rest = rest.dropFirst()
      }
      forget(&entity, at: first.event.time.microseconds, lifecycle, &judgement)
      for move in ordered(run, from: entity?.state, lifecycle) {
        forget(&entity, at: move.event.time.microseconds, lifecycle, &judgement)
        take(move, &entity, lifecycle, &judgement)
      }
    }
    if let entity { sayOverdue(entity, leaving: nil, lifecycle, &judgement) }
  }

  private func belongs(_ next: NaiveMatch, after last: NaiveMatch) -> Bool {
    let distance = next.event.time.microseconds - last.event.time.microseconds
    return distance == 0 || next.event.stream != last.event.stream && distance <= skew(next.event, last.event)
  }

  /// The first order by 2.7 in which every move is an arrow, and a stream's own events of different times stand as they do; else as it is.
  private func ordered(_ run: [NaiveMatch], from state: Int?, _ lifecycle: Lifecycle) -> [NaiveMatch] {
    guard run.count > 1, run.count <= 6 else { return run }
    func extend(_ taken: [NaiveMatch], _ left: [NaiveMatch], _ state: Int?) -> [NaiveMatch]? {
      if left.isEmpty { return taken }
      for (index, move) in left.enumerated() {
        let mustWait = left[..<index].contains { $0.event.stream == move.event.stream && $0.event.time < move.event.time }
        let to = self.state(of: move, lifecycle)
        if mustWait || !(state.map { isArrow($0, to, lifecycle) || $0 == to } ?? true) { continue }
        var others = left
        others.remove(at: index)
        if let whole = extend(taken + [move], others, to) { return whole }
      }
      return nil
    }
    return extend([], run, state) ?? run
  }

  private func isArrow(_ from: Int, _ to: Int, _ lifecycle: Lifecycle) -> Bool { lifecycle.states[from].next.contains(to) }

  private func state(of move: NaiveMatch, _ lifecycle: Lifecycle) -> Int {
    guard let state = lifecycle.states.firstIndex(where: { $0.pattern == move.pattern }) else { preconditionFailure("a state's pattern") }
    return state
  }

  // MARK: Moves

  private func take(_ move: NaiveMatch, _ entity: inout Entity?, _ lifecycle: Lifecycle, _ judgement: inout NaiveJudgement) {
    let (to, time) = (state(of: move, lifecycle), move.event.time.microseconds)
    guard let now = entity else {
      let isInitial = lifecycle.states[to].isInitial
      if !isInitial, isInEffect(at: time) {
        judgement.undetermined.append(undetermined(move.key, at: time, "no history", name: "\(rule.name).illegal_transition"))
      }
      entity = entering(to, move, lifecycle)
      return
    }
    entity?.last = max(now.last, time)
    if now.state == to, !isArrow(to, to, lifecycle) { return }
    sayOverdue(now, leaving: move, lifecycle, &judgement)
    if !isArrow(now.state, to, lifecycle), isInEffect(at: time) {
      if !now.isKnown {
        judgement.undetermined.append(undetermined(move.key, at: time, "history", name: "\(rule.name).illegal_transition"))
      } else {
        var values = activation([:], key: move.key)
        values.transition = (lifecycle.states[now.state].name, lifecycle.states[to].name)
        judgement.violations.append(
          violation(
            anchor: [anchor(move.event)], at: time, key: move.key, values, evidence: [("on", move.event), ("from", now.entered.event)],
            name: "\(rule.name).illegal_transition"))
      }
    }
    entity = entering(to, move, lifecycle)
    entity?.last = max(now.last, time)
  }

  private func entering(_ state: Int, _ move: NaiveMatch, _ lifecycle: Lifecycle) -> Entity {
    let time = move.event.time.microseconds
    var end: Int64?
    if let stay = lifecycle.states[state].longestStay, case .at(let instant) = deadline(move.event, stay, activation([:], key: move.key)) {
      end = instant
    }
    return Entity(state: state, entered: move, last: time, deadline: end, isKnown: time >= known)
  }

  /// An entity is forgotten when it has had no event for so long, and not before its stay is over (17.5).
  private func forget(_ entity: inout Entity?, at time: Int64, _ lifecycle: Lifecycle, _ judgement: inout NaiveJudgement) {
    guard let now = entity else { return }
    let end = max(now.last + model.length(lifecycle.retain), lifecycle.states[now.state].isEnd ? .min : now.deadline ?? .min)
    guard time > end else { return }
    sayOverdue(now, leaving: nil, lifecycle, &judgement)
    entity = nil
  }

  /// - Parameter move: what ended the stay; nil: nothing did.
  private func sayOverdue(_ entity: Entity, leaving move: NaiveMatch?, _ lifecycle: Lifecycle, _ judgement: inout NaiveJudgement) {
    guard let end = entity.deadline, isInEffect(at: entity.entered.event.time.microseconds) else { return }
    let name = "\(rule.name).overdue"
    if let move {
      let s = isAlike(entity.entered, move.event, move.pattern) ? 0 : skew(entity.entered.event, move.event)
      if move.event.time.microseconds <= end + s { return }
    }
    let width = lifecycle.states.map { largestSkew(entity.entered, $0.pattern) }.max() ?? 0
    guard end + width < clock else { return }
    if !entity.isKnown {
      return judgement.undetermined.append(
        undetermined(entity.entered.key, at: end, "history", name: name))
    }
    var values = activation([:], key: entity.entered.key)
    values.transition = (lifecycle.states[entity.state].name, nil)
    // What comes later than is remembered finds it as it is.
    let leaving = move.flatMap { $0.event.time.microseconds <= end + remember ? $0 : nil }
    judgement.violations.append(
      violation(
        anchor: [anchor(entity.entered.event)], at: end, key: entity.entered.key, values,
        evidence: [("on", entity.entered.event)] + (leaving.map { [("to", $0.event)] } ?? []),
        state: leaving == nil ? "open" : "resolved",
        reason: leaving == nil ? nil : "late", width: width, name: name))
  }
}
