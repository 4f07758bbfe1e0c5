import Diagnostics
import EventModel

/// How far a rule looks: lengths, spans and windows (language.md 11, 16).
extension RuleChecker {
  /// Ten years: state that is kept for longer is bounded by nothing.
  static let longest = Duration.seconds(315_360_000)

  /// The length of a span: a duration, or a param that is one.
  mutating func length(_ syntax: LengthSyntax) -> SpanLength? {
    switch syntax {
    case .duration(let duration):
      checkBound(duration)
      return .fixed(duration.value)
    case .param(let name):
      let params = context.params(of: self.name)
      guard let param = params[name.text] else {
        // A param with mistakes says so where it is declared.
        if context.names.values[name.text]?.keyword != "param" { diagnostics.append(.unknownParam(name, params: params.keys.sorted())) }
        return nil
      }
      guard param.type == .duration else {
        diagnostics.append(.paramIsNoDuration(name))
        return nil
      }
      let declared = context.params[param.index]
      for value in [declared.defaultValue] + declared.regional.values {
        if case .duration(let length) = value, length > Self.longest { diagnostics.append(.unbounded(name.span, length)) }
      }
      return .param(param.index)
    }
  }

  mutating func checkBound(_ duration: Spanned<Duration>) {
    if duration.value > Self.longest { diagnostics.append(.unbounded(duration.span, duration.value)) }
  }

  mutating func reach(of syntax: SpanSyntax) -> Reach? {
    switch syntax.kind {
    case .within(let length, let counting, let direction): return reach(length, counting: counting, direction)
    case .due(let deadline, let most):
      var scope = scope(of: [0])
      if let condition = conditions.first, let condition { scope.assume(condition) }
      let due = expressions.check(deadline, in: scope, wanting: .timestamp, for: "`due`")?.expression
      guard let length = length(most), let due else { return nil }
      return Reach(within: length, direction: .after, due: due)
    }
  }

  /// - Parameter direction: nil: after.
  mutating func reach(_ length: LengthSyntax, counting: Word?, _ direction: Word?) -> Reach? {
    guard let within = self.length(length) else { return nil }
    let direction = direction.flatMap { Reach.Direction(rawValue: $0.text) }.map { ($0, direction) } ?? (.after, nil)
    guard let counting else { return Reach(within: within, direction: direction.0) }
    if direction.0 != .after, let word = direction.1 { diagnostics.append(.countingLooksAfter(word, counting: counting)) }
    guard let index = context.hours.firstIndex(where: { $0.name == counting.text }) else {
      // Hours with mistakes say so where they are declared.
      if context.names.values[counting.text]?.keyword != "hours" {
        diagnostics.append(.unknownHours(counting, hours: context.names.names(of: "hours")))
      }
      return nil
    }
    return Reach(within: within, direction: direction.0, counting: index)
  }

  // MARK: - Windows

  enum WindowOwner { case rule, kpi }

  /// The window of a limit or KPI, and whether it may have one of that kind.
  mutating func window(_ syntax: WindowSyntax, in owner: WindowOwner) -> Window? {
    switch (syntax.kind, owner) {
    case (.sliding(let length), .rule):
      guard let size = self.length(length) else { return nil }
      if case .fixed(.zero) = size { diagnostics.append(.emptyLength(length.span)) }
      warnOfShortWindow(length)
      return .sliding(size)
    case (.tumbling(let size), _):
      checkSize(size)
      return .tumbling(size.value)
    case (.hopping(let size, let step), .kpi):
      checkSize(size)
      if step.value <= .zero {
        diagnostics.append(.emptyLength(step.span))
        return nil
      }
      if size.value.microseconds % step.value.microseconds != 0 { diagnostics.append(.hoppingStep(size, step)) }
      return .hopping(size.value, every: step.value)
    case (.session(let gap, let most), .kpi):
      checkSize(gap)
      let limit = most?.value ?? .seconds(86_400)
      if let most { checkBound(most) }
      if limit < gap.value { diagnostics.append(.sessionCut(most?.span ?? gap.span, gap: gap)) }
      return .session(gap: gap.value, max: limit)
    case (.calendar(let unit, let zone), _):
      checkZone(zone)
      guard let unit = CalendarUnit(rawValue: unit.text) else { return nil }
      return .calendar(unit: unit, zone: zone.value)
    case (.all(_, let once, let retain), .rule):
      guard let retain = self.length(retain), let opening = patterns.lastIndex(where: { $0.role == .opening }) else { return nil }
      return .all(opening: opening, isOnce: once != nil, retain: retain)
    case (.hopping, .rule), (.session, .rule), (.sliding, .kpi), (.all, .kpi):
      diagnostics.append(.windowOfOther(syntax, isKPI: owner == .kpi))
      return nil
    }
  }

  private mutating func checkSize(_ size: Spanned<Duration>) {
    if size.value <= .zero { diagnostics.append(.emptyLength(size.span)) }
    checkBound(size)
    warnOfShortWindow(.duration(size))
  }

  mutating func checkZone(_ zone: Spanned<String>) {
    if CivilTimeZone(zone.value) == nil { diagnostics.append(.unknownZone(zone)) }
  }

  /// A window that is shorter than what its streams may be out of order (language.md 25.1).
  private mutating func warnOfShortWindow(_ length: LengthSyntax) {
    guard case .duration(let size) = length, size.value > .zero else { return }
    let streams = Set(patterns.flatMap(\.kinds).map(\.stream)).map { context.streams[$0] }
    guard let worst = streams.max(by: { ($0.disorder, $1.name) < ($1.disorder, $0.name) }), worst.disorder > size.value else { return }
    diagnostics.append(.shortWindow(size.span, stream: worst))
  }

  /// A limit that is true of the empty window speaks of silence, which it does not see begin (language.md 16.4).
  mutating func warnOfTooLittle(_ when: CheckedExpression) {
    guard case .call(let function, let sides) = when.kind, sides.count == 2, case .aggregate(let index) = sides[0].kind,
      case .literal(let bound) = sides[1].kind, expressions.aggregates[index].name == .count,
      ["_<_", "_<=_"].contains(function.name), bound.order(to: .int(0)) != .ascending
    else { return }
    diagnostics.append(.tooLittle(when.span))
  }
}
