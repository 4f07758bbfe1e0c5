/// A part of a bucket as a row holds it; a nil value: it is gone.
struct SeenIDPart: Sendable {
  var bucketEnd: Int64
  /// So many parts have a key of their own: what one key holds is written in one slice, at most 256 KB.
  static let chapter = 64
  /// Counts the parts of a bucket from 0.
  var sequence: Int
  var value: [UInt8]?
}

/// The ids of one bucket of time, as its rows hold them: in parts that only grow, so that a commit writes the last one alone.
///
/// A part holds 32 bytes an id: hash of the id, hash of the bytes, time, all little-endian.
struct SeenIDBucket: Sendable {
  static let entrySize = 32
  /// Ids with which a part is full: 4 KB.
  private static let limit = 128
  /// A part of so many ids that has been written is not written again.
  private static let writtenLimit = 32

  /// The first microsecond after it.
  let end: Int64
  let tag: UInt8
  private var sequence = 0
  private var open: [SeenID] = []
  private var isChanged = false
  /// The last part written is `open`, else the one before it.
  private var isOpenWritten = false
  /// Full parts that are in no row yet.
  private var full: [SeenIDPart] = []
  private var restored: (sequence: Int, ids: [SeenID])?

  init(end: Int64, tag: UInt8) {
    self.end = end
    self.tag = tag
  }

  mutating func append(_ id: SeenID) {
    open.append(id)
    isChanged = true
    guard open.count >= Self.limit else { return }
    full.append(SeenIDPart(bucketEnd: end, sequence: sequence, value: Self.bytes(open)))
    beginPart()
  }

  private static func bytes(_ ids: [SeenID]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(ids.count * entrySize)
    for id in ids {
      for word in [id.low, id.high, id.content, UInt64(bitPattern: id.time)] {
        withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
      }
    }
    return bytes
  }

  private mutating func beginPart() {
    sequence += 1
    open = []
    (isChanged, isOpenWritten) = (false, false)
  }

  mutating func drain() -> [SeenIDPart] {
    var parts = full
    full = []
    if isChanged {
      parts.append(SeenIDPart(bucketEnd: end, sequence: sequence, value: Self.bytes(open)))
      (isChanged, isOpenWritten) = (false, true)
      if open.count >= Self.writtenLimit { beginPart() }
    }
    return parts
  }

  /// The parts that are in rows, each as gone.
  var writtenParts: [SeenIDPart] {
    let pending = Set(full.map(\.sequence))
    return (0..<(isOpenWritten ? sequence + 1 : sequence)).filter { !pending.contains($0) }.map {
      SeenIDPart(bucketEnd: end, sequence: $0, value: nil)
    }
  }

  /// Takes a part as it was written; returns the ids in it.
  mutating func restore(sequence: Int, _ value: [UInt8]) -> [SeenID] {
    precondition(value.count % Self.entrySize == 0, "a part holds whole ids")
    let ids = stride(from: 0, to: value.count, by: Self.entrySize).map { offset in
      func word(_ index: Int) -> UInt64 {
        UInt64(littleEndian: value.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset + index * 8, as: UInt64.self) })
      }
      return SeenID(low: word(0), high: word(1), content: word(2), time: Int64(bitPattern: word(3)))
    }
    if sequence >= restored?.sequence ?? -1 { restored = (sequence, ids) }
    return ids
  }

  mutating func finishRestore() {
    guard let last = restored else { return }
    restored = nil
    if last.ids.count < Self.writtenLimit {
      (sequence, open, isOpenWritten) = (last.sequence, last.ids, true)
    } else {
      sequence = last.sequence + 1
    }
  }
}
