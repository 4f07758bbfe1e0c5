internal import CHotPath

/// Where a value's text stands: in the bytes of its row's record, or in the batch's store of unescaped texts.
struct TextSpan {
  /// As `hp_fill` writes it, and in the lowest bit whether it is stored.
  let bits: UInt64

  init(bits: UInt64) { self.bits = bits }

  init(start: Int, length: Int, isStored: Bool = false) {
    bits = UInt64(truncatingIfNeeded: start) << 32 | UInt64(truncatingIfNeeded: length) << 1 | (isStored ? 1 : 0)
  }

  init(_ token: hp_token) { self.init(start: Int(token.start), length: Int(token.length)) }

  var start: Int { Int(bits >> 32) }
  var length: Int { Int((bits & 0xffff_ffff) >> 1) }
  var isStored: Bool { bits & 1 == 1 }
}

/// The values of one field in the rows of a batch. Of decimals in minor units, `symbols` holds the digits of their currency + 1.
typealias Column = hp_column

extension Column {
  /// Memory for so many rows, a multiple of 64.
  init(rows: Int, names: UnsafePointer<hp_names>?) {
    func words() -> UnsafeMutablePointer<UInt64> {
      let memory = UnsafeMutablePointer<UInt64>.allocate(capacity: rows / 64)
      memory.initialize(repeating: 0, count: rows / 64)
      return memory
    }
    self.init()
    (present, invalid, flags) = (words(), words(), words())
    numbers = .allocate(capacity: rows)
    numbers.initialize(repeating: 0, count: rows)
    spans = .allocate(capacity: rows)
    spans.initialize(repeating: 0, count: rows)
    symbols = .allocate(capacity: rows)
    symbols.initialize(repeating: 0, count: rows)
    self.names = names
  }

  func deallocate() {
    present.deallocate()
    invalid.deallocate()
    flags.deallocate()
    numbers.deallocate()
    spans.deallocate()
    symbols.deallocate()
  }

  func clear(words: Int) {
    present.update(repeating: 0, count: words)
    invalid.update(repeating: 0, count: words)
    flags.update(repeating: 0, count: words)
  }

  /// Takes back what a row has.
  func clear(row: Int) {
    let (word, bit) = (row >> 6, UInt64(1) << UInt64(row & 63))
    present[word] &= ~bit
    invalid[word] &= ~bit
    flags[word] &= ~bit
  }

  func isPresent(_ row: Int) -> Bool { present[row >> 6] >> UInt64(row & 63) & 1 == 1 }
  func isInvalid(_ row: Int) -> Bool { invalid[row >> 6] >> UInt64(row & 63) & 1 == 1 }
  func isFlagged(_ row: Int) -> Bool { flags[row >> 6] >> UInt64(row & 63) & 1 == 1 }
  func span(_ row: Int) -> TextSpan { TextSpan(bits: spans[row]) }

  func setPresent(_ row: Int) { present[row >> 6] |= 1 << UInt64(row & 63) }
  func setInvalid(_ row: Int) { invalid[row >> 6] |= 1 << UInt64(row & 63) }
  func setFlag(_ row: Int) { flags[row >> 6] |= 1 << UInt64(row & 63) }
}
