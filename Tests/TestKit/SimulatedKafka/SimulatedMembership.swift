internal import RuleEngine
internal import StreamRuntime
internal import Synchronization

/// A group with one member: the one that joined last.
final class SimulatedMembership: GroupMembership {
  final class Metadata: GroupMetadata {
    let group: String
    let memberID: Int
    let generation: Int
    init(group: String, memberID: Int, generation: Int) {
      self.group = group
      self.memberID = memberID
      self.generation = generation
    }
  }

  private struct Mine {
    var topic = ""
    var memberID = 0
    var generation = 0
    var slots: [Int32] = []
    var change: (@Sendable (MembershipChange) -> Void)?
  }

  private let process: SimulatedProcess
  private let group: String
  private let instance: String
  private let mine = Mutex(Mine())

  init(_ process: SimulatedProcess, group: String, instance: String) {
    self.process = process
    self.group = group
    self.instance = instance
  }

  func join(topic: String, change: @escaping @Sendable (MembershipChange) -> Void) throws(KafkaFault) {
    try process.call(.join) { _ in }
    mine.withLock { mine in
      mine.topic = topic
      mine.change = change
    }
  }

  func poll(wait: Duration) throws(KafkaFault) {
    let changes = try process.call(.pollMembership) { state throws(KafkaFault) -> [MembershipChange] in
      var place = state.groups[group] ?? .init()
      // It is heard of, and hears nothing.
      if process.kafka.clock.uptime < state.callbacksHeldUntil {
        place.seenAt = process.kafka.clock.uptime
        state.groups[group] = place
        return []
      }
      let slots = Set((0..<(mine.withLock { state.counts[$0.topic] } ?? 0)))
      let result = mine.withLock { follow(&$0, &place, slots: slots.subtracting(place.lent), &state.transactions) }
      state.groups[group] = place
      return try result.get()
    }
    let change = mine.withLock { $0.change }
    for event in changes { change?(event) }
  }

  /// What the member hears of its place in the group. `slots`: those that are its own by now.
  private func follow(
    _ mine: inout Mine, _ place: inout SimulatedKafka.GroupState, slots: Set<Int32>, _ identities: inout Int
  ) -> Result<[MembershipChange], KafkaFault> {
    let now = process.kafka.clock.uptime
    var changes: [MembershipChange] = []
    if mine.memberID != 0, place.memberID != mine.memberID {
      if place.memberID != 0 {
        return .failure(KafkaFault(.fatal, code: "FENCED_INSTANCE_ID", "another process has this instance name"))
      }
      if !mine.slots.isEmpty { changes.append(.lost(mine.slots)) }
      mine.slots = []
      mine.memberID = 0
    }
    if mine.memberID == 0, mine.change != nil {
      // A member of another name is waited for until its session ends.
      if place.memberID != 0, place.instance != instance, now - place.seenAt < SimulatedKafka.session { return .success([]) }
      // A static member that comes back within its session is of the same generation.
      if place.instance != instance || !changes.isEmpty { place.generation += 1 }
      identities += 1
      place.memberID = identities
      place.instance = instance
      place.process = process.identity
      mine.memberID = identities
      mine.slots = slots.sorted()
      changes.append(.assigned(mine.slots))
    } else if mine.memberID != 0 {
      // One that moves is given up first, and taken by another in the next generation.
      let (gone, come) = (Set(mine.slots).subtracting(slots), slots.subtracting(mine.slots))
      if !gone.isEmpty {
        place.generation += 1
        changes.append(.revoked(gone.sorted()))
        mine.slots.removeAll { gone.contains($0) }
      } else if !come.isEmpty {
        place.generation += 1
        changes.append(.assigned(come.sorted()))
        mine.slots = slots.sorted()
      } else if mine.generation != place.generation {
        changes.append(.assigned([]))
      }
    }
    mine.generation = place.generation
    place.seenAt = now
    return .success(changes)
  }

  func metadata() throws(KafkaFault) -> any GroupMetadata {
    try process.call(.metadata) { _ in }
    return mine.withLock { Metadata(group: group, memberID: $0.memberID, generation: $0.generation) }
  }

  func leave() throws(KafkaFault) {
    let (change, slots) = mine.withLock { ($0.change, $0.slots) }
    if !slots.isEmpty { change?(.revoked(slots)) }
    process.kafka.state.withLock { state in
      state.groups[group]?.instance = nil
      state.groups[group]?.memberID = 0
    }
    mine.withLock { mine in
      mine.slots = []
      mine.change = nil
      mine.memberID = 0
    }
  }

  func close() {}
}
