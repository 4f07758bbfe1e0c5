internal import RuleEngine

/// The worker's place in the group (protocol.md 6): grants leases as slots are assigned, ends them as they go.
final class MembershipLoop {
  private let context: WorkerContext
  private let membership: any GroupMembership
  private var hasJoined = false

  init(_ context: WorkerContext, membership: any GroupMembership) {
    self.context = context
    self.membership = membership
  }

  /// Once the worker's own transactional id is settled.
  func join() {
    let changes = MembershipChanges(context)
    do throws(KafkaFault) {
      try membership.join(topic: context.settings.topics.slots) { change in changes.handle(change) }
      hasJoined = true
    } catch {
      context.requestEnd(.failed("joining the group failed: \(error)"))
    }
  }

  func step() {
    do throws(KafkaFault) {
      try membership.poll(wait: .milliseconds(100))
    } catch {
      switch error.disposition {
      case .fatal: context.requestEnd(.failed(Self.explain(error, context.settings.instance)))
      default: context.log(.warning, "the consumer group", [("error", error.description)])
      }
    }
  }

  func close() {
    if context.settings.leaves, hasJoined {
      do throws(KafkaFault) { try membership.leave() } catch { context.log(.warning, "leaving the group", [("error", error.description)]) }
    }
    membership.close()
  }

  private static func explain(_ fault: KafkaFault, _ instance: String) -> String {
    fault.code == "FENCED_INSTANCE_ID" ? "another process runs as instance `\(instance)`" : fault.description
  }
}

/// What is done about a change, on the thread that polls the membership.
struct MembershipChanges: Sendable {
  /// A revocation waits at most so long for the shard.
  static let patience: Duration = .seconds(5)

  private let context: WorkerContext

  init(_ context: WorkerContext) { self.context = context }

  func handle(_ change: MembershipChange) {
    switch change {
    case .assigned(let partitions): assign(partitions.map { Int($0) })
    case .revoked(let partitions): revoke(partitions.map { Int($0) })
    case .lost(let partitions): lose(partitions.map { Int($0) })
    }
  }

  func assign(_ slots: [Int]) {
    context.board.with { $0.held = ($0.held ?? []).union(slots) }
    guard !slots.isEmpty else { return }
    context.log(.info, "slots assigned", [("slots", slots.description)])
    context.restorer.post(.assigned(slots.map { context.leases.grant($0) }))
  }

  private func revoke(_ slots: [Int]) {
    guard !slots.isEmpty else { return }
    context.log(.info, "slots revoked", [("slots", slots.description)])
    var draining: [Int] = []
    for slot in slots where context.board.handle(.revoked, slot: slot).contains(.drain) { draining.append(slot) }
    context.restorer.post(.gone(slots))
    if !draining.isEmpty {
      let rendezvous = Rendezvous()
      context.shard.post(.drain(rendezvous))
      context.wait(for: rendezvous, atMost: Self.patience)
    }
    end(slots)
    for slot in draining { _ = context.board.handle(.drained, slot: slot) }
  }

  private func lose(_ slots: [Int]) {
    context.log(.warning, "slots lost", [("slots", slots.description)])
    end(slots)
    for slot in slots { _ = context.board.handle(.lost, slot: slot) }
    context.restorer.post(.gone(slots))
    context.shard.post(.lost(slots))
  }
  private func end(_ slots: [Int]) {
    context.leases.end(slots)
    context.board.with { $0.held?.subtract(slots) }
  }
}
