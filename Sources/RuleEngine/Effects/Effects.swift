/// What must be committed for the records that were applied: by slot, in order of slot.
package struct Effects: Sendable {
  package var slots: [SlotEffects]
  package var isEmpty: Bool { slots.isEmpty }
  package init(slots: [SlotEffects] = []) { self.slots = slots }
}

/// The effects of one slot.
package struct SlotEffects: Sendable {
  package var slot: Int
  package var outputs: [OutputRecord]
  /// After-images of the rows that changed, each (table, key, part) once, in that order.
  package var rows: RowBatch
  package init(slot: Int, outputs: [OutputRecord] = [], rows: RowBatch = RowBatch()) {
    self.slot = slot
    self.outputs = outputs
    self.rows = rows
  }
}

/// A record to publish.
package struct OutputRecord: Sendable {
  package enum Topic: String, Sendable, CaseIterable {
    case violations = "violations.v1"
    case kpis = "kpis.v1"
    case corrections = "corrections.v1"
    case shadow = "shadow.v1"
    case deadLetters = "dead-letters.v1"
    case late = "late.v1"
  }
  package var topic: Topic
  package var key: [UInt8]?
  package var value: [UInt8]?
  package var headers: [Header]

  package struct Header: Sendable, Equatable {
    package var name: String
    package var value: [UInt8]
    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, Array(value.utf8)) }
    package init(_ name: String, bytes: [UInt8]) { (self.name, value) = (name, bytes) }
  }

  package init(topic: Topic, key: [UInt8]?, value: [UInt8]?, headers: [Header]) {
    self.topic = topic
    self.key = key
    self.value = value
    self.headers = headers
  }
}

/// Names a row of a slot's state (protocol.md 3). Table 0 holds the runtime's and the engine's own facts.
package struct RowKey: Hashable, Comparable, Sendable {
  package var table: UInt32
  package var key: [UInt8]
  package var part: UInt16
  package init(table: UInt32, key: [UInt8], part: UInt16) {
    self.table = table
    self.key = key
    self.part = part
  }
  package static func < (a: RowKey, b: RowKey) -> Bool {
    if a.table != b.table { return a.table < b.table }
    if a.key != b.key { return a.key.lexicographicallyPrecedes(b.key) }
    return a.part < b.part
  }
}

/// A row as it is after the batch; a nil value: it is gone.
package struct RowChange: Sendable, Equatable {
  package var row: RowKey
  package var value: [UInt8]?
  package init(row: RowKey, value: [UInt8]?) {
    self.row = row
    self.value = value
  }
}
