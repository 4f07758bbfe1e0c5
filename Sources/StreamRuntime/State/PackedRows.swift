internal import CHotPath
internal import Glibc
internal import RuleEngine

/// A few rows, one behind the other in one piece of memory: looking for one reads straight on, and none has memory of its own.
struct PackedRows: Sendable {
  /// Of each row its head, its key and its value.
  private var bytes: [UInt8] = []

  /// What stands before a row's key.
  private struct Head {
    static let size = 16
    var table: UInt32
    var part: UInt16
    var key: Int
    var value: Int

    var size: Int { Head.size + key + value }

    init(_ row: RowView, value: Int) { (table, part, key, self.value) = (row.table, row.part, row.key.count, value) }

    init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
      table = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      key = Int(bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
      value = Int(bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt32.self))
      part = bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt16.self)
    }

    func store(in bytes: UnsafeMutableRawBufferPointer, at offset: Int) {
      bytes.storeBytes(of: table, toByteOffset: offset, as: UInt32.self)
      bytes.storeBytes(of: UInt32(key), toByteOffset: offset + 4, as: UInt32.self)
      bytes.storeBytes(of: UInt32(value), toByteOffset: offset + 8, as: UInt32.self)
      bytes.storeBytes(of: UInt32(part), toByteOffset: offset + 12, as: UInt32.self)
    }
  }

  /// The rows are read soon. It mutates nothing: but a copy would be counted in the very memory that is asked for.
  mutating func prefetch() {
    bytes.withUnsafeBytes {
      guard let begin = $0.baseAddress else { return }
      for line in 0..<4 { hp_prefetch(begin + line * 64) }
    }
  }

  /// Sets a row, or takes it away. Returns by how many rows, and bytes of keys and values, there are more.
  mutating func apply(_ row: RowView) -> (rows: Int, bytes: Int) {
    guard let (offset, known) = find(row) else {
      guard let value = row.value else { return (0, 0) }
      append(row, value)
      return (1, row.key.count + value.count)
    }
    guard let value = row.value else {
      bytes.removeSubrange(offset..<offset + known.size)
      return (-1, -known.key - known.value)
    }
    let start = offset + Head.size + known.key
    bytes.replaceSubrange(start..<start + known.value, with: value)
    let head = Head(row, value: value.count)
    bytes.withUnsafeMutableBytes { head.store(in: $0, at: offset) }
    return (0, value.count - known.value)
  }

  private mutating func append(_ row: RowView, _ value: UnsafeRawBufferPointer) {
    let head = Head(row, value: value.count)
    let offset = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: Head.size))
    bytes.withUnsafeMutableBytes { head.store(in: $0, at: offset) }
    bytes.append(contentsOf: row.key)
    bytes.append(contentsOf: value)
  }

  private func find(_ row: RowView) -> (offset: Int, head: Head)? {
    bytes.withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        let head = Head(bytes, at: offset)
        if head.table == row.table, head.part == row.part, head.key == row.key.count, isEqual(bytes, at: offset + Head.size, row.key) {
          return (offset, head)
        }
        offset += head.size
      }
      return nil
    }
  }

  private func isEqual(_ bytes: UnsafeRawBufferPointer, at offset: Int, _ key: UnsafeRawBufferPointer) -> Bool {
    guard let begin = bytes.baseAddress, let other = key.baseAddress else { return key.isEmpty }
    return memcmp(begin + offset, other, key.count) == 0
  }

  /// The rows, in no order.
  var all: [RowChange] {
    var rows: [RowChange] = []
    var offset = 0
    while offset < bytes.count {
      let head = bytes.withUnsafeBytes { Head($0, at: offset) }
      let key = offset + Head.size
      let value = key + head.key
      offset += head.size
      rows.append(
        RowChange(row: RowKey(table: head.table, key: Array(bytes[key..<value]), part: head.part), value: Array(bytes[value..<offset])))
    }
    return rows
  }
}
