/// The numbers of parts that a key uses: the least free one is taken first, so they stay small however long a key lives.
struct NumberPool {
  /// A bit for each number.
  private var words: [UInt64] = []
  /// All words before it are full.
  private var full = 0

  mutating func take() -> UInt32 {
    while full < words.count, words[full] == .max { full += 1 }
    if full == words.count { words.append(0) }
    let bit = (~words[full]).trailingZeroBitCount
    words[full] |= 1 << UInt64(bit)
    return UInt32(full * 64 + bit)
  }

  /// A number that is in use already.
  mutating func mark(_ number: UInt32) {
    let word = Int(number / 64)
    while words.count <= word { words.append(0) }
    words[word] |= 1 << UInt64(number % 64)
  }

  mutating func free(_ number: UInt32) {
    words[Int(number / 64)] &= ~(1 << UInt64(number % 64))
    full = min(full, Int(number / 64))
  }
}
