/// What is still to be published, the earliest first (a binary heap; of one time the first that was added).
struct Agenda {
  struct Entry: Sendable {
    enum Content: Sendable {
      case step(Step, [PlantedFault])
      /// A record once more.
      case copy(ShopRecord)
    }
    /// When it is published, and when it happened, in microseconds.
    var published: Int64
    var time: Int64
    var content: Content
    fileprivate(set) var number = 0
  }

  private var heap: [Entry] = []
  private var added = 0

  /// When the next one is published.
  var next: Int64? { heap.first?.published }

  private static func precedes(_ a: Entry, _ b: Entry) -> Bool { (a.published, a.number) < (b.published, b.number) }

  mutating func add(_ entry: Entry) {
    var entry = entry
    added += 1
    entry.number = added
    heap.append(entry)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard Self.precedes(heap[child], heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func take() -> Entry? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if heap.isEmpty { return first }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && Self.precedes(heap[child], heap[least]) { least = child }
      if least == parent { return first }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
