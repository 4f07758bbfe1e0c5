internal import CHotPath
internal import EventModel
internal import RuleLanguage

/// Reads the records of one stream.
struct StreamReader {
  private let index: Int
  private let plan: StreamPlan
  private let rows: StreamRows
  private let batch: EventBatch
  private let scanner: RecordScanner
  private let maxEvent: Int
  private let maxSkew: Duration
  /// Room for the places that `hp_fill` leaves.
  private let left: UnsafeMutablePointer<UInt16>
  private var counts = ReadCounts()

  init(index: Int, batch: EventBatch, scanner: RecordScanner, options: Engine.Options) {
    self.index = index
    rows = batch.streams[index]
    plan = rows.plan
    self.batch = batch
    self.scanner = scanner
    (maxEvent, maxSkew) = (options.maxEvent, options.maxSkew)
    left = rows.left
  }

  func add(to total: inout ReadCounts) { total.add(counts) }

  /// Reads records of one source.
  mutating func read(_ records: [SourceRecord], _ range: Range<Int>, of source: inout SourceState) {
    let skew = maxSkew.microseconds
    for index in range {
      let record = records[index]
      if index + 2 < range.upperBound { prefetch(records[index + 2]) }
      guard source.read(record.offset) else {
        counts.rewound += 1
        continue
      }
      guard let value = record.value, value.count <= maxEvent else {
        rejectUnread(record, of: source)
        continue
      }
      switch scanner.scan(value, plan.tree) {
      case .success(let text): take(record, value, text, index: index, latest: record.timestamp.advanced(byMicroseconds: skew), of: &source)
      case .failure(let fault): reject(record, fault.reason, fault.detail, of: source)
      }
    }
    source.ids?.expire(watermark: source.watermark.microseconds)
  }

  /// The record is read soon: the processor goes on by itself from where it begins.
  private func prefetch(_ record: SourceRecord) {
    guard let begin = record.value?.baseAddress else { return }
    for line in 0..<4 { hp_prefetch(begin + line * 64) }
  }

  /// Takes a record that is a JSON object, and dated no later than `latest`.
  private mutating func take(
    _ record: SourceRecord, _ value: UnsafeRawBufferPointer, _ text: UnsafePointer<UInt8>, index: Int, latest: EventTime,
    of source: inout SourceState
  ) {
    let kind = self.kind(text)
    if kind == .missing {
      return reject(record, .schema, "\(plan.declaration.kind?.description ?? ""): missing, or no text", of: source)
    }
    guard let time = time(text) else {
      return reject(record, .badTime, "\(plan.declaration.time): missing, or no time of RFC 3339", of: source)
    }
    guard time <= latest else {
      let detail = "dated \(time.rfc3339), more than \(maxSkew.ruleText) after its timestamp in Kafka"
      return reject(record, .future, detail, of: source)
    }
    guard case .known(let kind) = kind else {
      _ = source.observe(time, kafka: record.timestamp, disorder: plan.disorder)
      counts.unknownKinds[self.index, default: 0] += 1
      return
    }
    let (identity, fields) = (plan.kinds[kind].identity, plan.kinds[kind].fields)
    if let path = fill(identity, text) {
      rows.reject()
      return reject(record, .schema, "\(path): missing, or not as the schema says", of: source)
    }
    let id = idHash(kind: kind, text)
    let verdict = judge(value, text, id, time: time, of: &source)
    let behind = source.observe(time, kafka: record.timestamp, disorder: plan.disorder)
    guard verdict == .new else {
      rows.reject()
      counts.duplicates += 1
      if verdict == .conflict { reject(record, .conflict, "an event of this id with other content was read before", of: source) }
      return
    }
    _ = fill(fields, text)
    batch.add(
      EventHeader(
        stream: self.index, kind: kind, source: source.number, offset: record.offset, record: index, row: rows.count, slot: source.slot,
        time: time, behind: behind, id: id))
    rows.accept(kind: kind, text: value, event: batch.events.count - 1)
  }

  // Fields

  private enum Kind: Equatable {
    case known(Int)
    case unknown
    case missing
  }

  private func kind(_ text: UnsafePointer<UInt8>) -> Kind {
    guard let names = plan.kindNames else { return .known(0) }
    let token = scanner.tokens[plan.kindNode]
    guard let span = rows.store.span(ofString: token, text) else {
      return !plan.isKindRequired && token.kind == HP_ABSENT.rawValue ? .unknown : .missing
    }
    let kind = Int(hp_find(names.names, start(of: span, text), span.length))
    return kind < 0 ? .unknown : .known(kind)
  }

  private func time(_ text: UnsafePointer<UInt8>) -> EventTime? {
    guard let span = rows.store.span(ofString: scanner.tokens[plan.timeNode], text) else { return nil }
    var time: Int64 = 0
    return hp_time(start(of: span, text), span.length, &time) ? EventTime(microseconds: time) : nil
  }

  private func start(of span: TextSpan, _ text: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
    (span.isStored ? rows.store.base : text) + span.start
  }

  /// Puts fields into the row behind the last. Returns the first that is not as its schema says.
  private mutating func fill(_ fields: FieldList, _ text: UnsafePointer<UInt8>) -> FieldPath? {
    let rest = hp_fill(
      fields.plain, fields.readers.count, scanner.tokens, text, rows.columns, rows.count, Int32(truncatingIfNeeded: rows.decimalScale), left
    )
    return rest == 0 ? nil : fillRest(fields, rest, text)
  }

  private mutating func fillRest(_ fields: FieldList, _ rest: Int, _ text: UnsafePointer<UInt8>) -> FieldPath? {
    let filler = RowFiller(rows: rows, text: text, tokens: scanner.tokens)
    var wrong: FieldPath?
    for place in (0..<rest).map({ Int(left[$0]) }) {
      let reader = fields.readers[place]
      let field = StreamField(stream: index, path: plan.columns[reader.column].path)
      switch filler.fill(reader) {
      case .absent: break
      case .value:
        guard let listed = fields.listed[place], !listed.contains(Int(rows.columns[reader.column].symbols[rows.count])) else { break }
        counts.unlistedValues[field, default: 0] += 1
      case .invalid:
        counts.invalidFields[field, default: 0] += 1
        wrong = wrong ?? field.path
      }
    }
    return wrong
  }

  /// Judges an event by its id, if it has one, and remembers it.
  private func judge(
    _ value: UnsafeRawBufferPointer, _ text: UnsafePointer<UInt8>, _ id: IDHash?, time: EventTime, of source: inout SourceState
  ) -> SeenIDs.Verdict {
    guard source.ids != nil, let id else { return .new }
    // It comes while the bytes are hashed.
    source.ids?.prefetch(id)
    let seen = SeenID(low: id.low, high: id.high, content: hp_hash_content(text, value.count), time: time.microseconds)
    return source.ids?.insert(seen, watermark: source.watermark.microseconds) ?? .new
  }

  /// A hash of the id in the row behind the last; nil: it has none.
  private func idHash(kind: Int, _ text: UnsafePointer<UInt8>) -> IDHash? {
    guard let index = plan.kinds[kind].idColumn, rows.columns[index].isPresent(rows.count) else { return nil }
    let column = rows.columns[index]
    guard plan.columns[index].form == .text else {
      return withUnsafeBytes(of: column.numbers[rows.count].littleEndian) {
        IDHash(hp_hash($0.baseAddress?.assumingMemoryBound(to: UInt8.self), 8, 1))
      }
    }
    let span = column.span(rows.count)
    return IDHash(hp_hash(start(of: span, text), span.length, 0))
  }

  // Dead letters

  private mutating func rejectUnread(_ record: SourceRecord, of source: SourceState) {
    guard let value = record.value else { return reject(record, .nullValue, "the record has no value", of: source) }
    reject(record, .tooLarge, "\(value.count) bytes, more than the \(maxEvent) of max_event", of: source)
  }

  private mutating func reject(_ record: SourceRecord, _ reason: DeadLetterReason, _ detail: String, of source: SourceState) {
    counts.deadLetters[reason, default: 0] += 1
    let origin = LetterOrigin(source: source.source, record: record)
    batch.add(deadLetter: .deadLetter(origin, reason, detail: detail), slot: source.slot)
  }
}

extension IDHash {
  fileprivate init(_ hash: hp_hash128) { self.init(low: hash.low, high: hash.high) }
}
