import Foundation
import KafkaIO
import StreamRuntime
import Synchronization
import TestKit

/// A member of a group on a thread of its own, as a worker has it.
final class Joined: Sendable {
  let member: KafkaGroupMembership
  let changes = Seen<MembershipChange>()
  let faults = Seen<KafkaFault>()
  private let stopped = Mutex(false)
  private let ended = DispatchSemaphore(value: 0)

  /// Waits until partitions were assigned. `told` is signalled whenever a change or fault came.
  init(
    _ kafka: TestCluster, group: String, topic: String, instance: String = "worker", settings: [String: String] = [:],
    told: ChangeSignal = ChangeSignal()
  ) throws {
    member = try kafka.client().membership(group: group, instance: instance, settings: settings)
    let assigned = DispatchSemaphore(value: 0)
    let changes = changes
    try member.join(topic: topic) { change in
      changes.add(change)
      told.signal()
      if case .assigned = change { assigned.signal() }
    }
    let thread = Thread { [self] in
      while !stopped.withLock({ $0 }) {
        do throws(KafkaFault) { try member.poll(wait: .milliseconds(20)) } catch {
          faults.add(error)
          told.signal()
        }
      }
      ended.signal()
    }
    thread.start()
    guard assigned.wait(timeout: .now() + 30) == .success else {
      throw TestTopicFault(description: "no partitions were assigned in 30 s: \(faults.all)")
    }
  }

  /// Ends the polling.
  func stop() {
    let alreadyStopped = stopped.withLock { stopped in
      defer { stopped = true }
      return stopped
    }
    if !alreadyStopped { ended.wait() }
  }

  func close() {
    stop()
    member.close()
  }
}

extension Joined {
  /// Changes that moved a partition: an assignment comes, often empty, with every generation.
  var moves: [MembershipChange] {
    changes.all.filter { change in
      switch change {
      case .assigned(let partitions), .revoked(let partitions), .lost(let partitions): !partitions.isEmpty
      }
    }
  }

  /// The partitions that the changes so far leave.
  var held: Set<Int32> {
    changes.all.reduce(into: []) { held, change in
      switch change {
      case .assigned(let partitions): held.formUnion(partitions)
      case .revoked(let partitions), .lost(let partitions): held.subtract(partitions)
      }
    }
  }
}
