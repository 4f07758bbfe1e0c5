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
    let changes = try process.call(.pollMembership) { state throws(KafkaFault) in
      let process = process.identity
      let (group, instance) = (group, instance)
      var group_ = state.groups[group] ?? .init()
      let result: Result<[MembershipChange], KafkaFault> = mine.withLock { mine in
        var changes: [MembershipChange] = []
        if mine.memberID != 0, group_.memberID != mine.memberID {
          if group_.memberID != 0 {
            return .failure(KafkaFault(.fatal, code: "FENCED_INSTANCE_ID", "another process has this instance name"))
          }
          if !mine.slots.isEmpty { changes.append(.lost(mine.slots)) }
          mine.slots = []
          mine.memberID = 0
        }
        if mine.memberID == 0, mine.change != nil {
          // A static member that comes back within its session is of the same generation.
          if group_.instance != instance || changes.isEmpty == false { group_.generation += 1 }
          state.transactions += 1
          group_.memberID = state.transactions
          group_.instance = instance
          group_.process = process
          mine.memberID = group_.memberID
          mine.slots = (0..<(state.counts[mine.topic] ?? 0)).map { $0 }
          changes.append(.assigned(mine.slots))
        }
        mine.generation = group_.generation
        return .success(changes)
      }
      state.groups[group] = group_
      return try result.get()
    }
    let change = mine.withLock { $0.change }
    for event in changes { change?(event) }
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
