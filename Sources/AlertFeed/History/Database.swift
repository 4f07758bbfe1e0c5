internal import CSQLite

/// A call to SQLite failed.
package struct HistoryFault: Error, Sendable, CustomStringConvertible {
  package var description: String
}

enum SQLValue: Equatable {
  case int(Int64)
  case text(String)
  /// Text by its bytes.
  case bytes([UInt8])
}

/// One connection to an SQLite file. One thread at a time uses it.
final class Database {
  private let handle: OpaquePointer
  private var statements: [String: OpaquePointer] = [:]

  init(path: String, readOnly: Bool) throws(HistoryFault) {
    var handle: OpaquePointer?
    let flags = (readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) | SQLITE_OPEN_NOMUTEX
    let code = sqlite3_open_v2(path, &handle, flags, nil)
    guard code == SQLITE_OK, let handle else {
      let why = handle.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
      sqlite3_close(handle)
      throw HistoryFault(description: "cannot open the history `\(path)`: \(why)")
    }
    self.handle = handle
    sqlite3_busy_timeout(handle, 5_000)
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
    sqlite3_close(handle)
  }

  /// Runs statements that have no parameters and give no rows.
  func execute(_ script: String) throws(HistoryFault) {
    guard sqlite3_exec(handle, script, nil, nil, nil) == SQLITE_OK else { throw fault(script) }
  }

  /// Runs one statement and hands over its rows. Statements are kept by their text.
  func query(_ sql: String, _ values: [SQLValue] = [], _ row: (Row) -> Void = { _ in }) throws(HistoryFault) {
    let statement = try prepared(sql)
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
    }
    for (index, value) in values.enumerated() {
      let position = Int32(index + 1)
      let code =
        switch value {
        case .int(let number): sqlite3_bind_int64(statement, position, number)
        case .text(let text): bind(statement, position, Array(text.utf8))
        case .bytes(let bytes): bind(statement, position, bytes)
        }
      guard code == SQLITE_OK else { throw fault(sql) }
    }
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: row(Row(statement: statement))
      case SQLITE_DONE: return
      default: throw fault(sql)
      }
    }
  }

  /// The first column of the first row, as a number.
  func number(_ sql: String, _ values: [SQLValue] = []) throws(HistoryFault) -> Int64? {
    var found: Int64?
    try query(sql, values) { if found == nil { found = $0.int(0) } }
    return found
  }

  /// Rows that the last statement changed.
  var changes: Int { Int(sqlite3_changes(handle)) }

  /// Does all or nothing.
  func transaction(_ body: () throws(HistoryFault) -> Void) throws(HistoryFault) {
    try execute("begin immediate")
    do throws(HistoryFault) {
      try body()
      try execute("commit")
    } catch {
      sqlite3_exec(handle, "rollback", nil, nil, nil)
      throw error
    }
  }

  private func bind(_ statement: OpaquePointer, _ position: Int32, _ bytes: [UInt8]) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      // An empty array may have no address, and without one the value would be null.
      let text = buffer.baseAddress ?? UnsafeRawPointer(bitPattern: 1)
      return tenet_bind_text(statement, position, text?.assumingMemoryBound(to: CChar.self), Int32(buffer.count))
    }
  }

  private func prepared(_ sql: String) throws(HistoryFault) -> OpaquePointer {
    if let known = statements[sql] { return known }
    // Filters make many texts; no statement is in use here.
    if statements.count == 128 {
      for statement in statements.values { sqlite3_finalize(statement) }
      statements = [:]
    }
    var statement: OpaquePointer?
    guard sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil) == SQLITE_OK, let statement else {
      throw fault(sql)
    }
    statements[sql] = statement
    return statement
  }

  private func fault(_ sql: String) -> HistoryFault {
    HistoryFault(description: "history: \(String(cString: sqlite3_errmsg(handle))) in `\(sql.prefix(60))`")
  }
}

/// The current row of a query; valid until the next one.
struct Row {
  fileprivate let statement: OpaquePointer

  func int(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
  func bytes(_ column: Int32) -> [UInt8] {
    // The pointer first: asking for it may change the count.
    guard let pointer = sqlite3_column_text(statement, column) else { return [] }
    return Array(UnsafeBufferPointer(start: pointer, count: Int(sqlite3_column_bytes(statement, column))))
  }
  func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }
}
