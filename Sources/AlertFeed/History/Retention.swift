internal import EventModel

/// How much a history keeps.
package struct Retention: Sendable {
  /// What was written to its topic longer ago goes.
  package var age = Duration.seconds(30 * 86_400)
  /// The oldest go when there are more.
  package var violations = 500_000
  package var kpis = 500_000

  package init() {}
}

extension History {
  /// Forgets what the retention no longer wants, at most `limit` rows of a table: the writer is not held up for long. Returns the number of rows.
  func forget(_ retention: Retention, now: EventTime, limit: Int) throws(HistoryFault) -> Int {
    let oldest = now.advanced(byMicroseconds: -retention.age.microseconds)
    var forgotten = 0
    try write { database throws(HistoryFault) in
      forgotten = 0
      for (table, time, most) in [("violations", "at", retention.violations), ("kpis", "start", retention.kpis)] {
        try database.query(
          "delete from \(table) where number in (select number from \(table) where written < ? limit ?)",
          [.int(oldest.microseconds), .int(Int64(limit))])
        forgotten += database.changes
        let rows = try database.number("select count(*) from \(table)") ?? 0
        guard rows > Int64(most) else { continue }
        try database.query(
          "delete from \(table) where number in (select number from \(table) order by \(time), number limit ?)",
          [.int(min(rows - Int64(most), Int64(limit)))])
        forgotten += database.changes
      }
    }
    return forgotten
  }
}
