internal import EventModel
internal import RuleEngine

/// What was read at a stretch, and is written at once.
struct HistoryBatch {
  enum Record {
    case violation(ViolationRecord)
    case kpi(KPIRecord)
  }

  /// Each with the time at which it was appended to its topic.
  var records: [(record: Record, written: EventTime)] = []
  /// The next offset to read of each partition that was read.
  var positions: [Source: Int64] = [:]

  /// Partitions that were read to their end.
  var ended: [Source] = []

  /// There is nothing to write.
  var isEmpty: Bool { records.isEmpty && positions.isEmpty }
}

/// A record that came to hold, in the order of writing.
struct HistoryEvent {
  enum Kind: String { case violation, kpi }
  var sequence: Int64
  var kind: Kind
  var json: [UInt8]
}
