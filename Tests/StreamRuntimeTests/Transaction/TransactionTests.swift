import Testing

@testable import StreamRuntime

/// The table of protocol.md 5, cell by cell.
@Suite struct TransactionTests {
  static func seconds(_ number: Double) -> Duration { .milliseconds(Int64(number * 1_000)) }

  /// A transaction brought to where its next call is the one asked for, at 0 s.
  private static func at(_ call: Transaction.Call, records: Int = 2, outputs: Int = 1, stores: Bool = true) -> Transaction {
    var timing = Transaction.Timing()
    timing.jitter = .zero
    var transaction = Transaction(storesOffsets: stores, timing: timing)
    var actions = transaction.handle(.start, at: .zero)
    var isOffered = false
    for _ in 0..<100 {
      if actions.last == .call(call) { return transaction }
      switch actions.last {
      case .call(.checkLeases): actions = transaction.handle(.leases(ended: []), at: .zero)
      case .call: actions = transaction.handle(.succeeded, at: .zero)
      case .rest:
        precondition(!isOffered, "\(call) is on the way of a transaction")
        isOffered = true
        actions = transaction.handle(.offered(records: records, outputs: outputs), at: .zero)
      default: preconditionFailure("nothing goes wrong on the way")
      }
    }
    preconditionFailure("a transaction has fewer calls")
  }

  /// Brought into an abort, into death or into doubt.
  private static func aborting(after call: Transaction.Call, _ fault: KafkaFault) -> Transaction {
    var transaction = at(call)
    #expect(transaction.handle(.failed(fault), at: .zero).last == .call(.abort))
    return transaction
  }

  private static func inDoubt() -> Transaction {
    var transaction = at(.commit)
    #expect(transaction.handle(.failed(fatal), at: .zero) == [.wait(until: seconds(1))])
    #expect(transaction.handle(.timePassed, at: seconds(1)) == [.call(.replaceProducer)])
    #expect(transaction.handle(.succeeded, at: seconds(1)) == [.call(.initialize)])
    #expect(transaction.handle(.succeeded, at: seconds(1)) == [.call(.readMarks)])
    #expect(transaction.phase == .doubt)
    return transaction
  }

  static let retry = KafkaFault(.retry, code: "_TIMED_OUT", "timed out")
  static let abort = KafkaFault(.abort, code: "NOT_ENOUGH_REPLICAS", "not enough replicas")
  static let fatal = KafkaFault(.fatal, code: "_FENCED", "fenced")
  static let hold = KafkaFault(.hold, code: "TOPIC_AUTHORIZATION_FAILED", "no right to write to `t`")
  static let full = KafkaFault(.queueFull, code: "_QUEUE_FULL", "the queue is full")
  static let refused = KafkaFault(.refusedMember, code: "ILLEGAL_GENERATION", "another generation")

  @Test func `a transaction makes its calls in the order of the protocol: metadata, then leases, then offsets`() {
    var transaction = Transaction(storesOffsets: true)
    #expect(transaction.handle(.start, at: .zero) == [.call(.initialize)])
    #expect(transaction.handle(.succeeded, at: .zero) == [.rest])
    #expect(transaction.handle(.offered(records: 2, outputs: 1), at: .zero) == [.call(.begin)])
    var calls: [Transaction.Call] = [.begin]
    var actions = transaction.handle(.succeeded, at: .zero)
    while case .call(let call) = actions.last {
      calls.append(call)
      actions = transaction.handle(call == .checkLeases ? .leases(ended: []) : .succeeded, at: .zero)
    }
    #expect(calls == [.begin, .produce(0), .produce(1), .serveReports, .fetchMetadata, .checkLeases, .sendOffsets, .commit])
    #expect(actions == [.committed, .rest])
    #expect(transaction.phase == .idle && !transaction.isBusy)
  }

  @Test func `a transaction that is late is sent again by the same producer, then by ones whose timeouts double, to a limit`() {
    var transaction = Self.at(.serveReports)
    var now = Self.seconds(6)
    #expect(transaction.handle(.succeeded, at: now).last == .call(.abort))
    #expect(transaction.handle(.succeeded, at: now) == [.call(.begin)])
    for timeouts in [2, 4, 8, 16, 32, 64, 64] {
      for _ in 0..<3 { _ = transaction.handle(.succeeded, at: now) }
      now += .seconds(1_000)
      #expect(transaction.handle(.succeeded, at: now).last == .call(.abort))
      #expect(transaction.handle(.succeeded, at: now) == [.call(.replaceProducer)])
      #expect(transaction.timeouts == timeouts)
      #expect(transaction.handle(.succeeded, at: now) == [.call(.initialize)])
      #expect(transaction.handle(.succeeded, at: now) == [.call(.readMarks)])
      #expect(transaction.handle(.found([0: .before]), at: now) == [.call(.begin)])
    }
  }

  @Test func `records that time out are late, too; when a commit is fast again the usual timeouts are back`() {
    let timeout = KafkaFault(.abort, code: "_MSG_TIMED_OUT", "not delivered")
    var transaction = Self.at(.commit)
    #expect(transaction.handle(.failed(timeout), at: .zero) == [.call(.abort)])
    _ = transaction.handle(.succeeded, at: .zero)
    #expect(transaction.handle(.found([0: .before]), at: .zero) == [.call(.begin)])
    for _ in 0..<3 { _ = transaction.handle(.succeeded, at: .zero) }
    #expect(transaction.handle(.failed(timeout), at: .zero) == [.call(.abort)])
    #expect(transaction.handle(.succeeded, at: .zero) == [.call(.replaceProducer)])
    #expect(transaction.timeouts == 2)
    for _ in 0..<2 { _ = transaction.handle(.succeeded, at: .zero) }
    var actions = transaction.handle(.found([0: .before]), at: .zero)
    while case .call(let call) = actions.last, call != .replaceProducer {
      actions = transaction.handle(call == .checkLeases ? .leases(ended: []) : .succeeded, at: .zero)
    }
    #expect(actions == [.committed, .call(.replaceProducer)])
    #expect(transaction.timeouts == 1)
    #expect(transaction.handle(.succeeded, at: .zero) == [.call(.initialize)])
    #expect(transaction.handle(.succeeded, at: .zero) == [.rest])
  }

  // MARK: closed: init

  @Test func `closed: a producer that cannot be initialised tries again after a second`() {
    var transaction = Self.at(.initialize)
    #expect(transaction.handle(.failed(Self.retry), at: .zero) == [.wait(until: Self.seconds(1))])
    #expect(transaction.handle(.timePassed, at: Self.seconds(1)) == [.call(.initialize)])
    #expect(transaction.phase == .closed)
  }

  @Test func `closed: a fenced producer is replaced, and without effects there is nothing to doubt`() {
    var transaction = Self.at(.initialize)
    #expect(transaction.handle(.failed(Self.fatal), at: .zero) == [.wait(until: Self.seconds(1))])
    #expect(transaction.phase == .dead)
    #expect(transaction.handle(.timePassed, at: Self.seconds(1)) == [.call(.replaceProducer)])
    #expect(transaction.handle(.succeeded, at: Self.seconds(1)) == [.call(.initialize)])
    #expect(transaction.handle(.succeeded, at: Self.seconds(1)) == [.rest])
    #expect(transaction.phase == .idle)
  }

  @Test func `closed: workers that were refused together come again at moments of their own`() {
    let moments = (0..<20).map { number in
      var transaction = Transaction(storesOffsets: true, writer: "app.host-\(number).0")
      _ = transaction.handle(.start, at: .zero)
      guard case .wait(let until) = transaction.handle(.failed(Self.retry), at: .zero).last else { return Duration.zero }
      return until
    }
    #expect(moments.allSatisfy { Self.seconds(1)...Self.seconds(1.5) ~= $0 })
    #expect(Set(moments).count > 15)
  }

  @Test func `closed: a missing right holds, and a new producer tries again every five seconds`() {
    var transaction = Self.at(.initialize)
    let held: [Transaction.Action] = [.hold(Self.hold.description), .wait(until: Self.seconds(5))]
    #expect(transaction.handle(.failed(Self.hold), at: .zero) == held)
    #expect(transaction.holdReason == Self.hold.description)
    #expect(transaction.handle(.timePassed, at: Self.seconds(5)) == [.call(.replaceProducer)])
    #expect(transaction.handle(.succeeded, at: Self.seconds(5)) == [.call(.initialize)])
    #expect(transaction.handle(.succeeded, at: Self.seconds(5)) == [.release, .rest])
    #expect(transaction.holdReason == nil)
  }

  // MARK: idle: begin

  @Test func `idle: a fenced producer is replaced, and what was to be sent is in doubt`() {
    var transaction = Self.at(.begin)
    #expect(transaction.handle(.failed(Self.fatal), at: .zero) == [.wait(until: Self.seconds(1))])
    #expect(transaction.phase == .dead)
  }

  // MARK: open: produce, delivery reports

  @Test func `open: with a full queue reports are served, and the same record is produced again`() {
    var transaction = Self.at(.produce(1))
    #expect(transaction.handle(.failed(Self.full), at: .zero) == [.call(.serveReports)])
    #expect(transaction.handle(.succeeded, at: .zero) == [.call(.produce(1))])
    #expect(transaction.handle(.succeeded, at: .zero) == [.call(.serveReports)])
    #expect(transaction.handle(.succeeded, at: .zero) == [.call(.fetchMetadata)])
  }

  @Test(arguments: [Transaction.Call.produce(0), .serveReports, .sendOffsets])
  func `open: what needs an abort is aborted, and the same effects are sent again, later each time`(call: Transaction.Call) {
    var transaction = Self.at(call)
    var pauses: [Duration] = []
    for _ in 0..<12 {
      #expect(transaction.handle(.failed(Self.abort), at: .zero) == [.call(.abort)])
      #expect(transaction.phase == .aborting)
      guard case .wait(let until) = transaction.handle(.succeeded, at: .zero).last else {
        Issue.record("there is a pause before the next attempt")
        return
      }
      pauses.append(until)
      #expect(transaction.handle(.timePassed, at: until) == [.call(.begin)])
      var actions = transaction.handle(.succeeded, at: until)
      while actions.last != .call(call) {
        actions = transaction.handle(actions.last == .call(.checkLeases) ? .leases(ended: []) : .succeeded, at: until)
      }
    }
    #expect(pauses == pauses.sorted() && pauses.last == .seconds(5) && pauses.first == .milliseconds(100))
  }

  @Test(arguments: [Transaction.Call.produce(0), .serveReports, .sendOffsets])
  func `open: a fenced producer is replaced`(call: Transaction.Call) {
    var transaction = Self.at(call)
    #expect(transaction.handle(.failed(Self.fatal), at: .zero) == [.wait(until: Self.seconds(1))])
    #expect(transaction.phase == .dead)
  }

  @Test(arguments: [Transaction.Call.produce(0), .serveReports, .sendOffsets])
  func `open: a missing right aborts and holds, then the same effects are sent`(call: Transaction.Call) {
    var transaction = Self.at(call)
    #expect(transaction.handle(.failed(Self.hold), at: .zero) == [.call(.abort)])
    #expect(transaction.handle(.succeeded, at: .zero) == [.hold(Self.hold.description), .wait(until: Self.seconds(5))])
    #expect(transaction.handle(.timePassed, at: Self.seconds(5)) == [.call(.begin)])
    var actions = transaction.handle(.succeeded, at: Self.seconds(5))
    while case .call(let call) = actions.last {
      actions = transaction.handle(call == .checkLeases ? .leases(ended: []) : .succeeded, at: Self.seconds(5))
    }
    #expect(actions == [.release, .committed, .rest])
  }

  @Test(
    "open: an output that the broker will never take makes way, and all is sent again",
    arguments: ["MSG_SIZE_TOO_LARGE", "INVALID_RECORD", "POLICY_VIOLATION"])
  func unpublishable(code: String) {
    for call in [Transaction.Call.serveReports, .commit] {
      var transaction = Self.at(call)
      let fault = KafkaFault(.abort, code: code, "refused", token: 0)
      #expect(transaction.handle(.failed(fault), at: .zero) == [.replace(record: 0, cause: code), .call(.abort)])
      #expect(transaction.handle(.succeeded, at: .zero) == [.call(.begin)])
    }
  }

  @Test func `open: an internal record that the broker will never take holds`() {
    var transaction = Self.at(.serveReports)
    let fault = KafkaFault(.abort, code: "MSG_SIZE_TOO_LARGE", "refused", token: 1)
    #expect(transaction.handle(.failed(fault), at: .zero) == [.call(.abort)])
    #expect(transaction.handle(.succeeded, at: .zero).first == .hold("refused"))
  }

  @Test func `open: a transaction older than five seconds is not sent: the process was frozen`() {
    var transaction = Self.at(.serveReports)
    #expect(transaction.handle(.succeeded, at: Self.seconds(5.1)) == [.call(.abort)])
    #expect(transaction.handle(.succeeded, at: Self.seconds(5.1)) == [.call(.begin)])
  }

  // MARK: open: leases, send_offsets

  @Test func `open: a lease that has ended aborts, and the slots go with their effects`() {
    var transaction = Self.at(.checkLeases)
    #expect(transaction.handle(.leases(ended: [2]), at: .zero) == [.call(.abort)])
    #expect(transaction.handle(.succeeded, at: .zero) == [.drop([2]), .rest])
    #expect(!transaction.isBusy)
  }

  @Test func `open: offsets that time out are sent again`() {
    var transaction = Self.at(.sendOffsets)
    #expect(transaction.handle(.failed(Self.retry), at: .zero) == [.wait(until: .milliseconds(20))])
    #expect(transaction.handle(.timePassed, at: .milliseconds(20)) == [.call(.sendOffsets)])
    #expect(transaction.handle(.succeeded, at: .milliseconds(20)) == [.call(.commit)])
    #expect(transaction.phase == .claimed)
  }

  @Test func `open: a member that is refused aborts and tries again after 200 ms, when the leases decide`() {
    var transaction = Self.at(.sendOffsets)
    #expect(transaction.handle(.failed(Self.refused), at: .zero) == [.call(.abort)])
    #expect(transaction.handle(.succeeded, at: .zero) == [.wait(until: .milliseconds(200))])
    #expect(transaction.handle(.timePassed, at: .milliseconds(200)) == [.call(.begin)])
  }

  // MARK: claimed: commit

  @Test func `claimed: a commit that times out is made again, for a minute, then the producer is dead`() {
    var transaction = Self.at(.commit)
    var now = Duration.zero
    var actions = transaction.handle(.failed(Self.retry), at: now)
    while case .wait(let until) = actions.last, transaction.phase == .claimed {
      now = until + Self.seconds(5)
      #expect(transaction.handle(.timePassed, at: now) == [.call(.commit)])
      actions = transaction.handle(.failed(Self.retry), at: now)
    }
    #expect(transaction.phase == .dead)
    #expect(now >= Self.seconds(60) && now < Self.seconds(66))
  }

  @Test func `claimed: a commit that must be aborted is in doubt`() {
    var transaction = Self.at(.commit)
    #expect(transaction.handle(.failed(Self.abort), at: .zero) == [.call(.abort)])
    #expect(transaction.handle(.succeeded, at: .zero) == [.call(.readMarks)])
    #expect(transaction.phase == .doubt)
  }

  // MARK: aborting

  @Test func `aborting: an abort that times out is made again, for a minute, then the producer is dead`() {
    var transaction = Self.aborting(after: .serveReports, Self.abort)
    #expect(transaction.handle(.failed(Self.retry), at: .zero) == [.wait(until: .milliseconds(20))])
    #expect(transaction.handle(.timePassed, at: Self.seconds(60)) == [.call(.abort)])
    #expect(transaction.handle(.failed(Self.retry), at: Self.seconds(60)) == [.wait(until: Self.seconds(61))])
    #expect(transaction.phase == .dead)
  }

  @Test func `aborting: a fenced producer is replaced`() {
    var transaction = Self.aborting(after: .serveReports, Self.abort)
    #expect(transaction.handle(.failed(Self.fatal), at: .zero) == [.wait(until: Self.seconds(1))])
    #expect(transaction.phase == .dead)
  }

  // MARK: dead, doubt

  @Test func `dead: a new producer that cannot be initialised tries again`() {
    var transaction = Self.at(.commit)
    _ = transaction.handle(.failed(Self.fatal), at: .zero)
    _ = transaction.handle(.timePassed, at: Self.seconds(1))
    _ = transaction.handle(.succeeded, at: Self.seconds(1))
    #expect(transaction.handle(.failed(Self.retry), at: Self.seconds(2)) == [.wait(until: Self.seconds(3))])
    #expect(transaction.handle(.timePassed, at: Self.seconds(3)) == [.call(.initialize)])
    #expect(transaction.handle(.succeeded, at: Self.seconds(3)) == [.call(.readMarks)])
  }

  @Test func `doubt: my own mark says that all is committed`() {
    var transaction = Self.inDoubt()
    #expect(transaction.handle(.found([0: .sent, 1: .sent]), at: .zero) == [.committed, .rest])
  }

  @Test func `doubt: the mark before it says that nothing is, and the same effects are sent`() {
    var transaction = Self.inDoubt()
    #expect(transaction.handle(.found([0: .before, 1: .before]), at: .zero) == [.call(.begin)])
    #expect(transaction.isBusy)
  }

  @Test func `doubt: where no lease stands any more the effects are dropped`() {
    var transaction = Self.inDoubt()
    #expect(transaction.handle(.found([:]), at: .zero) == [.drop([]), .rest])
    #expect(!transaction.isBusy)
  }

  @Test func `doubt: a slot with another's mark goes; what remains is offered anew`() {
    var kept = Self.inDoubt()
    #expect(kept.handle(.found([0: .before, 1: .other]), at: .zero) == [.drop([1]), .rest])
    #expect(!kept.isBusy)
    var committed = Self.inDoubt()
    #expect(committed.handle(.found([0: .sent, 1: .other]), at: .zero) == [.committed, .drop([1]), .rest])
  }

  @Test func `doubt: marks that cannot be read are asked for again`() {
    var transaction = Self.inDoubt()
    #expect(transaction.handle(.failed(Self.retry), at: .zero) == [.wait(until: .milliseconds(200))])
    #expect(transaction.handle(.timePassed, at: .milliseconds(200)) == [.call(.readMarks)])
    #expect(transaction.handle(.failed(Self.hold), at: .zero) == [.hold(Self.hold.description), .wait(until: Self.seconds(5))])
    #expect(transaction.handle(.timePassed, at: Self.seconds(5)) == [.call(.readMarks)])
    #expect(transaction.handle(.found([0: .sent]), at: Self.seconds(5)) == [.release, .committed, .rest])
  }

  // MARK: leases that end meanwhile

  @Test func `a lease that ends in open aborts; in claimed the commit is finished first`() {
    var open = Self.at(.produce(1))
    #expect(open.handle(.lost([0]), at: .zero) == [.call(.abort)])
    #expect(open.handle(.succeeded, at: .zero) == [.drop([0]), .rest])
    var claimed = Self.at(.commit)
    #expect(claimed.handle(.lost([0]), at: .zero) == [])
    #expect(claimed.handle(.succeeded, at: .zero) == [.committed, .drop([0]), .rest])
  }

  @Test func `a lease that ends while effects wait takes them along`() {
    var waiting = Self.aborting(after: .sendOffsets, Self.refused)
    _ = waiting.handle(.succeeded, at: .zero)
    #expect(waiting.handle(.lost([0, 1]), at: .zero) == [.drop([0, 1]), .rest])
    var idle = Transaction(storesOffsets: true)
    _ = idle.handle(.start, at: .zero)
    _ = idle.handle(.succeeded, at: .zero)
    #expect(idle.handle(.lost([0]), at: .zero) == [.drop([0]), .rest])
  }

  @Test func `a lease that ends with a dead producer goes when it is known what was committed`() {
    var transaction = Self.at(.commit)
    _ = transaction.handle(.failed(Self.fatal), at: .zero)
    #expect(transaction.handle(.lost([1]), at: .zero) == [])
    _ = transaction.handle(.timePassed, at: Self.seconds(1))
    _ = transaction.handle(.succeeded, at: Self.seconds(1))
    _ = transaction.handle(.succeeded, at: Self.seconds(1))
    #expect(transaction.handle(.found([0: .before]), at: Self.seconds(1)) == [.drop([1]), .rest])
  }

  // MARK: a cluster that keeps no offsets

  @Test func `where no offsets are kept, none are sent, and an abort is the end`() {
    var transaction = Self.at(.serveReports, stores: false)
    #expect(transaction.handle(.succeeded, at: .zero) == [.call(.commit)])
    #expect(transaction.handle(.succeeded, at: .zero) == [.committed, .rest])
    var aborted = Self.at(.serveReports, stores: false)
    #expect(aborted.handle(.failed(Self.abort), at: .zero) == [.call(.abort)])
    guard case .end = aborted.handle(.succeeded, at: .zero).first else {
      Issue.record("an abort is the end")
      return
    }
  }
}

extension Transaction {
  /// Whether effects wait to be committed, or may have been.
  fileprivate var isBusy: Bool { hasEffects || phase != .idle }
}
