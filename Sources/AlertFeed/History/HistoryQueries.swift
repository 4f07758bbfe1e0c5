/// A place in a list that is sorted by time and number, the newest first: what lies beyond it comes next.
struct ListCursor: Equatable {
  var time: Int64
  var number: Int64

  init(time: Int64, number: Int64) {
    self.time = time
    self.number = number
  }

  /// Reads what `text` wrote.
  init?(_ text: String) {
    guard let dot = text.lastIndex(of: "."), let time = Int64(text[..<dot]), let number = Int64(text[text.index(after: dot)...]) else {
      return nil
    }
    self.init(time: time, number: number)
  }

  var text: String { "\(time).\(number)" }
}

/// Part of a list.
struct ListPage {
  var records: [[UInt8]] = []
  /// Where the list goes on; nil: it does not.
  var next: ListCursor?
}

/// A column and the values that are wanted of it; none: all.
struct ListFilter {
  var column: String
  var values: [String]
}

/// The counts of one rule.
struct RuleCounts: Equatable {
  var rule: String
  /// By state.
  var states: [String: Int64] = [:]
  /// Of the open ones, by severity.
  var openBySeverity: [String: Int64] = [:]
  /// `at` of the latest one, in microseconds since 1970.
  var last: Int64 = .min
}

extension History {
  func violations(_ filters: [ListFilter], after cursor: ListCursor?, limit: Int) throws(HistoryFault) -> ListPage {
    try page(of: "violations", time: "at", filters, after: cursor, limit: limit)
  }

  func kpis(_ filters: [ListFilter], after cursor: ListCursor?, limit: Int) throws(HistoryFault) -> ListPage {
    try page(of: "kpis", time: "start", filters, after: cursor, limit: limit)
  }

  /// The record of a violation that holds.
  func violation(_ id: String) throws(HistoryFault) -> [UInt8]? {
    try read { database throws(HistoryFault) in
      var record: [UInt8]?
      try database.query("select record from violations where id = ?", [.text(id)]) { record = $0.bytes(0) }
      return record
    }
  }

  /// What was said about a violation, the newest first.
  func revisions(of id: String) throws(HistoryFault) -> [[UInt8]] {
    try read { database throws(HistoryFault) in
      var records: [[UInt8]] = []
      try database.query(
        """
        select record from (
          select epoch, revision, record from violations where id = ?1
          union all select epoch, revision, record from revisions where id = ?1
        ) order by epoch desc, revision desc
        """, [.text(id)]
      ) { records.append($0.bytes(0)) }
      return records
    }
  }

  /// Counts by rule, those with the most open violations first.
  func rules() throws(HistoryFault) -> [RuleCounts] {
    try read { database throws(HistoryFault) in
      var rules: [String: RuleCounts] = [:]
      try database.query("select rule, severity, state, count(*), max(at) from violations group by rule, severity, state") { row in
        let (rule, severity, state, count) = (row.text(0), row.text(1), row.text(2), row.int(3))
        var counts = rules[rule] ?? RuleCounts(rule: rule)
        counts.states[state, default: 0] += count
        if state == "open" { counts.openBySeverity[severity, default: 0] += count }
        counts.last = max(counts.last, row.int(4))
        rules[rule] = counts
      }
      return rules.values.sorted { a, b in
        let (x, y) = (a.states["open", default: 0], b.states["open", default: 0])
        return x == y ? a.rule < b.rule : x > y
      }
    }
  }

  /// What came to hold after a sequence number, in that order.
  func events(after sequence: Int64, limit: Int) throws(HistoryFault) -> [HistoryEvent] {
    try read { database throws(HistoryFault) in
      var events: [HistoryEvent] = []
      let part = { (kind: String, table: String) in
        "select * from (select sequence, '\(kind)', record from \(table) where sequence > ?1 order by sequence limit ?2)"
      }
      try database.query(
        "\(part("violation", "violations")) union all \(part("kpi", "kpis")) order by 1 limit ?2", [.int(sequence), .int(Int64(limit))]
      ) { row in
        guard let kind = HistoryEvent.Kind(rawValue: row.text(1)) else { return }
        events.append(HistoryEvent(sequence: row.int(0), kind: kind, json: row.bytes(2)))
      }
      return events
    }
  }

  /// Rows by table.
  func counts() throws(HistoryFault) -> [(table: String, rows: Int64)] {
    try read { database throws(HistoryFault) in
      var counts: [(table: String, rows: Int64)] = []
      for table in ["violations", "kpis", "revisions"] {
        counts.append((table, try database.number("select count(*) from \(table)") ?? 0))
      }
      return counts
    }
  }

  /// - Parameters:
  ///   - table, time: names of the schema, never of a caller's making; as are the filters' columns.
  private func page(
    of table: String, time: String, _ filters: [ListFilter], after cursor: ListCursor?, limit: Int
  ) throws(HistoryFault) -> ListPage {
    var conditions: [String] = []
    var values: [SQLValue] = []
    for filter in filters where !filter.values.isEmpty {
      conditions.append("\(filter.column) in (\(filter.values.map { _ in "?" }.joined(separator: ", ")))")
      values += filter.values.map { .text($0) }
    }
    if let cursor {
      conditions.append("(\(time), number) < (?, ?)")
      values += [.int(cursor.time), .int(cursor.number)]
    }
    let filter = conditions.isEmpty ? "" : "where " + conditions.joined(separator: " and ")
    let sql = "select record, \(time), number from \(table) \(filter) order by \(time) desc, number desc limit ?"
    return try read { database throws(HistoryFault) in
      var page = ListPage()
      var last: ListCursor?
      // One more than asked for tells whether there is more.
      try database.query(sql, values + [.int(Int64(limit) + 1)]) { row in
        if page.records.count == limit {
          page.next = last
          return
        }
        page.records.append(row.bytes(0))
        last = ListCursor(time: row.int(1), number: row.int(2))
      }
      return page
    }
  }
}
