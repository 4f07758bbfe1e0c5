internal import EventModel

/// A violation as it was published, with what the feed sorts and filters by.
struct ViolationRecord {
  static let states = ["open", "resolved", "withdrawn"]
  static let severities = ["info", "low", "medium", "high", "critical"]

  var id: String
  var version: RecordVersion
  var state: String
  var severity: String
  var rule: String
  /// Empty: of no region.
  var region: String
  var at: EventTime
  /// As it came.
  var json: [UInt8]

  init(_ json: [UInt8]) throws(UnreadableRecord) {
    let members = try RecordMembers(json)
    id = try members.text("id")
    version = RecordVersion(epoch: try members.integer("epoch"), revision: try members.integer("revision"))
    state = try members.text("state")
    severity = try members.text("severity")
    rule = try members.text("rule")
    region = members["region"]?.text ?? ""
    at = try members.time("at")
    self.json = json
    guard Self.states.contains(state) else { throw UnreadableRecord(reason: "`\(state)` is no state") }
    guard Self.severities.contains(severity) else { throw UnreadableRecord(reason: "`\(severity)` is no severity") }
  }
}
