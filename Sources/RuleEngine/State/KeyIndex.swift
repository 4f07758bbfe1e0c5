/// Finds the entry of a key: open addressing over the keys' bytes, which lie one after another in one buffer. An entry is a small number
/// that stays until the key is removed; numbers of removed keys are given out again.
///
/// Nothing iterates over an index in its own order, so no output can depend on it.
struct KeyIndex {
  /// 0: free; else the upper 32 bits of the key's hash, and the entry's number + 1.
  private var cells: [UInt64] = Array(repeating: 0, count: 8)
  private var starts: [UInt32] = []
  private var lengths: [UInt32] = []
  private var free: [UInt32] = []
  private var arena: [UInt8] = []
  private var garbage = 0
  private(set) var count = 0

  init() {}

  /// One more than the largest number in use.
  var bound: Int { starts.count }

  /// What the index takes, in bytes.
  var size: Int { cells.capacity * 8 + starts.capacity * 8 + free.capacity * 4 + arena.capacity }

  func key(of entry: Int) -> ArraySlice<UInt8> {
    let start = Int(starts[entry])
    return arena[start..<start + Int(lengths[entry])]
  }

  func find(_ key: [UInt8]) -> Int? {
    let cell = cell(of: key, KeyIndex.hash(key))
    return cells[cell] == 0 ? nil : Int(cells[cell] & 0xffff_ffff) - 1
  }

  /// The entry of the key, and whether it is new.
  mutating func insert(_ key: [UInt8]) -> (entry: Int, isNew: Bool) {
    let hash = KeyIndex.hash(key)
    let cell = cell(of: key, hash)
    if cells[cell] != 0 { return (Int(cells[cell] & 0xffff_ffff) - 1, false) }

    let start = arena.count
    precondition(start + key.count <= UInt32.max, "the keys of one table in one slot take less than 4 GB")
    arena.append(contentsOf: key)
    let entry: Int
    if let reused = free.popLast() {
      entry = Int(reused)
      (starts[entry], lengths[entry]) = (UInt32(start), UInt32(key.count))
    } else {
      entry = starts.count
      starts.append(UInt32(start))
      lengths.append(UInt32(key.count))
    }
    cells[cell] = (hash & 0xffff_ffff_0000_0000) | UInt64(entry + 1)
    count += 1
    if count * 4 > cells.count * 3 { grow() }
    return (entry, true)
  }

  mutating func remove(_ entry: Int) {
    let mask = cells.count - 1
    var hole = self.cell(of: Array(key(of: entry)), KeyIndex.hash(key(of: entry)))
    // Entries behind the hole move up, so that a search never meets a gap before what it looks for.
    var at = hole
    while true {
      at = (at + 1) & mask
      guard cells[at] != 0 else { break }
      let home = Int(truncatingIfNeeded: KeyIndex.hash(key(of: Int(cells[at] & 0xffff_ffff) - 1))) & mask
      if (at &- home) & mask >= (at &- hole) & mask {
        cells[hole] = cells[at]
        hole = at
      }
    }
    cells[hole] = 0
    count -= 1
    garbage += Int(lengths[entry])
    lengths[entry] = 0
    free.append(UInt32(entry))
    if garbage > 4_096, garbage * 2 > arena.count { compact() }
  }

  /// The key's cell, or the free one where it belongs.
  private func cell(of key: [UInt8], _ hash: UInt64) -> Int {
    let mask = cells.count - 1
    var at = Int(truncatingIfNeeded: hash) & mask
    while cells[at] != 0 {
      if (cells[at] ^ hash) & 0xffff_ffff_0000_0000 == 0, self.key(of: Int(cells[at] & 0xffff_ffff) - 1).elementsEqual(key) { return at }
      at = (at + 1) & mask
    }
    return at
  }

  private mutating func grow() {
    let old = cells
    cells = Array(repeating: 0, count: old.count * 2)
    let mask = cells.count - 1
    for cell in old where cell != 0 {
      var at = Int(truncatingIfNeeded: KeyIndex.hash(key(of: Int(cell & 0xffff_ffff) - 1))) & mask
      while cells[at] != 0 { at = (at + 1) & mask }
      cells[at] = cell
    }
  }

  private mutating func compact() {
    var packed: [UInt8] = []
    packed.reserveCapacity(arena.count - garbage)
    for entry in starts.indices {
      let key = key(of: entry)
      starts[entry] = UInt32(packed.count)
      packed.append(contentsOf: key)
    }
    arena = packed
    garbage = 0
  }

  private static func hash(_ key: some Collection<UInt8>) -> UInt64 {
    key.withContiguousStorageIfAvailable { Fingerprint.hash64(UnsafeRawBufferPointer($0)) } ?? 0
  }
}
