/// A part of a key's state as it is after the batch; nil: it is gone.
struct PartChange {
  var part: UInt32
  var bytes: [UInt8]?
  /// How many rows the part had so far.
  var pieces: UInt16

  /// A row holds at most so many bytes; a larger part takes several (protocol.md 3).
  static let limit = 4_096

  /// So many parts stand under one key of rows: what a key of rows holds goes into one slice (protocol.md 7).
  static let chapter: UInt32 = 64

  static func pieces(of count: Int) -> UInt16 { UInt16(max(1, (count + limit - 1) / limit)) }
}

/// The rows of a table. What names a row beside the key and the part within its chapter (which chapter of the parts, which piece of a
/// large part, whose parts they are) leads the key of the row, in almost all rows as one byte.
enum KeyRow {
  /// Whose parts they are: a key's state, or a bucket of ids.
  enum Space: UInt64 { case keys, ids }

  /// Where a row belongs.
  struct Place {
    var space: Space
    var key: ArraySlice<UInt8>
    var part: UInt32
    var piece: UInt16
  }

  static func place(of row: RowKey) -> Place {
    var reader = RowReader(row.key)
    let lead = reader.unsigned()
    guard let space = Space(rawValue: lead & 1) else { preconditionFailure("one bit tells two spaces apart") }
    return Place(
      space: space, key: reader.rest, part: UInt32(lead >> 17) * PartChange.chapter + UInt32(row.part),
      piece: UInt16(truncatingIfNeeded: lead >> 1))
  }

  /// The rows in which a part changed.
  static func append(_ change: PartChange, of space: Space, table: UInt32, key: some Collection<UInt8>, to rows: inout RowBatch) {
    let bytes = change.bytes ?? []
    let count = change.bytes == nil ? 0 : PartChange.pieces(of: bytes.count)
    for piece in 0..<max(count, change.pieces) {
      let start = Int(piece) * PartChange.limit
      let value = piece < count ? bytes[start..<min(start + PartChange.limit, bytes.count)] : nil
      rows.append(table: table, part: UInt16(change.part % PartChange.chapter), value) { row in
        row.unsigned(UInt64(change.part / PartChange.chapter) << 17 | UInt64(piece) << 1 | space.rawValue)
        row.raw(key)
      }
    }
  }
}

/// The parts of keys, put together from their rows, which come in any order.
struct PartAssembler {
  private var keys: [[UInt8]: [UInt32: [(piece: UInt16, bytes: [UInt8])]]] = [:]

  mutating func add(_ place: KeyRow.Place, _ bytes: [UInt8]) {
    keys[Array(place.key), default: [:]][place.part, default: []].append((place.piece, bytes))
  }

  /// Each key with its parts, in order of part.
  func forEach(_ body: (_ key: [UInt8], _ parts: [(part: UInt32, bytes: [UInt8])]) -> Void) {
    for (key, parts) in keys {
      body(
        key,
        parts.sorted { $0.key < $1.key }.map { part, pieces in
          (part: part, bytes: pieces.sorted { $0.piece < $1.piece }.flatMap(\.bytes))
        })
    }
  }
}
