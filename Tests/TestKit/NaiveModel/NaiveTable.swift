internal import EventModel
internal import RuleLanguage

/// The rows of a table (language.md 19), all that ever came.
struct NaiveTable {
  let table: CheckedTable
  private(set) var rows: [Row] = []
  /// By how much the last row was behind the watermark of its partition: it is a late one.
  var behind: Int64 = 0 {
    didSet { if let last = rows.indices.last { rows[last].behind = behind } }
  }
  struct Row {
    /// Empty of a tombstone: it ends the rows that records of its own key said.
    var key: [Value] = []
    /// The record's key.
    var name: [UInt8]?
    var time: Int64
    var place: (partition: Int32, offset: Int64)
    /// nil: the row before it ended.
    var value: Value?
    var behind: Int64 = 0
    /// By topic, the clocks when it was read, and how many events had been read before.
    var clocks: [String: Int64]
    var readAfter: Int
  }

  init(_ table: CheckedTable) { self.table = table }

  /// Takes a row or a tombstone. Returns its time; nil: it is neither, and went to the dead letters.
  mutating func take(_ record: NaiveRecord, maxSkew: Int64, clocks: [String: Int64], after: Int, deadLetters: inout [String: Int]) -> Int64?
  {
    func refuse(_ reason: String) -> Int64? {
      deadLetters[reason, default: 0] += 1
      return nil
    }
    let place = (record.partition, record.offset)
    guard let bytes = record.value else {
      guard record.key != nil else { return refuse("null-value") }
      rows.append(Row(name: record.key, time: record.timestamp.microseconds, place: place, value: nil, clocks: clocks, readAfter: after))
      return record.timestamp.microseconds
    }
    guard let object = try? JSONValue.parse(bytes), case .object(let members) = object else { return refuse("not-json") }
    var key: [Value] = []
    for path in table.key {
      guard let json = object.at(path), let type = table.row.type(at: path), let value = NaiveActivation.convert(json, type) else {
        return refuse("schema")
      }
      key.append(value)
    }
    var time = record.timestamp
    if let path = table.time {
      guard case .string(let text)? = object.at(path), let read = EventTime(rfc3339: text) else { return refuse("bad-time") }
      time = read
    }
    if time.microseconds - record.timestamp.microseconds > maxSkew { return refuse("future") }
    // A field that is not as the schema says is an error to whoever reads it: as if it were not there.
    var row: [Value: Value] = [:]
    for field in table.row.fields {
      guard let member = members.last(where: { $0.key == field.name }) else { continue }
      if let value = NaiveActivation.convert(member.value, field.type) { row[.string(field.name)] = value }
    }
    rows.append(Row(key: key, name: record.key, time: time.microseconds, place: place, value: .map(row), clocks: clocks, readAfter: after))
    return time.microseconds
  }

  /// The row that held at an instant: the last one dated at or before it.
  func row(_ key: [Value], at instant: Int64) -> (row: Row, replaced: Int64?)? {
    let names = Set(rows.filter { $0.value != nil && $0.key == key }.compactMap(\.name))
    let own = rows.filter { row in
      row.value == nil ? row.name.map { names.contains($0) } ?? false : row.key == key
    }.sorted { ($0.time, $0.place.partition, $0.place.offset) < ($1.time, $1.place.partition, $1.place.offset) }
    guard let index = own.lastIndex(where: { $0.time <= instant }) else { return nil }
    return (own[index], index + 1 < own.count ? own[index + 1].time : nil)
  }
}

extension ObjectType {
  fileprivate func type(at path: FieldPath) -> FieldType? {
    var type = FieldType.object(self)
    for step in path.steps {
      guard case .object(let object) = type, let field = object[step] else { return nil }
      type = field.type
    }
    return type
  }
}
