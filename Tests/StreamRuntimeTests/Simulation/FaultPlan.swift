import StreamRuntime
import TestKit

/// What goes wrong in a run, and when.
struct FaultPlan {
  enum Fault: String, CaseIterable, Sendable {
    // At a call.
    case crashBefore = "crash before"
    case crashAfter = "crash after"
    case answer = "bad answer of"
    case lateAnswer = "bad answer, though done, of"
    case freeze = "freeze at"
    // To the process.
    case kill
    case stop
    case secondProcess = "second process"
    case otherInstance = "other instance"
    // To its place in the group.
    case expel
    case raiseGeneration = "raised generation"
    case lend
    case lateCallbacks = "late callbacks"
    case expireOffsets = "expired offsets"
    // To the topics.
    case lateMarkers = "late markers"
    case foreignCommit = "foreign transaction"
    case foreignAbort = "foreign transaction, aborted,"
    case rewind
    case unavailable = "leader away"
    case topicAway = "topic behind"
    case topicMissing = "missing topic"
    case endsAgain = "ends told again"
    case retention = "deleted inputs"
    case addPartition = "added partition"
    case refusedOutput = "refused output"
    // To the state.
    case lateDeletion = "late deletion"
    case doubledDeletion = "deletion done twice"
    case damagedState = "damaged state"
    case hiddenState = "state with a piece missing"
    case otherRules = "other rules"
    // To the clocks.
    case clocksApart = "clocks apart"
    case wallJump = "wall clock jumps"

    var isAtCall: Bool { [.crashBefore, .crashAfter, .answer, .lateAnswer, .freeze].contains(self) }
  }

  struct Planned {
    var fault: Fault
    var at: Duration
    /// At which call, and at the how manyth from then on.
    var call: SimulatedKafka.Call?
    var count = 1
    /// For how long, where it lasts.
    var lasts: Duration
  }

  private(set) var faults: [Planned]

  /// A few at random, and one at a call: each call in turn, in each way, so that some seeds cover all of them.
  init(seed: UInt64, _ random: inout TestRandom) {
    let (fault, call) = Self.atCalls[Int(seed % UInt64(Self.atCalls.count))]
    faults = [Planned(fault: fault, at: .milliseconds(random.whole(200...4_000)), call: call, lasts: .zero)]
    faults += (0..<random.whole(1...5)).map { _ in
      var planned = Planned(
        fault: random.pick(Fault.allCases), at: .milliseconds(random.whole(200...8_500)), count: random.whole(1...3),
        lasts: .milliseconds(random.pick([100, 700, 3_000, 6_000])))
      if planned.fault.isAtCall { (planned.fault, planned.call) = random.pick(Self.atCalls) }
      return planned
    }
    faults.sort { $0.at < $1.at }
    // A partition is added once.
    if let first = faults.firstIndex(where: { $0.fault == .addPartition }) {
      faults = faults.enumerated().filter { $0 <= first || $1.fault != .addPartition }.map(\.element)
    }
  }

  var isEmpty: Bool { faults.isEmpty }
  mutating func removeFirst() { faults.removeFirst() }

  /// The calls that a worker makes here: it begins with the earliest records.
  static let calls = SimulatedKafka.Call.allCases.filter { $0 != .offsets && $0 != .members }
  /// Those that it makes at a start only.
  static let callsAtStart: Set<SimulatedKafka.Call> = [.initialize, .join, .committed, .bounds, .assign, .deleteRecords]

  /// What can go wrong at a call: each way, at each.
  static let atCalls: [(Fault, SimulatedKafka.Call)] = {
    let answering = calls.filter { !answers(of: $0).isEmpty }
    let done: [SimulatedKafka.Call] = [.initialize, .sendOffsets, .commit, .abort, .committed, .deleteRecords]
    return calls.flatMap { call in [(.crashBefore, call), (.crashAfter, call), (.freeze, call)] } + answering.map { (.answer, $0) }
      + done.map { (.lateAnswer, $0) }
  }()

  /// What a call may answer instead (the table of protocol.md 5).
  static func answers(of call: SimulatedKafka.Call) -> [KafkaFault.Disposition] {
    switch call {
    case .initialize: [.retry, .fatal, .hold]
    case .begin: [.fatal]
    case .produce: [.queueFull, .abort, .hold, .fatal]
    case .serveReports: [.abort, .fatal]
    case .sendOffsets: [.retry, .abort, .refusedMember, .fatal, .hold]
    case .commit: [.retry, .abort, .fatal]
    case .abort: [.retry, .fatal]
    case .join, .assign: [.fatal]
    case .metadata, .committed, .bounds, .ends, .partitionCounts, .poll, .pollMembership, .deleteRecords, .members, .offsets: [.retry]
    }
  }

  static func fault(_ disposition: KafkaFault.Disposition) -> KafkaFault {
    let code =
      switch disposition {
      case .retry: "_TIMED_OUT"
      case .abort: "NOT_ENOUGH_REPLICAS"
      case .refusedMember: "ILLEGAL_GENERATION"
      case .fatal: "_FENCED"
      case .hold: "TOPIC_AUTHORIZATION_FAILED"
      case .queueFull: "_QUEUE_FULL"
      }
    return KafkaFault(disposition, code: code, "the simulation says \(code)")
  }
}
