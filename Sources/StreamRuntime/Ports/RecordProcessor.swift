package import EventModel
package import RuleEngine

/// What a shard runs: `Engine`, or the ledger that audits the runtime in the simulation. Each call means what `Engine`'s does.
package protocol RecordProcessor: AnyObject {
  func load(slot: Int, _ rows: [RowChange]) throws(RowFormatError)
  func attach(_ source: Source) -> Int
  func isTable(_ source: Int) -> Bool
  var isCatchingUp: Bool { get }
  func position(of source: Int) -> Int64?
  func start(_ source: Int, at offset: Int64)
  func clock(of source: Int) -> EventTime
  func apply(_ records: [SourceRecord], proofs: [EndProof], headers: (any RecordHeaders)?)
  func drain() -> Effects
  var pendingBytes: Int { get }
  var dropped: [String: Int] { get }
  var isBehind: Bool { get }
}

extension Engine: RecordProcessor {}
