import KafkaIO
import StreamRuntime
import TestKit
import Testing

@Suite(.enabled(if: TestCluster.isWanted, .whyNoKafka), .onOwnThreads) struct MembershipTests {
  /// What the members of a test tell.
  private let told = ChangeSignal()

  @Test("a member that comes takes some partitions of the other, which keeps the rest; one that leaves gives them back")
  func sharing() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let group = kafka.unique("group")
      let slots = try kafka.topic("slots", partitions: 4)
      let first = try Joined(kafka, group: group, topic: slots, instance: "first", told: told)
      defer { first.close() }
      #expect(first.changes.all.first == .assigned([0, 1, 2, 3]))
      let second = try Joined(kafka, group: group, topic: slots, instance: "second", told: told)
      defer { second.close() }
      try told.wait(for: "an even share") { second.held.count == 2 && first.held.count == 2 }
      #expect(first.held.isDisjoint(with: second.held))
      #expect(first.changes.all.contains { if case .revoked(let given) = $0 { given.count == 2 } else { false } })

      second.stop()
      try second.member.leave()
      second.member.close()
      try told.wait(for: "the return of all partitions") { first.held.count == 4 }
      #expect(second.held.isEmpty)
    }
  }

  @Test("a member that is closed stays one: started again within its session it has the same partitions, and nobody else noticed")
  func restart() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let group = kafka.unique("group")
      let slots = try kafka.topic("slots", partitions: 4)
      let other = try Joined(kafka, group: group, topic: slots, instance: "other", told: told)
      defer { other.close() }
      let before = try Joined(kafka, group: group, topic: slots, instance: "restarted", told: told)
      try told.wait(for: "an even share") { before.held.count == 2 && other.held.count == 2 }
      let kept = before.held
      let seen = other.moves
      before.close()
      let after = try Joined(kafka, group: group, topic: slots, instance: "restarted", told: told)
      defer { after.close() }
      try told.wait(for: "the partitions of before") { !after.held.isEmpty }
      #expect(after.held == kept)
      #expect(other.moves == seen)
    }
  }

  @Test("a second process with the same instance name ends the first, which is told so")
  func sameInstance() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let group = kafka.unique("group")
      let slots = try kafka.topic("slots")
      let first = try Joined(kafka, group: group, topic: slots, instance: "same", told: told)
      defer { first.close() }
      let second = try Joined(kafka, group: group, topic: slots, instance: "same", told: told)
      defer { second.close() }
      try told.wait(for: "the end of the first member") { first.faults.all.contains { $0.disposition == .fatal } }
      #expect(first.faults.all.first { $0.disposition == .fatal }?.code == "FENCED_INSTANCE_ID")
      #expect(second.held == [0])
    }
  }
}
