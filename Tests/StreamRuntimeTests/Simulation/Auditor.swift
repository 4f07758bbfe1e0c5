import EventModel
import RuleEngine
import Synchronization
import TestKit
import Testing

@testable import StreamRuntime

/// Follows what is committed, transaction by transaction, and holds it against the invariants of protocol.md 17. It knows the formats, and
/// nothing of how a worker works.
final class Auditor: Sendable {
  private struct Slot {
    var rows: [RowKey: [UInt8]] = [:]
    var mark: CommittedMark?
    /// By term: the process that wrote in it.
    var writers: [UInt32: Int] = [:]
    /// Of each source: next offset + 1, watermark, clock.
    var sources: [Source: [Int64]] = [:]
  }

  private struct State {
    var slots: [Slot]
    var breaches: [String] = []
    var transactions = 0
    var slices = 0
    var deletions = 0
  }
  private let state: Mutex<State>
  private let stateTopic: String
  private let slotsTopic: String

  init(slots: Int, application: String) {
    state = Mutex(State(slots: Array(repeating: Slot(), count: slots)))
    stateTopic = application + ".state"
    slotsTopic = application + ".slots"
  }

  /// What was broken; empty: nothing.
  var breaches: [String] { state.withLock { $0.breaches } }
  /// What there was to see: transactions, slices, deletions of old state.
  var counts: (transactions: Int, slices: Int, deletions: Int) { state.withLock { ($0.transactions, $0.slices, $0.deletions) } }

  func breach(_ text: String) { state.withLock { $0.breaches.append(text) } }

  func take(_ change: SimulatedKafka.Change) {
    state.withLock { state in
      switch change {
      case .committed(let process, let records, let offsets): commit(process, records, offsets, &state)
      case .deleted(let source, let before):
        guard source.topic == stateTopic else { return }
        state.deletions += 1
        let from = state.slots[Int(source.partition)].mark?.from ?? 0
        if before > from { state.breaches.append("10: \(source) is deleted before \(before), but \(from) is needed") }
      }
    }
  }

  private func commit(
    _ process: Int, _ records: [Source: [(offset: Int64, value: [UInt8]?)]], _ offsets: [CommittedPosition], _ state: inout State
  ) {
    var marks: [Int: CommittedMark] = [:]
    for position in offsets where position.source.topic == slotsTopic {
      guard let mark = try? CommittedMark(decoding: position.metadata) else {
        state.breaches.append("3: `\(position.metadata)` is committed for \(position.source)")
        continue
      }
      marks[Int(position.source.partition)] = mark
    }
    guard !marks.isEmpty || records.keys.contains(where: { $0.topic == stateTopic }) else { return }
    state.transactions += 1
    for (source, records) in records where source.topic == stateTopic {
      let slot = Int(source.partition)
      guard let mark = marks.removeValue(forKey: slot) else {
        state.breaches.append("3: a transaction holds state of slot \(slot), and no mark")
        continue
      }
      do { try apply(records, mark, slot, process, &state) } catch { state.breaches.append("slot \(slot): \(error)") }
    }
    for slot in marks.keys { state.breaches.append("3: a transaction holds a mark of slot \(slot), and no delta") }
  }

  private func apply(
    _ records: [(offset: Int64, value: [UInt8]?)], _ mark: CommittedMark, _ slot: Int, _ process: Int, _ state: inout State
  ) throws {
    var pieces = PieceAssembler()
    var deltas = 0
    for record in records {
      let envelope = try (record.value ?? []).withUnsafeBytes { try Envelope($0, ofSlot: slot, at: record.offset) }
      guard let whole = try pieces.add(envelope, at: record.offset) else { continue }
      guard whole.number == mark.number, whole.term == mark.term, whole.writer == mark.writer else {
        state.breaches.append("3: slot \(slot) has \(whole.kind) \(whole.number) of term \(whole.term), but \(mark) is committed")
        continue
      }
      switch whole.kind {
      case .delta:
        deltas += 1
        follow(try DeltaPayload(decoding: whole.payload), mark, slot, process, &state)
      case .slice: state.slices += 1
      case .block: state.breaches.append("slot \(slot) has a block in its state")
      }
    }
    if deltas != 1 { state.breaches.append("2: a transaction holds \(deltas) deltas of slot \(slot)") }
  }

  private func follow(_ delta: DeltaPayload, _ mark: CommittedMark, _ slot: Int, _ process: Int, _ state: inout State) {
    func expect(_ holds: Bool, _ text: String) { if !holds { state.breaches.append("slot \(slot), delta \(mark.number): \(text)") } }
    let before = state.slots[slot].mark
    expect(mark.number == (before?.number ?? 0) + 1, "2: follows on \(before?.number ?? 0)")
    expect(mark.term >= before?.term ?? 1, "2: term \(mark.term) after \(before?.term ?? 0)")
    expect(mark.from >= before?.from ?? 0 && mark.from == delta.from, "from \(mark.from) after \(before?.from ?? 0)")
    let writer = state.slots[slot].writers[mark.term] ?? process
    expect(writer == process, "2: term \(mark.term) is of process \(writer), and process \(process) writes")
    state.slots[slot].writers[mark.term] = writer
    state.slots[slot].mark = mark
    for change in delta.rows {
      state.slots[slot].rows[change.row] = change.value
      guard change.row.table == 0, let (source, numbers) = sourceRow(change) else { continue }
      for (index, name) in ["4: the next offset", "6: the watermark", "6: the clock"].enumerated() {
        let old = state.slots[slot].sources[source]?[index] ?? .min
        expect(numbers[index] >= old, "\(name) of \(source) falls from \(old) to \(numbers[index])")
      }
      expect(Int(source.partition) % state.slots.count == slot, "\(source) is told of at another slot")
      state.slots[slot].sources[source] = numbers
    }
  }

  /// Row S: what is read and known of a source.
  private func sourceRow(_ change: RowChange) -> (Source, [Int64])? {
    guard change.row.key.first == UInt8(ascii: "S"), let value = change.value else { return nil }
    do {
      var key = PayloadReader(change.row.key[1...], part: "row")
      let source = Source(topic: String(decoding: try key.byteArray(), as: UTF8.self), partition: try key.number(as: Int32.self))
      var reader = PayloadReader(value[...], part: "row")
      return (source, [Int64(try reader.unsigned()), try reader.signed(), try reader.signed()])
    } catch {
      return nil
    }
  }

  /// A worker goes on from these rows: they must be what the deltas left, whatever slices and deletions there were between.
  func expectRestored(_ rows: [RowChange], slot: Int) {
    state.withLock { state in
      let restored = Dictionary(rows.map { ($0.row, $0.value ?? []) }) { $1 }
      if restored != state.slots[slot].rows || restored.count != rows.count {
        let number = state.slots[slot].mark?.number ?? 0
        state.breaches.append("1: slot \(slot) is restored with \(rows.count) rows, delta \(number) left \(state.slots[slot].rows.count)")
      }
    }
  }

  func mark(of slot: Int) -> CommittedMark? { state.withLock { $0.slots[slot].mark } }
  func rows(of slot: Int) -> [RowKey: [UInt8]] { state.withLock { $0.slots[slot].rows } }
}
