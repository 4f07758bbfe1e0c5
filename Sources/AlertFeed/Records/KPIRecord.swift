internal import EventModel

/// A KPI's value as it was published, with what the feed sorts and filters by.
struct KPIRecord {
  /// Names the KPI, its region, key and window: what the topic is compacted by.
  var identity: String
  var version: RecordVersion
  var kpi: String
  /// Empty: of no region.
  var region: String
  var start: EventTime
  /// As it came.
  var json: [UInt8]

  init(_ json: [UInt8]) throws(UnreadableRecord) {
    let members = try RecordMembers(json)
    let kpi = try members.text("kpi")
    version = RecordVersion(epoch: try members.integer("epoch"), revision: try members.integer("revision"))
    let region = members["region"]?.text ?? ""
    let start = try members.time("start", in: members["window"])
    var writer = JSONWriter()
    writer.array {
      $0.write(kpi)
      $0.write(region)
      $0.write(members["key"] ?? .null)
      $0.write(start.microseconds)
    }
    identity = writer.text
    (self.kpi, self.region, self.start, self.json) = (kpi, region, start, json)
  }
}
