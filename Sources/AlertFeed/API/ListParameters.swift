internal import EventModel
internal import HTTPServing

/// The parameters that lists share, and their form.
enum ListParameters {
  static let limits = 1...500
  static let standardLimit = 100

  static func limit(_ query: Query) throws(Problem) -> Int { try query.number("limit", in: limits, default: standardLimit) }

  static func cursor(_ query: Query) throws(Problem) -> ListCursor? {
    guard let text = query.first("cursor") else { return nil }
    guard let cursor = ListCursor(text) else { throw Problem(400, "`cursor` is what `next` of a list said, not `\(text)`") }
    return cursor
  }

  /// The values of a parameter that name a column's. With `known` only those are taken.
  static func filter(_ query: Query, _ name: String, column: String, known: [String]? = nil) throws(Problem) -> ListFilter {
    let values = query.list(name)
    guard values.count <= 50 else { throw Problem(400, "`\(name)` has more than 50 values") }
    if let known, let wrong = values.first(where: { !known.contains($0) }) {
      throw Problem(400, "`\(name)` is one of \(known.map { "`\($0)`" }.joined(separator: ", ")), not `\(wrong)`")
    }
    return ListFilter(column: column, values: values)
  }

  /// `{"items": […], "next": CURSOR}`.
  static func reply(_ records: [[UInt8]], next: String?) -> Reply {
    var json = JSONWriter()
    json.object {
      $0.key("items")
      $0.array { list in for record in records { list.raw(record) } }
      $0.key("next")
      if let next { $0.write(next) } else { $0.null() }
    }
    return .json(json.bytes)
  }
}

/// What a route does with the history. A fault there is this side's, and told as such.
func asking<Result>(_ body: () throws(HistoryFault) -> Result) throws(Problem) -> Result {
  do throws(HistoryFault) { return try body() } catch {
    throw Problem(503, error.description, headers: [(name: "Retry-After", value: "5")])
  }
}
