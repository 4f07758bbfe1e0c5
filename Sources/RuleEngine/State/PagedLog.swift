internal import EventModel

/// What a `PagedLog` keeps: an event, and what the rule remembers of it.
protocol LogElement {
  /// What reading an element back takes beyond its bytes: facts of its rule.
  associatedtype Context
  var ref: EventRef { get }
  /// Without the time of the event, which the page keeps.
  func write(to row: inout RowWriter, _ context: Context)
  init(time: EventTime, from row: inout RowReader, _ context: Context)
  /// The first clock at which something falls due for the element; `TimerWheel.never`: nothing does.
  func due(_ context: Context) -> Int64
}

/// Events of one key in order, packed into pages of about 1 KB. A page in memory has the very bytes of its row, so adding an event
/// touches one page, and what is written for it is that page.
struct PagedLog<Element: LogElement> {
  /// A page is closed to further events beyond this size, and split in two beyond twice of it.
  private static var target: Int { 1_024 }

  struct Page {
    /// The part of its row.
    var part: UInt32
    var count: Int32
    /// Times of the first and the last event.
    var first: Int64
    var last: Int64
    /// The least `due` of its elements.
    var due: Int64
    var isDirty: Bool
    /// How many rows it was last written in; 0: none.
    var pieces: UInt16
    /// What times in `bytes` are counted from: the first event's at the last filling.
    var base: Int64
    /// `base`, then each event: time since then, the length of the rest, and what the element writes.
    var bytes: [UInt8]

    /// The bytes, to be put back with more behind them: a second owner would have them copied.
    mutating func takeBytes() -> [UInt8] {
      defer { bytes = [] }
      return bytes
    }

    mutating func prefetch() { bytes.prefetch(lines: 2) }

    /// nil: it did not change since the last call.
    mutating func takeChange() -> PartChange? {
      guard isDirty else { return nil }
      isDirty = false
      defer { pieces = PartChange.pieces(of: bytes.count) }
      return PartChange(part: part, bytes: bytes, pieces: pieces)
    }
  }

  private(set) var pages: [Page] = []
  /// Parts of pages that ended since the last call of `drain`.
  private var gone: [(part: UInt32, pieces: UInt16)] = []
  /// Which parts are this log's: `origin`, `origin + stride`, …
  private let origin: UInt32
  private let stride: UInt32

  init(origin: UInt32, stride: UInt32) {
    self.origin = origin
    self.stride = stride
  }

  var isEmpty: Bool { pages.isEmpty }
  /// It takes more than a page.
  var isLong: Bool { pages.count > 1 }
  /// The times of the first and the last event.
  var first: Int64? { pages.first?.first }
  var last: Int64? { pages.last?.last }
  var due: Int64 { pages.reduce(TimerWheel.never) { min($0, $1.due) } }
  var count: Int { pages.reduce(0) { $0 + Int($1.count) } }
  var size: Int { pages.reduce(pages.capacity * MemoryLayout<Page>.stride) { $0 + $1.bytes.capacity + 32 } }

  /// The first page is read soon.
  mutating func prefetch(_ distance: Prefetch) {
    switch distance {
    case .near: pages.prefetch()
    case .far: if !pages.isEmpty { pages[0].prefetch() }
    }
  }

  /// Puts an event at its place.
  mutating func insert(_ element: Element, _ context: Element.Context) {
    let time = element.ref.time.microseconds
    guard let last = pages.indices.last, time <= pages[last].last else {
      if let last = pages.indices.last, pages[last].bytes.count < Self.target {
        extend(last, element, context)
      } else {
        append([element], context)
      }
      return
    }
    // The page in which an event of this time may stand: the first that does not end before it.
    var (low, high) = (0, last)
    while low < high {
      let middle = (low + high) / 2
      if pages[middle].last < time { low = middle + 1 } else { high = middle }
    }
    // Events of one time may go on in the pages behind.
    while low < last, pages[low].last == time, let end = elements(of: low, context).last, end.ref < element.ref { low += 1 }
    splice(element, into: low, context)
    if pages[low].bytes.count > 2 * Self.target, pages[low].count > 1 { replace(low, with: elements(of: low, context), context) }
  }

  /// The elements dated in the range, in order.
  func forEach(in range: ClosedRange<Int64>, _ context: Element.Context, _ body: (Element) -> Void) {
    guard var page = firstPage(endingFrom: range.lowerBound) else { return }
    while page < pages.count, pages[page].first <= range.upperBound {
      var reader = PageReader<Element>(pages[page])
      while let time = reader.nextTime() {
        if time > range.upperBound { return }
        if time >= range.lowerBound { body(reader.element(time, context)) } else { reader.skip() }
      }
      page += 1
    }
  }

  /// Shows the elements dated in the range from one end on, for as long as `body` wants more.
  func search(in range: ClosedRange<Int64>, backwards: Bool, _ context: Element.Context, _ body: (Element) -> Bool) {
    guard let first = firstPage(endingFrom: range.lowerBound) else { return }
    let end = pages[first...].firstIndex { $0.first > range.upperBound } ?? pages.count
    for index in first..<end {
      let elements = elements(of: backwards ? end - 1 - (index - first) : index, context).filter {
        range.contains($0.ref.time.microseconds)
      }
      for place in elements.indices where !body(elements[backwards ? elements.count - 1 - place : place]) { return }
    }
  }

  /// The time of the first event dated after an instant.
  func firstTime(after instant: Int64) -> Int64? {
    guard let page = firstPage(endingFrom: instant + 1) else { return nil }
    if pages[page].first > instant { return pages[page].first }
    var reader = PageReader<Element>(pages[page])
    while let time = reader.nextTime() {
      if time > instant { return time }
      reader.skip()
    }
    return nil
  }

  /// What becomes of an element that `update` was shown.
  enum Fate { case kept, changed, removed }

  /// Shows the elements dated in the range that are in pages for which `wanted` holds, in order, and does with them as told.
  mutating func update(
    in range: ClosedRange<Int64>, where wanted: (Page) -> Bool = { _ in true }, _ context: Element.Context,
    _ body: (inout Element) -> Fate
  ) {
    guard range.lowerBound <= range.upperBound, var page = firstPage(endingFrom: range.lowerBound) else { return }
    while page < pages.count, pages[page].first <= range.upperBound {
      guard wanted(pages[page]) else {
        page += 1
        continue
      }
      var kept: [Element] = []
      var isChanged = false
      for var element in elements(of: page, context) {
        let fate = range.contains(element.ref.time.microseconds) ? body(&element) : .kept
        if fate != .kept { isChanged = true }
        if fate != .removed { kept.append(element) }
      }
      guard isChanged else {
        page += 1
        continue
      }
      let before = pages.count
      replace(page, with: kept, context)
      page += 1 + pages.count - before
    }
  }

  /// Ends the pages whose events are all dated before an instant. Pages that hold later ones too stay as they are.
  mutating func removePages(before instant: Int64) {
    var count = 0
    while count < pages.count, pages[count].last < instant {
      end(pages[count])
      count += 1
    }
    if count > 0 { pages.removeFirst(count) }
  }

  /// The parts that changed since the last call, with how many rows each had.
  mutating func drain(_ body: (PartChange) -> Void) {
    for index in pages.indices {
      guard var change = pages[index].takeChange() else { continue }
      if let reused = gone.firstIndex(where: { $0.part == change.part }) { change.pieces = gone.remove(at: reused).pieces }
      body(change)
    }
    for (part, pieces) in gone { body(PartChange(part: part, bytes: nil, pieces: pieces)) }
    gone.removeAll()
  }

  /// Takes a row as `drain` gave it. Pages may come in any order; `sort` follows the last one.
  mutating func load(part: UInt32, _ bytes: [UInt8], _ context: Element.Context) {
    var reader = RowReader(bytes)
    var page = Page(
      part: part, count: 0, first: 0, last: 0, due: TimerWheel.never, isDirty: false, pieces: PartChange.pieces(of: bytes.count),
      base: reader.signed(), bytes: bytes)
    summarize(&page, elements(of: page, context), context)
    pages.append(page)
  }

  mutating func sort(_ context: Element.Context) {
    guard pages.count > 1 else { return }
    let firsts = pages.map { (ref: elements(of: $0, context)[0].ref, page: $0) }
    pages = firsts.sorted { $0.ref < $1.ref }.map(\.page)
  }

  // MARK: Pages

  private func firstPage(endingFrom time: Int64) -> Int? {
    var (low, high) = (0, pages.count)
    while low < high {
      let middle = (low + high) / 2
      if pages[middle].last < time { low = middle + 1 } else { high = middle }
    }
    return low < pages.count ? low : nil
  }

  private func elements(of page: Int, _ context: Element.Context) -> [Element] { elements(of: pages[page], context) }

  private func elements(of page: Page, _ context: Element.Context) -> [Element] {
    var elements: [Element] = []
    elements.reserveCapacity(Int(page.count) + 1)
    var reader = PageReader<Element>(page)
    while let time = reader.nextTime() { elements.append(reader.element(time, context)) }
    return elements
  }

  /// A new page behind the last one.
  private mutating func append(_ elements: [Element], _ context: Element.Context) {
    pages.append(newPage(elements, context))
  }

  private mutating func newPage(_ elements: [Element], _ context: Element.Context) -> Page {
    var page = Page(
      part: freePart(), count: 0, first: 0, last: 0, due: TimerWheel.never, isDirty: true, pieces: 0, base: 0, bytes: [])
    fill(&page, elements, context)
    return page
  }

  /// The part behind those that pages have: so that the same events make the same pages, however often the rows were read back.
  private func freePart() -> UInt32 {
    guard let greatest = pages.lazy.map({ $0.part }).max() else { return origin }
    return greatest + stride
  }

  /// Adds an event to the end of a page, without reading the page.
  private mutating func extend(_ page: Int, _ element: Element, _ context: Element.Context) {
    var row = RowWriter(behind: pages[page].takeBytes())
    write(element, from: pages[page].base, to: &row, context)
    pages[page].bytes = row.bytes
    pages[page].count += 1
    pages[page].last = element.ref.time.microseconds
    pages[page].due = min(pages[page].due, element.due(context))
    pages[page].isDirty = true
  }

  /// Puts an event at its place in a page, and reads no more of the others than their times.
  private mutating func splice(_ element: Element, into page: Int, _ context: Element.Context) {
    let time = element.ref.time.microseconds
    var reader = PageReader<Element>(pages[page])
    var place = reader.offset
    while let other = reader.nextTime(), other <= time {
      if other < time {
        reader.skip()
      } else if !(reader.element(other, context).ref < element.ref) {
        break
      }
      place = reader.offset
    }
    var row = RowWriter(capacity: 64)
    write(element, from: pages[page].base, to: &row, context)
    pages[page].bytes.insert(contentsOf: row.bytes, at: place)
    pages[page].count += 1
    pages[page].first = min(pages[page].first, time)
    pages[page].last = max(pages[page].last, time)
    pages[page].due = min(pages[page].due, element.due(context))
    pages[page].isDirty = true
  }

  /// Writes an event as a page holds it.
  private func write(_ element: Element, from base: Int64, to row: inout RowWriter, _ context: Element.Context) {
    row.signed(element.ref.time.microseconds - base)
    row.prefixed { element.write(to: &$0, context) }
  }

  private mutating func replace(_ page: Int, with elements: [Element], _ context: Element.Context) {
    guard !elements.isEmpty else {
      end(pages[page])
      pages.remove(at: page)
      return
    }
    fill(&pages[page], elements, context)
    pages[page].isDirty = true
    guard pages[page].bytes.count > 2 * Self.target, elements.count > 1 else { return }
    let half = elements.count / 2
    fill(&pages[page], Array(elements[..<half]), context)
    let second = newPage(Array(elements[half...]), context)
    pages.insert(second, at: page + 1)
  }

  private mutating func end(_ page: Page) {
    if page.pieces > 0 { gone.append((page.part, page.pieces)) }
  }

  private func fill(_ page: inout Page, _ elements: [Element], _ context: Element.Context) {
    var writer = RowWriter(capacity: elements.count * 64)
    let base = elements[0].ref.time.microseconds
    writer.signed(base)
    for element in elements { write(element, from: base, to: &writer, context) }
    (page.base, page.bytes) = (base, writer.bytes)
    summarize(&page, elements, context)
  }

  private func summarize(_ page: inout Page, _ elements: [Element], _ context: Element.Context) {
    page.count = Int32(elements.count)
    page.first = elements[0].ref.time.microseconds
    page.last = elements[elements.count - 1].ref.time.microseconds
    page.due = elements.reduce(TimerWheel.never) { min($0, $1.due(context)) }
  }
}

/// Goes over the events of a page.
private struct PageReader<Element: LogElement> {
  private var row: RowReader
  private let base: Int64

  init(_ page: PagedLog<Element>.Page) {
    row = RowReader(page.bytes)
    base = page.base
    _ = row.signed()
  }

  /// Where the next event begins, in the bytes of the page.
  var offset: Int { row.offset }

  mutating func nextTime() -> Int64? { row.isAtEnd ? nil : base + row.signed() }

  mutating func skip() { _ = row.raw(Int(row.unsigned())) }

  mutating func element(_ time: Int64, _ context: Element.Context) -> Element {
    _ = row.unsigned()
    return Element(time: EventTime(microseconds: time), from: &row, context)
  }
}
