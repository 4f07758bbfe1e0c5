internal import EventModel

extension FunctionTable {
  /// In UTC. Other zones are not supported yet: the checker says so.
  static let times: [FunctionEntry] = [
    getter("getFullYear", ofTime: { Int64($0.date.year) }),
    getter("getMonth", ofTime: { Int64($0.date.month - 1) }),
    getter("getDate", ofTime: { Int64($0.date.day) }),
    getter("getDayOfMonth", ofTime: { Int64($0.date.day - 1) }),
    getter("getDayOfWeek", ofTime: { Int64($0.date.dayOfWeek) }),
    getter("getDayOfYear", ofTime: { Int64($0.date.dayOfYear) }),
    getter("getHours", ofTime: { Int64($0.secondOfDay / 3_600) }, ofDuration: { $0.components.seconds / 3_600 }),
    getter("getMinutes", ofTime: { Int64($0.secondOfDay / 60 % 60) }, ofDuration: { $0.components.seconds / 60 }),
    getter("getSeconds", ofTime: { Int64($0.secondOfDay % 60) }, ofDuration: { $0.components.seconds }),
    getter(
      "getMilliseconds", ofTime: { Int64($0.nanoseconds / 1_000_000) }, ofDuration: { $0.components.attoseconds / 1_000_000_000_000_000 }),
  ]

  private static func getter(
    _ name: String, ofTime: @escaping @Sendable (Timestamp) -> Int64, ofDuration: (@Sendable (Duration) -> Int64)? = nil
  ) -> FunctionEntry {
    var entry = FunctionEntry(
      name,
      .unary { (a) throws(EvaluationError) in
        switch (a, ofDuration) {
        case (.timestamp(let time), _): return .int(ofTime(time))
        case (.duration(let duration), let ofDuration?): return .int(ofDuration(duration))
        default: throw .noSuchOverload(name, [a])
        }
      }, .method(.timestamp, gives: .int))
    if ofDuration != nil { entry.overloads.append(.method(.duration, gives: .int)) }
    return entry
  }
}
