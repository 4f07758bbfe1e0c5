internal import CHotPath
internal import EventModel

/// Scans one record at a time: checks its bytes and finds the fields that are read.
final class RecordScanner {
  private let level: hp_level
  private let tokens: UnsafeMutablePointer<hp_token>
  private var scratch: UnsafeMutablePointer<UInt8>
  private var capacity: Int

  /// `nodes`: the most that a stream's tree has.
  init(nodes: Int, level: hp_level) {
    self.level = level
    tokens = .allocate(capacity: max(nodes, 1))
    tokens.initialize(repeating: hp_token(), count: max(nodes, 1))
    capacity = 16 * 1024
    scratch = .allocate(capacity: capacity)
  }

  deinit {
    tokens.deallocate()
    scratch.deallocate()
  }

  /// The bytes of the record scanned last, padded.
  var text: UnsafePointer<UInt8> { UnsafePointer(scratch) }

  /// Scans a record; nil: it is JSON and an object, and its fields have been found.
  func scan(_ record: UnsafeRawBufferPointer, _ tree: FieldTree) -> (reason: DeadLetterReason, detail: String)? {
    if record.count + Int(HP_PADDING) > capacity {
      while record.count + Int(HP_PADDING) > capacity { capacity *= 2 }
      scratch.deallocate()
      scratch = .allocate(capacity: capacity)
    }
    let isASCII = hp_copy(level, scratch, record.baseAddress?.assumingMemoryBound(to: UInt8.self), record.count)
    if !isASCII, !hp_is_utf8(scratch, record.count) { return (.notJSON, "not UTF-8") }
    var fault = 0
    switch hp_project(level, scratch, record.count, tree.top, tree.nodes, Int32(tree.count), tokens, &fault) {
    case HP_OK: return nil
    case HP_TOO_DEEP: return (.notJSON, "nested beyond \(HP_DEPTH)")
    case HP_NO_OBJECT: return (.schema, "the record is no object")
    default: return (.notJSON, fault >= record.count ? "the text ends too early" : "not JSON at byte \(fault)")
    }
  }

  enum Kind {
    case known(Int)
    case unknown
    case missing
  }

  /// The kind of the record.
  func kind(of plan: StreamPlan, store: TextStore) -> Kind {
    guard let names = plan.kindNames else { return .known(0) }
    let token = tokens[plan.kindNode]
    guard let (start, length) = string(token, store) else {
      return !plan.isKindRequired && token.kind == HP_ABSENT.rawValue ? .unknown : .missing
    }
    let kind = Int(hp_find(names.table, start, length))
    return kind < 0 ? .unknown : .known(kind)
  }

  /// The record's own time; nil: it cannot be read.
  func time(of plan: StreamPlan, store: TextStore) -> EventTime? {
    guard let (start, length) = string(tokens[plan.timeNode], store) else { return nil }
    var time: Int64 = 0
    return hp_time(start, length, &time) ? EventTime(microseconds: time) : nil
  }

  private func string(_ token: hp_token, _ store: TextStore) -> (start: UnsafePointer<UInt8>, length: Int)? {
    switch token.kind {
    case HP_STRING.rawValue: return (text + Int(token.start), Int(token.length))
    case HP_ESCAPED_STRING.rawValue:
      let span = store.unescape(text + Int(token.start), length: Int(token.length))
      return (store.base + span.start, span.length)
    default: return nil
    }
  }

  /// Puts key and id into the row behind the last. Returns the field that is not as its schema says.
  func fillIdentity(_ rows: StreamRows, kind: Int, store: TextStore) -> FieldPath? {
    fill(rows, rows.plan.kinds[kind].identity, store)
    let wrong = rows.plan.kinds[kind].identity.first { rows.columns[Int($0.column)].isInvalid(rows.count) }
    return wrong.map { rows.plan.columns[Int($0.column)].path }
  }

  /// Puts the fields besides into the row behind the last.
  func fillFields(_ rows: StreamRows, kind: Int, store: TextStore) { fill(rows, rows.plan.kinds[kind].readers, store) }

  private func fill(_ rows: StreamRows, _ readers: [FieldReader], _ store: TextStore) {
    let filler = RowFiller(rows: rows, row: rows.count, text: text, tokens: tokens, store: store)
    for reader in readers { filler.fill(reader) }
  }
}
