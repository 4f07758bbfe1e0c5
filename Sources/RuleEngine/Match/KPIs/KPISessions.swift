internal import EventModel
internal import RuleLanguage

/// Sessions (language.md 16.1): [first event, last + gap), cut `longest` after the first event, the rest a new session. They are a function
/// of the events: a late one may lengthen a session, join two, or move the cuts of a chain. Where one begins is certain once all events
/// until then are known; from then on events only come in, and are added up. Those behind are kept, and grouped anew when one comes.
extension KPIState {
  /// Events that belong together.
  struct Session {
    var span: WindowSpan
    var last: Int64
    var chain: Int64
    /// It begins where it begins, whatever comes.
    var isCertain: Bool
    var totals: WindowTotals

    mutating func add(_ element: WindowElement, gap: Int64, longest: Int64) {
      totals.add(element)
      // It may be a late one.
      last = max(last, element.ref.time.microseconds)
      span.end = min(last + gap, span.start + longest)
    }
  }

  /// Groups the events that are kept.
  mutating func regroup(_ clock: RuleClock, gap: Int64, longest: Int64, _ plan: KPIPlan) {
    guard let first = log.first, let last = log.last, !fresh.isEmpty || first <= clock.horizon + 1 else { return }
    var sessions = windows.last { $0.stage == .summed }.map { [$0.session] } ?? []
    var summed: Int64?
    log.forEach(in: first...last, plan.window) { element in
      let time = element.ref.time.microseconds
      if !(sessions.last?.span.contains(time) ?? false) {
        let chain = sessions.last.flatMap { time < $0.last + gap ? $0.chain : nil } ?? time
        let isCertain = sessions.last?.isCertain ?? true && time <= clock.horizon + 1
        sessions.append(
          Session(span: WindowSpan(start: time, end: time), last: time, chain: chain, isCertain: isCertain, totals: plan.totals()))
      }
      sessions[sessions.count - 1].add(element, gap: gap, longest: longest)
      if sessions[sessions.count - 1].isCertain { summed = time }
    }
    if let summed { log.update(in: first...summed, plan.window) { _ in .removed } }
    drop(except: sessions, plan)
    for session in sessions { windows[place(of: session.span, plan)].become(session, isTouched: touches(session)) }
    fresh.removeAll()
  }

  /// One of the events that came lies in it.
  private func touches(_ session: Session) -> Bool { fresh.contains { session.span.start <= $0 && $0 <= session.last } }

  /// What was loose and is not found again is none any more: what was said of it is taken back.
  private mutating func drop(except sessions: [Session], _ plan: KPIPlan) {
    for index in windows.indices.reversed() where windows[index].stage == .loose {
      if sessions.contains(where: { $0.span.start == windows[index].span.start }) { continue }
      if windows[index].revision == 0 { remove(at: index) } else { windows[index].vanish(plan) }
    }
  }

  /// Adds up the sessions that have no totals in their rows.
  func sumLoose(_ plan: KPIPlan) {
    for window in windows where window.stage == .loose {
      log.forEach(in: window.span.start...window.last, plan.window) { window.totals.add($0) }
    }
  }
}

extension KPIWindow {
  fileprivate var session: KPIState.Session {
    KPIState.Session(span: span, last: last, chain: chain, isCertain: true, totals: totals)
  }

  /// `isTouched`: an event came that lies in it.
  fileprivate mutating func become(_ session: KPIState.Session, isTouched: Bool) {
    let isSame = stage != .vanished && last == session.last && !isTouched
    (last, chain, totals) = (session.last, session.chain, session.totals)
    stage = session.isCertain ? .summed : .loose
    end(at: session.span.end)
    if !isSame { touch() }
  }

  fileprivate mutating func vanish(_ plan: KPIPlan) {
    (stage, last, totals) = (.vanished, RuleClock.past, plan.totals())
    touch()
  }
}
