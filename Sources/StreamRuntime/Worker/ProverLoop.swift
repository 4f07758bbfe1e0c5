internal import EventModel
internal import RuleEngine

/// Asks twice a second where the sources end (protocol.md 8), for proofs and for the lag; and sees that the shard still moves.
final class ProverLoop {
  private static let patience: Duration = .seconds(2)
  /// A shard that does not come back from a batch for so long is stuck.
  private static let stuck: Duration = .seconds(30)

  private let context: WorkerContext
  private let admin: any ClusterAdmin
  private var prover = EndProver()

  init(_ context: WorkerContext, admin: any ClusterAdmin) {
    self.context = context
    self.admin = admin
  }

  func step() {
    let uptime = context.clock.uptime
    guard prover.isDue(at: uptime) else { return }
    prover.asked(at: uptime)
    let board = context.board.with { $0 }
    if let seen = board.shardSeenAt, uptime - seen > Self.stuck {
      context.requestEnd(.failed("the shard did not come back from a batch for 30 s"))
    }
    guard !board.partitions.isEmpty else { return }
    ask(board)
  }

  func close() { admin.close() }

  private func ask(_ board: WorkerBoard.Contents) {
    let time = context.clock.now
    var counts: [String: Int32]?
    var ends: [Source: Int64]?
    do throws(KafkaFault) {
      counts = try admin.partitionCounts(of: context.settings.inputs, timeout: Self.patience)
      ends = try admin.ends(of: context.settings.sources(board.partitions), timeout: Self.patience)
    } catch {
      context.log(.warning, "asking where the sources end", [("error", error.description)])
    }
    let apart = context.storesOffsets ? board.brokerClock.difference(at: context.clock.uptime, now: context.clock.now) : 0
    let clocksAgree = apart.map { abs($0) <= context.settings.idleMargin.microseconds } ?? false
    let proofs = prover.proofs(
      of: board.idle, at: time, counts: counts, known: board.partitions, ends: ends, clocksAgree: clocksAgree)
    let failures = prover.failures
    let known = ends
    context.board.with { contents in
      if let known { contents.ends = known }
      contents.proofFailures = failures
      contents.clocksApart = clocksAgree ? nil : apart.map { .microseconds($0) }
    }
    if let counts, counts != board.partitions { context.shard.post(.partitions(counts)) }
    if !proofs.isEmpty { context.shard.post(.proofs(proofs)) }
  }
}
