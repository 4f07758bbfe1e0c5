internal import RuleEngine
internal import Synchronization
internal import Telemetry

/// Warns of lookup tables that have more rows than were declared for them, once of each.
final class TableWatch: Sendable {
  private let log: Logger
  private let told = Mutex<Set<String>>([])

  init(_ log: Logger) { self.log = log }

  func look(at tables: [String: EngineCounters.Table]) {
    for (name, table) in tables.sorted(by: { $0.key < $1.key }) where table.isOverLimit {
      guard told.withLock({ $0.insert(name).inserted }) else { continue }
      log.warning(
        "a lookup table has more rows than its `max_rows`: all of them are kept, and take memory",
        ["table": .string(name), "rows": .int(table.rows), "max_rows": .int(Int(table.limit))])
    }
  }
}
