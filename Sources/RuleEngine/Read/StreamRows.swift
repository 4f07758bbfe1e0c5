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
  private(set) var columns: [Column] = []
  /// By row: the kind, the bytes of the record, the event's place in the batch.
  private(set) var kinds = UnsafeMutablePointer<UInt16>.allocate(capacity: 1)
  private(set) var texts = UnsafeMutablePointer<UnsafePointer<UInt8>>.allocate(capacity: 1)
  private(set) var events = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  /// The symbols of each column's texts; nil: none is compared with.
  private(set) lazy var names = plan.columns.map { $0.symbols.isEmpty ? nil : NameTable($0.symbols) }
  /// By column: values that were not as the schema says, or not in its list.
  private(set) var invalidCounts: [Int]
  private(set) var unlistedCounts: [Int]
  /// What the conditions compare, and the answers for the rows.
  let comparisons: [Comparison]
  var masks: MaskCache
  let level: hp_level
  private let store: TextStore
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
    invalidCounts = plan.columns.map { _ in 0 }
    unlistedCounts = invalidCounts
  }

  deinit {
    deallocate()
    masks.deallocate()
  }

  private func deallocate() {
    for column in columns { column.deallocate() }
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
      columns = plan.columns.map { [capacity] in Column(form: $0.form, rows: capacity) }
      kinds = .allocate(capacity: capacity)
      kinds.initialize(repeating: 0, count: capacity)
      texts = .allocate(capacity: capacity)
      events = .allocate(capacity: capacity)
    } else {
      for column in columns { column.clear(words: words) }
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
    for column in columns { column.clear(row: count) }
  }

  func countInvalid(_ column: Int32) { invalidCounts[Int(column)] += 1 }

  func countUnlisted(_ column: Int32, kind: Int32, symbol: UInt16) {
    if plan.columns[Int(column)].allowed[Int(kind)]?.contains(Int(symbol)) == false { unlistedCounts[Int(column)] += 1 }
  }

  /// A hash of the id in the row behind the last, whose record is at `text`; nil: it has none.
  func idHash(kind: Int, text: UnsafePointer<UInt8>) -> hp_hash128? {
    guard let path = plan.declaration.id, let index = plan.kinds[kind].columns[path], columns[index].isPresent(count) else { return nil }
    let column = columns[index]
    guard column.form == .text else {
      return withUnsafeBytes(of: column.numbers[count].littleEndian) { hp_hash($0.baseAddress?.assumingMemoryBound(to: UInt8.self), 8, 1) }
    }
    let span = column.spans[count]
    return hp_hash((span.isStored ? store.base : text) + span.start, span.length, 0)
  }

  func bytes(_ span: TextSpan, row: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: (span.isStored ? store.base : texts[row]) + span.start, count: span.length)
  }

  /// The value of a row.
  func value(column index: Int, row: Int) -> FieldValue {
    let column = columns[index]
    if column.isInvalid(row) { return .invalid }
    guard column.isPresent(row) else { return .absent }
    switch column.form {
    case .text: return .value(.string(String(decoding: bytes(column.spans[row], row: row), as: UTF8.self)))
    case .integer: return .value(.int(column.numbers[row]))
    case .decimal: return .value(.decimal(decimal(column: index, row: row)))
    case .double: return .value(.double(Double(bitPattern: UInt64(bitPattern: column.numbers[row]))))
    case .bool: return .value(.bool(column.isFlagged(row)))
    case .time: return .value(.timestamp(Timestamp(EventTime(microseconds: column.numbers[row]))))
    case .tree: return tree(column: index, row: row)
    }
  }

  /// The decimal of a row that has one, with its own scale.
  func decimal(column index: Int, row: Int) -> ExactDecimal {
    let column = columns[index]
    let text = bytes(column.spans[row], row: row)
    guard let digits = ExactDecimal(digits: text) else { preconditionFailure("a decimal that is present has been read by its digits") }
    let minor = column.symbols[row]
    return minor == 0 ? digits : ExactDecimal(coefficient: Int128(digits.integer ?? 0), scale: Int16(minor - 1))
  }

  /// A list, object or map: read when it is first asked for.
  private func tree(column: Int, row: Int) -> FieldValue {
    let key = TreeKey(column: column, row: row)
    if let known = trees[key] { return known }
    let text = Array(bytes(columns[column].spans[row], row: row))
    let value = TreeReader.read(text, as: plan.columns[column].type)
    trees[key] = value
    return value
  }
}
