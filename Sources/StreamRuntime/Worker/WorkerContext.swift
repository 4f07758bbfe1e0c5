internal import RuleEngine
internal import Synchronization

/// What the threads of a worker share.
final class WorkerContext: Sendable {
  let settings: WorkerSettings
  let cluster: any Cluster
  let clock: any WorkerClock
  let hooks: WorkerHooks
  let makeProcessor: @Sendable () -> any RecordProcessor
  let leases = LeaseTable()
  let board: WorkerBoard
  let shard = Mailbox<ShardMessage>()
  let restorer = Mailbox<RestorerMessage>()
  let prover = Bell()
  /// The worker's place in the group, once it has one.
  let membership = Mutex<(any GroupMembership)?>(nil)
  /// Whether threads wait for one another; a test steps through the worker on one thread instead.
  let isThreaded: Bool

  private let stopping = Mutex<WorkerEnd?>(nil)
  private let bell = Bell()

  init(
    settings: WorkerSettings, cluster: any Cluster, clock: any WorkerClock, hooks: WorkerHooks, isThreaded: Bool,
    makeProcessor: @escaping @Sendable () -> any RecordProcessor
  ) {
    self.settings = settings
    self.cluster = cluster
    self.clock = clock
    self.hooks = hooks
    self.isThreaded = isThreaded
    self.makeProcessor = makeProcessor
    board = WorkerBoard(slots: settings.slots, storesOffsets: cluster.capabilities.storedOffsets)
  }

  var slots: Range<Int> { 0..<settings.slots }
  var storesOffsets: Bool { cluster.capabilities.storedOffsets }

  func slotSources(_ slots: some Sequence<Int>) -> [Source] {
    slots.map { Source(topic: settings.topics.slots, partition: Int32($0)) }
  }

  func stateSource(_ slot: Int) -> Source { Source(topic: settings.topics.state, partition: Int32(slot)) }

  func log(_ level: WorkerEvent.Level, _ message: String, _ fields: [(name: String, value: String)] = []) {
    hooks.log(WorkerEvent(level, message, fields))
  }

  /// Lets another thread do what is asked of it; where there is but one thread, that is done by `serve`.
  func wait(for rendezvous: Rendezvous, atMost time: Duration) {
    if isThreaded {
      _ = rendezvous.wait(atMost: time)
    } else {
      serveShard.withLock { $0 }?()
    }
  }

  /// Runs the shard until it has done what it was asked, on one thread.
  let serveShard = Mutex<(@Sendable () -> Void)?>(nil)

  // MARK: - The end

  /// The first reason to end counts. Threads look at it between their steps.
  func requestEnd(_ reason: WorkerEnd) {
    let isFirst = stopping.withLock { stopping in
      defer { stopping = stopping ?? reason }
      return stopping == nil
    }
    guard isFirst else { return }
    if case .failed(let cause) = reason { log(.error, cause) }
    shard.post(.stop)
    restorer.post(.stop)
    prover.ring()
    bell.ring()
  }

  var requestedEnd: WorkerEnd? { stopping.withLock { $0 } }

  /// Waits until a reason to end was given.
  func waitForEnd() -> WorkerEnd {
    while true {
      if let end = requestedEnd { return end }
      bell.wait(atMost: .seconds(1))
    }
  }
}

/// A point at which one thread waits for another.
package final class Rendezvous: Sendable {
  private let done = Mutex(false)
  private let bell = Bell()

  package init() {}

  package func finish() {
    done.withLock { $0 = true }
    bell.ring()
  }

  package var isFinished: Bool { done.withLock { $0 } }

  /// Whether the other came in time.
  package func wait(atMost time: Duration) -> Bool {
    if !isFinished { bell.wait(atMost: time) }
    return isFinished
  }
}
