internal import EventModel

/// An event that a rule keeps: when, which, and where it was read. In order of language.md 2.7: by time, then by the name of the stream,
/// then by id, without ids by place.
struct EventRef: Sendable {
  var time: EventTime
  /// Index into `RefKinds.kinds` of its rule.
  var kind: UInt8
  /// The rank of the event's stream among those of the rule, by name.
  var stream: UInt8
  var partition: Int32
  var offset: Int64
  var id: EventID
}

extension EventRef: Comparable {
  static func < (a: EventRef, b: EventRef) -> Bool {
    if a.time != b.time { return a.time < b.time }
    if a.stream != b.stream { return a.stream < b.stream }
    switch (a.id, b.id) {
    case (.int(let x), .int(let y)): return x < y
    case (.text(let x), .text(let y)): return x.lexicographicallyPrecedes(y)
    default: return (a.partition, a.offset) < (b.partition, b.offset)
    }
  }

  /// One event, or a duplicate of it: of one stream, time and id.
  static func == (a: EventRef, b: EventRef) -> Bool {
    guard a.time == b.time, a.stream == b.stream else { return false }
    switch (a.id, b.id) {
    case (.int(let x), .int(let y)): return x == y
    case (.text(let x), .text(let y)): return x == y
    default: return a.partition == b.partition && a.offset == b.offset
    }
  }
}

extension EventRef {
  /// Without the time, which its container knows.
  func write(to row: inout RowWriter) {
    row.byte(kind)
    row.unsigned(UInt64(partition))
    row.unsigned(UInt64(offset))
    switch id {
    case .place: break
    case .int(let number): row.signed(number)
    case .text(let text): text.withUnsafeBufferPointer { row.bytes($0) }
    }
  }

  init(time: EventTime, from row: inout RowReader, kinds: RefKinds) {
    let kind = row.byte()
    let partition = Int32(row.unsigned())
    let offset = Int64(row.unsigned())
    let id: EventID =
      switch kinds.idForm(of: kind) {
      case .place: .place
      case .int: .int(row.signed())
      case .text: .text(row.raw(Int(row.unsigned())))
      }
    self.init(time: time, kind: kind, stream: kinds.stream(of: kind), partition: partition, offset: offset, id: id)
  }
}
