internal import RuleEngine
package import RuleLanguage
internal import Synchronization

/// A worker: reads the inputs, evaluates the rules, and commits outputs, state and offsets in one transaction (protocol.md).
///
///     let worker = Worker(settings: settings, cluster: cluster, clock: SystemClock(), hooks: hooks) {
///       Engine(program: program, options: options)
///     }
///     // from a thread that waits for SIGTERM: worker.stop()
///     let end = worker.run()          // blocks until stopped, or until it cannot go on
///
/// The same worker runs on a real cluster, on a mock, in a dry run (`DryRunCluster`) and, step by step, in the simulation.
package final class Worker: Sendable {
  let context: WorkerContext

  /// `makeProcessor` is called for every new start from committed state, on the worker's threads.
  package convenience init(
    settings: WorkerSettings, cluster: any Cluster, clock: any WorkerClock, hooks: WorkerHooks = WorkerHooks(),
    makeProcessor: @escaping @Sendable () -> any RecordProcessor
  ) {
    self.init(settings: settings, cluster: cluster, clock: clock, hooks: hooks, isThreaded: true, makeProcessor: makeProcessor)
  }

  init(
    settings: WorkerSettings, cluster: any Cluster, clock: any WorkerClock, hooks: WorkerHooks, isThreaded: Bool,
    makeProcessor: @escaping @Sendable () -> any RecordProcessor
  ) {
    context = WorkerContext(
      settings: settings, cluster: cluster, clock: clock, hooks: hooks, isThreaded: isThreaded, makeProcessor: makeProcessor)
  }

  /// As it is at this moment.
  package var status: WorkerStatus { WorkerStatus(context.board.with { $0 }) }

  /// Finishes the transaction under way and ends, in under five seconds. Returns at once; `run` returns when it is done.
  package func stop() { context.requestEnd(.stopped) }

  /// Runs until stopped, or until it cannot go on.
  package func run() -> WorkerEnd {
    let threads = [Rendezvous(), Rendezvous(), Rendezvous(), Rendezvous()]
    OSThread.start { [context] in
      Self.runShard(context)
      threads[0].finish()
    }
    OSThread.start { [context] in
      Self.runMembership(context, shard: threads[0])
      threads[1].finish()
    }
    OSThread.start { [context] in
      Self.runRestorer(context)
      threads[2].finish()
    }
    OSThread.start { [context] in
      Self.runProver(context)
      threads[3].finish()
    }
    let end = context.waitForEnd()
    // A thread that hangs in a call does not keep the process from ending.
    let deadline = context.clock.uptime + .milliseconds(4_800)
    for thread in threads {
      while !thread.isFinished, context.clock.uptime < deadline { _ = thread.wait(atMost: .milliseconds(20)) }
    }
    return end
  }

  private static func runShard(_ context: WorkerContext) {
    do throws(KafkaFault) {
      let producer = try context.cluster.transactionalProducer(id: context.settings.transactionalID)
      let shard = Shard(context, consumer: try context.cluster.dataConsumer(prefetch: context.settings.prefetch), producer: producer)
      while !shard.isFinished { shard.step() }
    } catch {
      context.requestEnd(.failed(error.description))
    }
  }

  private static func runRestorer(_ context: WorkerContext) {
    do throws(KafkaFault) {
      let restorer = Restorer(
        context, admin: try context.cluster.admin(),
        consumer: try context.cluster.dataConsumer(prefetch: context.settings.prefetch),
        enquirer: try context.cluster.dataConsumer())
      while !restorer.isFinished { restorer.step() }
    } catch {
      context.requestEnd(.failed(error.description))
    }
  }

  private static func runProver(_ context: WorkerContext) {
    do throws(KafkaFault) {
      let prover = ProverLoop(context, admin: try context.cluster.admin())
      while context.requestedEnd == nil {
        prover.step()
        context.prover.wait(atMost: .milliseconds(100))
      }
      prover.close()
    } catch {
      context.requestEnd(.failed(error.description))
    }
  }

  /// Joins when the worker's own transactional id is settled, so that nothing of an earlier life is open; leaves when the shard has ended.
  private static func runMembership(_ context: WorkerContext, shard: Rendezvous) {
    while context.requestedEnd == nil, context.board.with({ $0.phase }) != .idle { _ = shard.wait(atMost: .milliseconds(5)) }
    guard context.requestedEnd == nil else { return }
    guard context.cluster.capabilities.members else {
      MembershipChanges(context).assign(Array(context.slots))
      return
    }
    do throws(KafkaFault) {
      let membership = try context.cluster.membership(group: context.settings.application, instance: context.settings.instance)
      context.membership.withLock { $0 = membership }
      let loop = MembershipLoop(context, membership: membership)
      loop.join()
      while !shard.isFinished { loop.step() }
      loop.close()
    } catch {
      context.requestEnd(.failed(error.description))
    }
  }
}

extension WorkerSettings {
  /// For the rules of a program: its inputs are what they read.
  package static func inputs(of program: CheckedProgram) -> [String] { program.inputTopics }
}
