internal import CHotPath

/// A table of names that C code finds a value's text in: each name's number is its place in the list.
final class NameTable {
  let table: hp_names
  private let entries: UnsafeMutablePointer<hp_entry>
  private let bytes: UnsafeMutablePointer<UInt8>

  /// `numbers`: what is found for each name, 0 or more; by default its place. Names are different.
  init(_ names: [String], numbers: [Int]? = nil) {
    var capacity = 2
    while capacity < names.count * 2 { capacity *= 2 }
    entries = .allocate(capacity: capacity)
    entries.initialize(repeating: hp_entry(head: 0, name: nil, length: 0, node: -1), count: capacity)
    bytes = .allocate(capacity: names.reduce(1) { $0 + $1.utf8.count })
    table = hp_names(entries: entries, mask: UInt32(capacity - 1))
    var free = bytes
    for (index, name) in names.enumerated() {
      let start = free
      for byte in name.utf8 {
        free.initialize(to: byte)
        free += 1
      }
      add(start, length: free - start, number: numbers?[index] ?? index)
    }
  }

  private func add(_ name: UnsafePointer<UInt8>, length: Int, number: Int) {
    var head: UInt64 = 0
    for index in 0..<min(length, 8) { head |= UInt64(name[index]) << UInt64(index * 8) }
    var place = hp_place(head, UInt32(length)) & table.mask
    while entries[Int(place)].node >= 0 { place = (place + 1) & table.mask }
    entries[Int(place)] = hp_entry(head: head, name: name, length: UInt32(length), node: Int32(number))
  }

  deinit {
    entries.deallocate()
    bytes.deallocate()
  }
}
