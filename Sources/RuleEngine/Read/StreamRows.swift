internal import CHotPath
internal import EventModel
internal import RuleLanguage

/// The events of one stream in a batch, in columns: a row an event, in the order of reading.
final class StreamRows {
  let plan: StreamPlan
  let decimalScale: Int
  private(set) var count = 0
  /// A multiple of 64.
  private(set) var capacity = 0
  /// As `plan.columns`.
  let columns: UnsafeMutablePointer<Column>
  /// By row: the kind, the bytes of the record, the event's place in the batch.
  private(set) var kinds = UnsafeMutablePointer<UInt16>.allocate(capacity: 1)
  private(set) var texts = UnsafeMutablePointer<UnsafePointer<UInt8>>.allocate(capacity: 1)
  private(set) var events = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  /// What the conditions compare, and the answers for the rows.
  let comparisons: [Comparison]
  var masks: MaskCache
  let level: hp_level
  let store: TextStore
  /// Room for the places that `hp_fill` leaves.
  let left: UnsafeMutablePointer<UInt16>
  /// The symbols of each column's texts; nil: none is compared with.
  private let names: [NameTable?]
  private var trees: [TreeKey: FieldValue] = [:]

  private struct TreeKey: Hashable {
    var column: Int
    var row: Int
  }

  init(_ plan: StreamPlan, comparisons: [Comparison], decimalScale: Int, store: TextStore, level: hp_level) {
    self.plan = plan
    self.comparisons = comparisons
    masks = MaskCache(comparisons: comparisons.count, kinds: plan.kinds.count)
    self.level = level
    self.decimalScale = decimalScale
    self.store = store
    names = plan.columns.map { $0.symbols.isEmpty ? nil : NameTable($0.symbols) }
    columns = .allocate(capacity: max(plan.columns.count, 1))
    left = .allocate(capacity: max(plan.columns.count, 1))
  }

  deinit {
    deallocate()
    columns.deallocate()
    left.deallocate()
    masks.deallocate()
  }

  private func deallocate() {
    if capacity > 0 { for column in plan.columns.indices { columns[column].deallocate() } }
    kinds.deallocate()
    texts.deallocate()
    events.deallocate()
  }

  var words: Int { (count + 63) / 64 }

  /// Forgets all rows; there is room for `rows` then.
  func clear(capacity rows: Int) {
    if rows > capacity {
      deallocate()
      capacity = (rows + 63) / 64 * 64
      for column in plan.columns.indices {
        (columns + column).initialize(to: Column(rows: capacity, names: names[column]?.names))
      }
      kinds = .allocate(capacity: capacity)
      kinds.initialize(repeating: 0, count: capacity)
      texts = .allocate(capacity: capacity)
      events = .allocate(capacity: capacity)
    } else if count > 0 {
      for column in plan.columns.indices { columns[column].clear(words: words) }
    }
    masks.clear(words: capacity / 64)
    count = 0
    if !trees.isEmpty { trees = [:] }
  }

  /// The row that was filled last is an event: its place in the batch.
  func accept(kind: Int, text: UnsafeRawBufferPointer, event: Int) {
    guard let base = text.baseAddress else { preconditionFailure("an event has bytes") }
    kinds[count] = UInt16(truncatingIfNeeded: kind)
    texts[count] = base.assumingMemoryBound(to: UInt8.self)
    events[count] = Int32(truncatingIfNeeded: event)
    count += 1
  }

  /// The row that was filled last is none.
  func reject() {
    for column in plan.columns.indices { columns[column].clear(row: count) }
  }

  func bytes(_ span: TextSpan, row: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: (span.isStored ? store.base : texts[row]) + span.start, count: span.length)
  }

  /// The text of a row that has one.
  func text(column index: Int, row: Int) -> UnsafeBufferPointer<UInt8>? {
    guard plan.columns[index].form == .text, !columns[index].isInvalid(row), columns[index].isPresent(row) else { return nil }
    return bytes(columns[index].span(row), row: row)
  }

  /// The value of a row.
  func value(column index: Int, row: Int) -> FieldValue {
    let column = columns[index]
    if column.isInvalid(row) { return .invalid }
    guard column.isPresent(row) else { return .absent }
    switch plan.columns[index].form {
    case .text: return .value(.string(String(decoding: bytes(column.span(row), row: row), as: UTF8.self)))
    case .integer: return .value(.int(column.numbers[row]))
    case .decimal: return .value(.decimal(decimal(column: index, row: row)))
    case .double: return .value(.double(column.doubles[row]))
    case .bool: return .value(.bool(column.isFlagged(row)))
    case .time: return .value(.timestamp(Timestamp(EventTime(microseconds: column.numbers[row]))))
    case .tree: return tree(column: index, row: row)
    }
  }

  /// The decimal of a row that has one, with its own scale.
  func decimal(column index: Int, row: Int) -> ExactDecimal {
    let column = columns[index]
    let text = bytes(column.span(row), row: row)
    guard let digits = ExactDecimal(digits: text) else { preconditionFailure("a decimal that is present has been read by its digits") }
    let minor = column.symbols[row]
    return minor == 0 ? digits : ExactDecimal(coefficient: Int128(digits.integer ?? 0), scale: Int16(minor - 1))
  }

  /// A list, object or map: read when it is first asked for.
  private func tree(column: Int, row: Int) -> FieldValue {
    let key = TreeKey(column: column, row: row)
    if let known = trees[key] { return known }
    let text = Array(bytes(columns[column].span(row), row: row))
    let value = TreeReader.read(text, as: plan.columns[column].type)
    trees[key] = value
    return value
  }
}
