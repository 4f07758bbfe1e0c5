/// What follows when a call fails: the columns of the table of protocol.md 5.
extension Transaction {
  mutating func failed(_ fault: KafkaFault, at now: Duration) -> [Action] {
    switch (phase, current) {
    case (.closed, _), (.dead, _):
      switch fault.disposition {
      case .fatal: return die(fault, at: now)
      case .hold:
        // What a producer refused once for want of a right stays refused: a new one tries again.
        phase = .dead
        current = .replaceProducer
        return hold(fault.description, at: now)
      case .retry, .abort, .refusedMember, .queueFull: return [.wait(until: now + pause())]
      }
    case (.idle, _):
      guard fault.disposition == .fatal else { preconditionFailure("a transaction begins after `init` or another one: \(fault)") }
      return die(fault, at: now)
    case (.open, .produce(let index)) where fault.disposition == .queueFull || fault.disposition == .retry:
      resumed = index
      return call(.serveReports)
    case (.open, .sendOffsets) where fault.disposition == .retry || fault.disposition == .queueFull:
      return repeatOrDie(fault, at: now)
    case (.open, _): return failedOpen(fault, at: now)
    case (.claimed, _): return failedCommit(fault, at: now)
    case (.aborting, _):
      return fault.disposition == .retry ? repeatOrDie(fault, at: now) : die(fault, at: now)
    case (.doubt, _):
      if fault.disposition == .hold { return hold(fault.description, at: now) }
      return [.wait(until: now + timing.refused)]
    }
  }

  mutating func failedOpen(_ fault: KafkaFault, at now: Duration) -> [Action] {
    switch fault.disposition {
    case .fatal where current != .fetchMetadata: return die(fault, at: now)
    case .hold: return abort(then: .hold(fault.description))
    case .refusedMember: return abort(then: .again(timing.refused))
    case .fatal, .retry, .abort, .queueFull: return refused(fault) ?? abort(then: inTime(fault, .again(backoff())))
    }
  }

  mutating func failedCommit(_ fault: KafkaFault, at now: Duration) -> [Action] {
    switch fault.disposition {
    case .fatal: return die(fault, at: now)
    case .retry, .queueFull: return repeatOrDie(fault, at: now)
    case .hold:
      // A record was refused for want of a right or a topic: nothing was committed.
      return abort(then: .hold(fault.description))
    case .abort, .refusedMember:
      return refused(fault) ?? abort(then: inTime(fault, .doubt))
    }
  }

  /// A record that was not delivered while there was time for it: brokers are away, or slow.
  private mutating func inTime(_ fault: KafkaFault, _ usual: AfterAbort) -> AfterAbort {
    fault.code == "_MSG_TIMED_OUT" ? lateAgain(usual) : usual
  }

  /// A record that the broker will never take (protocol.md 13). An output makes way; an internal one cannot.
  mutating func refused(_ fault: KafkaFault) -> [Action]? {
    guard ["MSG_SIZE_TOO_LARGE", "INVALID_RECORD", "POLICY_VIOLATION"].contains(fault.code), let record = fault.token else { return nil }
    guard record < outputs else { return abort(then: .hold(fault.description)) }
    return [.replace(record: record, cause: fault.code)] + abort(then: .again(.zero))
  }
}
