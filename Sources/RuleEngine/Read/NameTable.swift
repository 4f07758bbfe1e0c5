internal import CHotPath

/// A table of names that C code finds a text in: what is found for a name is its number.
final class NameTable {
  /// What the scanner takes.
  let names: UnsafeMutablePointer<hp_names>
  private let entries: UnsafeMutablePointer<hp_entry>
  private let bytes: UnsafeMutablePointer<UInt8>

  /// `numbers`: of each name, 0 or more; by default its place. Names are different.
  init(_ texts: [String], numbers: [Int]? = nil) {
    // Every name is followed by bytes for the reading of eight.
    bytes = .allocate(capacity: texts.reduce(0) { $0 + $1.utf8.count + 8 } + 1)
    var free = bytes
    var found: [hp_entry] = []
    for (index, text) in texts.enumerated() {
      let (start, length) = (UnsafePointer(free), text.utf8.count)
      for byte in Array(text.utf8) + repeatElement(0, count: 8) {
        free.initialize(to: byte)
        free += 1
      }
      found.append(hp_entry(glance: hp_glance_of(start, length), name: start, node: Int32(numbers?[index] ?? index), next: -1))
    }
    let layout = Self.layout(found)
    entries = .allocate(capacity: layout.entries.count)
    entries.initialize(from: layout.entries, count: layout.entries.count)
    names = .allocate(capacity: 1)
    names.initialize(to: hp_names(entries: entries, multiplier: layout.multiplier, shift: UInt32(64 - layout.bits)))
  }

  deinit {
    entries.deallocate()
    bytes.deallocate()
    names.deallocate()
  }

  /// Looks for a multiplier that gives each glance a place of its own, in larger tables if it has to.
  private static func layout(_ found: [hp_entry]) -> (entries: [hp_entry], multiplier: UInt64, bits: Int) {
    var heads: [hp_entry] = []
    var others: [(head: Int, entry: hp_entry)] = []
    for entry in found {
      if let head = heads.firstIndex(where: { isAlike($0.glance, entry.glance) }) {
        others.append((head, entry))
      } else {
        heads.append(entry)
      }
    }
    var bits = 1
    while 1 << bits < heads.count * 2 { bits += 1 }
    var multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
    while true {
      for _ in 0..<256 {
        if let places = places(heads, multiplier, bits) {
          return (chain(heads, places, others, 1 << bits), multiplier, bits)
        }
        multiplier = (multiplier &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407) | 1
      }
      bits += 1
    }
  }

  private static func isAlike(_ a: hp_glance, _ b: hp_glance) -> Bool { a.head == b.head && a.tail == b.tail && a.length == b.length }

  /// nil: two are at one place.
  private static func places(_ entries: [hp_entry], _ multiplier: UInt64, _ bits: Int) -> [Int]? {
    var taken = Set<Int>()
    var places: [Int] = []
    for entry in entries {
      let place = Int(hp_place(entry.glance, multiplier, UInt32(64 - bits)))
      guard taken.insert(place).inserted else { return nil }
      places.append(place)
    }
    return places
  }

  /// The table, and behind it the names that are alike at a glance with one in it.
  private static func chain(_ heads: [hp_entry], _ places: [Int], _ others: [(head: Int, entry: hp_entry)], _ capacity: Int) -> [hp_entry] {
    var entries = Array(repeating: hp_entry(glance: hp_glance(), name: nil, node: -1, next: -1), count: capacity)
    for (entry, place) in zip(heads, places) { entries[place] = entry }
    for (head, entry) in others {
      var added = entry
      added.next = entries[places[head]].next
      entries[places[head]].next = Int32(entries.count)
      entries.append(added)
    }
    return entries
  }
}
