internal import RuleEngine

/// All that one transaction commits: made once, when a batch closes, and sent as often as it takes.
struct PendingCommit {
  struct Slot {
    var lease: Lease
    /// What the committed offset says when this stands, and what it said before.
    var mark: CommittedMark
    var before: CommittedMark?
    /// Names the record of range 0 of a slice cycle, if it is among them.
    var firstSlice: Int?
  }

  private(set) var slots: [Int: Slot] = [:]
  private(set) var outputs: [OutputRecord] = []
  /// Everything to produce: the outputs, then deltas and slices. A record's token is its index.
  private(set) var records: [ProducedRecord] = []
  /// Where reading goes on, for tools that show lag; never read back.
  private(set) var reached: [CommittedPosition] = []
  private let topics: TopicNames

  /// Takes the effects of a batch, and applies them to the slots. `stores`: whether the cluster keeps state and offsets.
  init(_ effects: Effects, slots owned: inout [Int: OwnedSlot], settings: WorkerSettings, positions: SourcePositions, stores: Bool) {
    topics = settings.topics
    for effect in effects.slots {
      outputs += effect.outputs
    }
    records = outputs.enumerated().map { index, output in Self.record(output, topics: topics, token: index) }
    for effect in effects.slots {
      // Taken out for the time being: two owners of its rows would copy them.
      guard var slot = owned.removeValue(forKey: effect.slot) else { preconditionFailure("effects are of slots that the shard owns") }
      let mark = slot.nextMark(writer: settings.writer)
      var firstSlice: Int?
      if stores {
        slot.rows.apply(effect.rows)
        let delta = DeltaPayload.encoded(from: mark.from, rows: effect.rows)
        append(.delta, effect.slot, mark, delta)
        for slice in slot.cycle.plan(deltaBytes: delta.count, rows: slot.rows) {
          if slice.range == 0 { firstSlice = records.count }
          append(.slice, effect.slot, mark, slice.encoded())
        }
      }
      slots[effect.slot] = Slot(lease: slot.lease, mark: mark, before: slot.mark, firstSlice: firstSlice)
      owned[effect.slot] = slot
    }
    for position in positions.positions where slots[Int(position.source.partition) % settings.slots] != nil {
      reached.append(CommittedPosition(source: position.source, offset: position.next))
    }
  }

  /// What joins the transaction: the mark of every slot in it, for without an offset the coordinator checks nothing; and input offsets.
  var positions: [CommittedPosition] {
    slots.sorted { $0.key < $1.key }.map { slot, pending in
      CommittedPosition(source: Source(topic: topics.slots, partition: Int32(slot)), offset: 0, metadata: pending.mark.description)
    } + reached
  }

  /// The broker refuses an output for ever: a dead letter takes its place, or what is left of one.
  mutating func replace(_ index: Int, cause: String) {
    outputs[index] = UnpublishableOutput.substitute(for: outputs[index], cause: cause)
    records[index] = Self.record(outputs[index], topics: topics, token: index)
  }

  private mutating func append(_ kind: Envelope.Kind, _ slot: Int, _ mark: CommittedMark, _ payload: [UInt8]) {
    for piece in Envelope.pieces(kind, slot: slot, number: mark.number, term: mark.term, writer: mark.writer, payload: payload) {
      records.append(
        ProducedRecord(topic: topics.state, partition: Int32(slot), key: nil, value: piece.encoded(), token: records.count))
    }
  }

  private static func record(_ output: OutputRecord, topics: TopicNames, token: Int) -> ProducedRecord {
    ProducedRecord(
      topic: topics.output(output.topic), partition: nil, key: output.key, value: output.value, headers: output.headers, token: token)
  }
}
