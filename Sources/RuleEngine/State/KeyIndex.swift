/// Finds the entry of a key: open addressing over the keys' bytes, which lie one after another in one buffer. An entry is a small number
/// that stays until the key is removed; numbers of removed keys are given out again.
///
/// Nothing iterates over an index in its own order, so no output can depend on it.
struct KeyIndex {
  /// 0: free; else the upper 32 bits of the key's hash, and the entry's number + 1.
  private var cells: [UInt64] = Array(repeating: 0, count: 8)
  /// By entry: where its key lies in the arena.
  private var places: [(start: UInt32, length: UInt32)] = []
  private var free: [UInt32] = []
  private var arena: [UInt8] = []
  private var garbage = 0
  private(set) var count = 0

  init() {}

  /// What the index takes, in bytes.
  var size: Int { cells.capacity * 8 + places.capacity * 8 + free.capacity * 4 + arena.capacity }

  func key(of entry: Int) -> ArraySlice<UInt8> {
    let place = places[entry]
    return arena[Int(place.start)..<Int(place.start) + Int(place.length)]
  }

  /// The key is asked for soon.
  func prefetch(_ hash: KeyHash) {
    cells.prefetch(Int(truncatingIfNeeded: hash.first) & (cells.count - 1))
  }

  /// The entry that the key's first cell names: mostly its own, if it has one.
  func guess(_ hash: KeyHash) -> Int? {
    let cell = cells[Int(truncatingIfNeeded: hash.first) & (cells.count - 1)]
    return cell != 0 && (cell ^ hash.first) & 0xffff_ffff_0000_0000 == 0 ? Int(cell & 0xffff_ffff) - 1 : nil
  }

  /// An entry's place in the arena is asked for soon.
  func prefetch(place entry: Int) { places.prefetch(entry) }

  /// An entry's key is asked for soon.
  func prefetch(key entry: Int) { arena.prefetch(Int(places[entry].start)) }

  /// `hash`: that of the key.
  func find(_ key: [UInt8], _ hash: KeyHash) -> Int? {
    let cell = cell(of: key[...], hash.first)
    return cells[cell] == 0 ? nil : Int(cells[cell] & 0xffff_ffff) - 1
  }

  /// The entry of the key, and whether it is new.
  mutating func insert(_ key: [UInt8], _ hash: KeyHash) -> (entry: Int, isNew: Bool) {
    let hash = hash.first
    let cell = cell(of: key[...], hash)
    if cells[cell] != 0 { return (Int(cells[cell] & 0xffff_ffff) - 1, false) }

    let start = arena.count
    precondition(start + key.count <= UInt32.max, "the keys of one table in one slot take less than 4 GB")
    arena.append(contentsOf: key)
    let entry: Int
    if let reused = free.popLast() {
      entry = Int(reused)
      places[entry] = (UInt32(start), UInt32(key.count))
    } else {
      entry = places.count
      places.append((UInt32(start), UInt32(key.count)))
    }
    cells[cell] = (hash & 0xffff_ffff_0000_0000) | UInt64(entry + 1)
    count += 1
    if count * 4 > cells.count * 3 { grow() }
    return (entry, true)
  }

  mutating func remove(_ entry: Int) {
    let mask = cells.count - 1
    var hole = self.cell(of: key(of: entry), hash(of: entry))
    // Entries behind the hole move up, so that a search never meets a gap before what it looks for.
    var at = hole
    while true {
      at = (at + 1) & mask
      guard cells[at] != 0 else { break }
      let home = Int(truncatingIfNeeded: hash(of: Int(cells[at] & 0xffff_ffff) - 1)) & mask
      if (at &- home) & mask >= (at &- hole) & mask {
        cells[hole] = cells[at]
        hole = at
      }
    }
    cells[hole] = 0
    count -= 1
    garbage += Int(places[entry].length)
    places[entry].length = 0
    free.append(UInt32(entry))
    if garbage > 4_096, garbage * 2 > arena.count { compact() }
  }

  /// The key's cell, or the free one where it belongs.
  private func cell(of key: ArraySlice<UInt8>, _ hash: UInt64) -> Int {
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
      var at = Int(truncatingIfNeeded: hash(of: Int(cell & 0xffff_ffff) - 1)) & mask
      while cells[at] != 0 { at = (at + 1) & mask }
      cells[at] = cell
    }
  }

  private mutating func compact() {
    var packed: [UInt8] = []
    packed.reserveCapacity(arena.count - garbage)
    for entry in places.indices {
      let key = key(of: entry)
      places[entry].start = UInt32(packed.count)
      packed.append(contentsOf: key)
    }
    arena = packed
    garbage = 0
  }

  private func hash(of entry: Int) -> UInt64 { KeyHash(key(of: entry)).first }
}
