internal import Synchronization

/// The same worker on one thread, a step at a time: for the simulation, where a virtual clock moves between the steps.
package final class SteppedWorker {
  private let worker: Worker
  private let shard: Shard
  private let restorer: Restorer
  private let prover: ProverLoop
  private var membership: MembershipLoop?
  private var isMember = false

  package init(
    settings: WorkerSettings, cluster: any Cluster, clock: any WorkerClock, hooks: WorkerHooks = WorkerHooks(),
    makeProcessor: @escaping @Sendable () -> any RecordProcessor
  ) throws(KafkaFault) {
    worker = Worker(
      settings: settings, cluster: cluster, clock: clock, hooks: hooks, isThreaded: false, makeProcessor: makeProcessor)
    let context = worker.context
    let producer = try cluster.transactionalProducer(id: settings.transactionalID)
    let shard = Shard(context, consumer: try cluster.dataConsumer(), producer: producer)
    self.shard = shard
    restorer = Restorer(
      context, admin: try cluster.admin(), consumer: try cluster.dataConsumer(), enquirer: try cluster.dataConsumer())
    prover = ProverLoop(context, admin: try cluster.admin())
    // One thread runs everything: the closure never leaves it.
    nonisolated(unsafe) let served = shard
    context.serveShard.withLock { serve in
      serve = { for _ in 0..<1_000 where served.pending != nil { served.step() } }
    }
  }

  package var status: WorkerStatus { worker.status }
  package var end: WorkerEnd? { worker.context.requestedEnd }
  /// Whether everything has come to its end.
  package private(set) var isFinished = false

  package func stop() { worker.stop() }

  /// One step of each part.
  package func step() throws(KafkaFault) {
    let context = worker.context
    if !shard.isFinished { shard.step() }
    if !isMember, shard.transaction.phase == .idle, context.requestedEnd == nil { try join() }
    membership?.step()
    if !restorer.isFinished { restorer.step() }
    if context.requestedEnd == nil { prover.step() }
    if shard.isFinished, restorer.isFinished, !isFinished {
      membership?.close()
      prover.close()
      isFinished = true
    }
  }

  private func join() throws(KafkaFault) {
    let context = worker.context
    isMember = true
    guard context.cluster.capabilities.members else {
      MembershipChanges(context).assign(Array(context.slots))
      return
    }
    let membership = try context.cluster.membership(group: context.settings.application, instance: context.settings.instance)
    context.membership.withLock { $0 = membership }
    let loop = MembershipLoop(context, membership: membership)
    loop.join()
    self.membership = loop
  }
}
