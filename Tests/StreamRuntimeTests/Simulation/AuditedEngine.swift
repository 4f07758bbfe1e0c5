import EventModel
import RuleEngine
import RuleLanguage
import TestKit

@testable import StreamRuntime

/// The engine as a worker of the simulation runs it, beside a twin that gets the same: they must say the same bytes. What the worker hands
/// over is held against what is committed, and proofs against what is in the logs.
final class AuditedEngine: RecordProcessor {
  private let engine: Engine
  private let twin: Engine?
  private let auditor: Auditor
  private let kafka: SimulatedKafka
  /// Whether no other process can commit at this time.
  private let isAlone: () -> Bool
  private let batchLimit: Int
  private var sources: [Source] = []
  private var records = 0

  /// `isTwin`: whether there is a twin; it costs as much again.
  init(
    _ program: CheckedProgram, _ auditor: Auditor, _ kafka: SimulatedKafka, batchLimit: Int, isTwin: Bool, isAlone: @escaping () -> Bool
  ) {
    let options = Engine.Options(region: "here", slots: SimulatedShop.slots, application: "app")
    engine = Engine(program: program, options: options)
    twin = isTwin ? Engine(program: program, options: options) : nil
    self.auditor = auditor
    self.kafka = kafka
    self.batchLimit = batchLimit
    self.isAlone = isAlone
  }

  /// The least clock of all rules.
  var clock: EventTime { engine.ruleClocks.map(\.clock).min() ?? .distantPast }

  func load(slot: Int, _ rows: [RowChange]) throws(RowFormatError) {
    if isAlone() { auditor.expectRestored(rows, slot: slot) }
    try engine.load(slot: slot, rows)
    try twin?.load(slot: slot, rows)
  }

  func attach(_ source: Source) -> Int {
    let number = engine.attach(source)
    if let twin, twin.attach(source) != number { auditor.breach("9: \(source) gets two numbers") }
    while sources.count <= number { sources.append(source) }
    sources[number] = source
    return number
  }

  func isTable(_ source: Int) -> Bool { engine.isTable(source) }

  var isCatchingUp: Bool { engine.isCatchingUp }

  func position(of source: Int) -> Int64? { engine.position(of: source) }

  func clock(of source: Int) -> EventTime { engine.clock(of: source) }

  func start(_ source: Int, at offset: Int64) {
    engine.start(source, at: offset)
    twin?.start(source, at: offset)
  }

  func apply(_ records: [SourceRecord], proofs: [EndProof], headers: (any RecordHeaders)?) {
    self.records += records.count
    for proof in proofs { check(proof) }
    engine.apply(records, proofs: proofs, headers: headers)
    twin?.apply(records, proofs: proofs, headers: headers)
  }

  /// 7: what a proof lets the clock pass must have been read, if it was readable in time.
  private func check(_ proof: EndProof) {
    let source = sources[proof.source]
    let clock = proof.at.advanced(byMicroseconds: -SimulatedShop.delay.microseconds)
    for (offset, value) in kafka.unabortedRecords(source, from: engine.position(of: proof.source) ?? 0) {
      if let time = SimulatedShop.time(of: value), time <= clock {
        auditor.breach("7: \(source) is proven up to \(clock.rfc3339), but \(offset), dated \(time.rfc3339), is unread")
      }
    }
  }

  func drain() -> Effects {
    // Memory is bounded: what waits is one batch.
    if records > batchLimit { auditor.breach("14: a batch has \(records) records") }
    records = 0
    let effects = engine.drain()
    if let twin, Self.bytes(effects) != Self.bytes(twin.drain()) { auditor.breach("9: the same batches and clocks give other bytes") }
    return effects
  }

  private static func bytes(_ effects: Effects) -> [[UInt8]] {
    var all: [[UInt8]] = []
    for slot in effects.slots {
      all.append([UInt8(slot.slot)])
      for output in slot.outputs {
        all += [Array(output.topic.rawValue.utf8), output.key ?? [], output.value ?? []]
        for header in output.headers { all += [Array(header.name.utf8), header.value] }
      }
      for change in slot.rows { all += [Array("\(change.row.table) \(change.row.part)".utf8), change.row.key, change.value ?? []] }
    }
    return all
  }

  var isBehind: Bool { engine.isBehind }
  var dropped: [String: Int] { engine.dropped }
  var pendingBytes: Int { engine.pendingBytes }
}
