/// Records that are only ever added, packed into parts of a key's state. A part that is full is written once and not kept in memory.
struct AppendLog {
  /// The number of the first part.
  private let origin: UInt32
  /// A part takes no further records beyond so many bytes.
  private let capacity: Int
  /// Full parts that were written.
  private var closed = 0
  /// The parts behind them: the last one takes what is added.
  private var open: [[UInt8]] = []
  private var isDirty = false
  /// In how many rows each part was last written.
  private var stored: [UInt16] = []

  init(origin: UInt32, capacity: Int = PartChange.limit) {
    self.origin = origin
    self.capacity = capacity
  }

  /// What it takes in memory, in bytes.
  var size: Int { open.reduce(stored.capacity * 2) { $0 + $1.capacity } }

  /// Adds a record. It lies in one part, however long it is.
  mutating func append(_ record: [UInt8]) {
    if let last = open.indices.last, open[last].count + record.count <= capacity {
      open[last].append(contentsOf: record)
    } else {
      open.append(record)
    }
    isDirty = true
  }

  mutating func drain(_ body: (PartChange) -> Void) {
    guard isDirty else { return }
    isDirty = false
    for (index, bytes) in open.enumerated() {
      let number = closed + index
      if number == stored.count { stored.append(0) }
      body(PartChange(part: origin + UInt32(number), bytes: bytes, pieces: stored[number]))
      stored[number] = PartChange.pieces(of: bytes.count)
    }
    closed += open.count - 1
    open.removeFirst(open.count - 1)
  }

  /// All that was written is to go.
  func drainEnd(_ body: (PartChange) -> Void) {
    for (number, pieces) in stored.enumerated() { body(PartChange(part: origin + UInt32(number), bytes: nil, pieces: pieces)) }
  }

  /// Takes the parts as `drain` gave them, in their order.
  mutating func load(_ bytes: [UInt8]) {
    if !open.isEmpty { closed += 1 }
    open = [bytes]
    stored.append(PartChange.pieces(of: bytes.count))
  }
}
