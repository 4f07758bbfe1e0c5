/// Fast hashes of bytes, for tables in memory and for sets of ids. They are the same on every machine and in every process.
enum Fingerprint {
  private static let p0: UInt64 = 0xa076_1d64_78bd_642f
  private static let p1: UInt64 = 0xe703_7ed1_a0b4_28db
  private static let p2: UInt64 = 0x8ebc_6af0_9c88_c6e3
  private static let p3: UInt64 = 0x5899_65cc_7537_4cc3

  /// Two halves that are as good as independent: of ten million ids, two fall together with a chance of 1 in 10^24.
  static func hash128(_ bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
    let count = UInt64(bytes.count)
    var (h0, h1) = (p0 ^ count, p3 ^ count)
    var at = 0
    while at + 16 <= bytes.count {
      let a = word(bytes, at)
      let b = word(bytes, at + 8)
      h0 = fold(a ^ p1, b ^ h0)
      h1 = fold(a ^ p2, b ^ h1)
      at += 16
    }
    var (a, b) = (UInt64(0), UInt64(0))
    let rest = bytes.count - at
    if rest >= 8 {
      a = word(bytes, at)
      b = tail(bytes, at + 8, rest - 8)
    } else if rest > 0 {
      a = tail(bytes, at, rest)
    }
    return (fold(a ^ p1 ^ h0, b ^ p2 ^ count), fold(a ^ p3 ^ h1, b ^ p0 ^ count))
  }

  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = a.multipliedFullWidth(by: b)
    return high ^ low
  }

  private static func word(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
  }

  private static func tail(_ bytes: UnsafeRawBufferPointer, _ at: Int, _ count: Int) -> UInt64 {
    var word: UInt64 = 0
    for index in 0..<count { word |= UInt64(bytes[at + index]) << UInt64(8 * index) }
    return word
  }
}

/// The hash of a key of a rule, made once for all the tables in which it is looked up.
struct KeyHash {
  let first: UInt64
  let second: UInt64

  init(_ key: [UInt8]) {
    (first, second) = key.withUnsafeBytes { Fingerprint.hash128($0) }
  }

  init(_ key: ArraySlice<UInt8>) {
    (first, second) = key.withUnsafeBytes { Fingerprint.hash128($0) }
  }
}

/// The hash of many that are remembered in place of what was hashed: 128 bits.
struct Fingerprint128: Hashable {
  let high: UInt64
  let low: UInt64

  init(_ bytes: UnsafeRawBufferPointer) { (high, low) = Fingerprint.hash128(bytes) }

  init(from row: inout RowReader) {
    high = row.word()
    low = row.word()
  }

  func write(to row: inout RowWriter) {
    row.word(high)
    row.word(low)
  }

  /// 64 bits of which each depends on all of it (the finalizer of MurmurHash3), for what looks at single bits.
  var mixed: UInt64 {
    var bits = high ^ low
    bits = (bits ^ bits >> 33) &* 0xff51_afd7_ed55_8ccd
    bits = (bits ^ bits >> 33) &* 0xc4ce_b9fe_1a85_ec53
    return bits ^ bits >> 33
  }

  // It is a hash already.
  func hash(into hasher: inout Hasher) { hasher.combine(high) }
}
