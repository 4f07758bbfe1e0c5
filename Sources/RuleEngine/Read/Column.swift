/// Where a value's text stands: in the bytes of its row's record, or in the batch's store of unescaped texts.
struct TextSpan {
  private var bits: UInt64

  init(start: Int, length: Int, isStored: Bool = false) {
    bits = UInt64(truncatingIfNeeded: start) << 32 | UInt64(truncatingIfNeeded: length) << 1 | (isStored ? 1 : 0)
  }

  var start: Int { Int(bits >> 32) }
  var length: Int { Int((bits & 0xffff_ffff) >> 1) }
  var isStored: Bool { bits & 1 == 1 }
}

/// The values of one field in the rows of a batch. Which of the memory is in use, its form says. Masks have a bit a row.
struct Column {
  let form: ColumnForm
  /// Rows that have a value.
  let present: UnsafeMutablePointer<UInt64>
  /// Rows whose value is not as the schema says.
  let invalid: UnsafeMutablePointer<UInt64>
  /// Decimals that are no multiple of 10^-scale in 64 bits; of booleans those that are true.
  let flags: UnsafeMutablePointer<UInt64>
  /// Integers; decimals as multiples; doubles' bits; times in microseconds.
  let numbers: UnsafeMutablePointer<Int64>
  /// Texts, decimals as written, the bytes of trees.
  let spans: UnsafeMutablePointer<TextSpan>
  /// Of texts, 0: none that is compared with. Of decimals in minor units the digits of their currency + 1.
  let symbols: UnsafeMutablePointer<UInt16>

  /// `rows` is a multiple of 64.
  init(form: ColumnForm, rows: Int) {
    self.form = form
    func words() -> UnsafeMutablePointer<UInt64> {
      let memory = UnsafeMutablePointer<UInt64>.allocate(capacity: rows / 64)
      memory.initialize(repeating: 0, count: rows / 64)
      return memory
    }
    (present, invalid, flags) = (words(), words(), words())
    numbers = .allocate(capacity: rows)
    numbers.initialize(repeating: 0, count: rows)
    spans = .allocate(capacity: rows)
    spans.initialize(repeating: TextSpan(start: 0, length: 0), count: rows)
    symbols = .allocate(capacity: rows)
    symbols.initialize(repeating: 0, count: rows)
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

  @inline(__always) func setPresent(_ row: Int) { present[row >> 6] |= 1 << UInt64(row & 63) }
  @inline(__always) func setInvalid(_ row: Int) { invalid[row >> 6] |= 1 << UInt64(row & 63) }
  @inline(__always) func setFlag(_ row: Int) { flags[row >> 6] |= 1 << UInt64(row & 63) }
}
