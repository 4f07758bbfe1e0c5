internal import CHotPath

/// CRC-32C (Castagnoli) of bytes, eight at a time: by the processor where it can, else by tables.
struct Checksum {
  private var state: UInt32 = ~0
  private let isHardware: Bool

  static let hasHardware = hp_has_crc32c()

  init(isHardware: Bool = hasHardware) { self.isHardware = isHardware }

  var value: UInt32 { ~state }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    if isHardware {
      state = hp_crc32c(state, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
    } else {
      addByTables(bytes)
    }
  }

  private mutating func addByTables(_ bytes: UnsafeRawBufferPointer) {
    Self.tables.withUnsafeBufferPointer { tables in
      var crc = state
      var index = 0
      while index + 8 <= bytes.count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) ^ UInt64(crc)
        crc =
          tables[7 << 8 | Int(word & 0xff)] ^ tables[6 << 8 | Int(word >> 8 & 0xff)]
          ^ tables[5 << 8 | Int(word >> 16 & 0xff)] ^ tables[4 << 8 | Int(word >> 24 & 0xff)]
          ^ tables[3 << 8 | Int(word >> 32 & 0xff)] ^ tables[2 << 8 | Int(word >> 40 & 0xff)]
          ^ tables[1 << 8 | Int(word >> 48 & 0xff)] ^ tables[Int(word >> 56)]
        index += 8
      }
      while index < bytes.count {
        crc = crc >> 8 ^ tables[Int((crc ^ UInt32(bytes[index])) & 0xff)]
        index += 1
      }
      state = crc
    }
  }

  /// Eight tables of 256: table t holds the effect of a byte that t zero bytes follow.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var crc = UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0x82f6_3b78 }
      tables[byte] = crc
    }
    for index in 256..<tables.count {
      let before = tables[index - 256]
      tables[index] = before >> 8 ^ tables[Int(before & 0xff)]
    }
    return tables
  }()
}
