internal import EventModel
internal import RuleLanguage

/// Spans (language.md 11).
extension NaiveRule {
  /// How skew changes a span: of `expect` and `unless`, of `forbid` and `then`, of `with`.
  enum SpanKind { case widened, narrowed, asWritten }

  /// Alike: the kinds of both are named by both patterns (2.8).
  func isAlike(_ a: NaiveMatch, _ b: NaiveEvent, _ pattern: Int) -> Bool {
    let (p, q) = (rule.patterns[a.pattern].kinds, rule.patterns[pattern].kinds)
    return [a.event, b].allSatisfy { e in
      let kind = EventPattern.Kind(stream: e.stream, kind: e.kind)
      return p.contains(kind) && q.contains(kind)
    }
  }

  /// s: between events of different streams the larger skew of the two (11.3).
  func skew(_ a: NaiveEvent, _ b: NaiveEvent) -> Int64 {
    a.stream == b.stream ? 0 : max(stream(a.stream).skew.microseconds, stream(b.stream).skew.microseconds)
  }

  /// s between an event and any of a pattern's kinds.
  func largestSkew(_ a: NaiveMatch, _ pattern: Int) -> Int64 {
    rule.patterns[pattern].kinds.map { kind in
      var other = a.event
      (other.stream, other.kind) = (kind.stream, kind.kind)
      return isAlike(a, other, pattern) ? 0 : skew(a.event, other)
    }.max() ?? 0
  }

  enum Deadline {
    case at(Int64)
    /// There is no telling, and why.
    case unknown(String)
  }

  /// Until when a span that looks after an event reaches, as it is shown: without skew. Of one that looks before: the event's time.
  func deadline(_ start: NaiveEvent, _ reach: Reach, _ activation: NaiveActivation) -> Deadline {
    let (time, length) = (start.time.microseconds, model.length(reach.within))
    if let due = reach.due {
      do {
        guard case .timestamp(let instant) = try due.evaluate(activation) else { return .unknown("error") }
        let end = max(time, instant.eventTime.microseconds)
        return end - time > length ? .unknown("horizon") : .at(end)
      } catch {
        return .unknown(NaiveTruth(error).reason ?? "error")
      }
    }
    if let hours = reach.counting {
      return .at(NaiveHours(model.program.hours[hours]).instant(after: time, open: length))
    }
    return .at(reach.direction == .before ? time : time + length)
  }

  /// Whether an event is in the span of another that reaches until `end` (11.1 to 11.3).
  func isInSpan(_ a: NaiveMatch, _ b: NaiveEvent, _ pattern: Int, _ reach: Reach, until end: Int64, _ kind: SpanKind) -> Bool {
    let alike = isAlike(a, b, pattern)
    let (start, time, length) = (a.event.time.microseconds, b.time.microseconds, model.length(reach.within))
    if time == start, alike {
      switch reach.direction {
      case .after: return precedes(a.event, b)
      case .before: return precedes(b, a.event)
      case .around: return true
      }
    }
    let s = alike || kind == .asWritten ? 0 : skew(a.event, b)
    let after: Bool
    let before: Bool
    if kind == .narrowed {
      after = time > start + s && time <= end - s
      before = time < start - s && time >= start - length + s
    } else {
      after = time >= start - s && time <= end + s
      before = time <= start + s && time >= start - length - s
    }
    switch reach.direction {
    case .after: return after
    case .before: return before
    case .around: return after || before
    }
  }
}
