internal import EventModel

/// The final values of a key's windows, for `ago`: in order of start, in pages that are rows.
struct PastValues {
  private static let pageSize = 32

  private struct Page {
    var number: UInt32
    var values: [(start: Int64, value: Value)]
    var isDirty = true
    var pieces: UInt16 = 0
  }

  private var pages: [Page] = []
  private var gone: [(number: UInt32, pieces: UInt16)] = []

  var isEmpty: Bool { pages.isEmpty }
  var size: Int { pages.count * Self.pageSize * 40 }
  /// The start of the last window on the first page.
  var firstEnd: Int64? { pages.first?.values.last?.start }

  /// Of a window that begins after all that are there.
  mutating func append(_ value: Value, start: Int64) {
    if let last = pages.indices.last, pages[last].values.count < Self.pageSize {
      pages[last].values.append((start, value))
      pages[last].isDirty = true
    } else {
      let number = (pages.map(\.number) + gone.map(\.number)).max().map { $0 + 1 } ?? 0
      pages.append(Page(number: number, values: [(start, value)]))
    }
  }

  /// Of the window that begins there; nil: it had none, or it is forgotten.
  func value(at start: Int64) -> Value? {
    for page in pages.reversed() {
      guard let first = page.values.first, first.start <= start else { continue }
      return page.values.last { $0.start == start }?.value
    }
    return nil
  }

  /// Pages that hold only windows that begin before an instant go.
  mutating func removePages(before instant: Int64) {
    while let page = pages.first, let last = page.values.last, last.start < instant {
      pages.removeFirst()
      if page.pieces > 0 { gone.append((page.number, page.pieces)) }
    }
  }

  /// The rows that changed; pages are numbered from 0.
  mutating func drain(_ body: (PartChange) -> Void) {
    for (number, pieces) in gone { body(PartChange(part: number, bytes: nil, pieces: pieces)) }
    gone.removeAll()
    for index in pages.indices where pages[index].isDirty {
      var row = RowWriter()
      for (start, value) in pages[index].values {
        row.signed(start)
        row.value(value)
      }
      body(PartChange(part: pages[index].number, bytes: row.bytes, pieces: pages[index].pieces))
      (pages[index].isDirty, pages[index].pieces) = (false, PartChange.pieces(of: row.bytes.count))
    }
  }

  /// Takes the rows, in any order.
  mutating func load(page number: UInt32, _ bytes: [UInt8]) {
    var row = RowReader(bytes)
    var values: [(start: Int64, value: Value)] = []
    while !row.isAtEnd { values.append((row.signed(), row.value())) }
    let page = Page(number: number, values: values, isDirty: false, pieces: PartChange.pieces(of: bytes.count))
    pages.insert(page, at: pages.firstIndex { $0.values[0].start > values[0].start } ?? pages.count)
  }
}
