internal import EventModel

/// The bytes are no record of Tenet's, and why.
struct UnreadableRecord: Error, Equatable { var reason: String }

/// A record's members, as far as the feed looks into it.
struct RecordMembers {
  private let json: JSONValue

  init(_ bytes: [UInt8]) throws(UnreadableRecord) {
    do throws(JSONError) { json = try JSONValue.parse(bytes) } catch {
      throw UnreadableRecord(reason: "\(error.problem.rawValue) at byte \(error.offset)")
    }
    guard json.members != nil else { throw UnreadableRecord(reason: "it is no object") }
  }

  subscript(name: String) -> JSONValue? { json[name] }

  func text(_ name: String) throws(UnreadableRecord) -> String {
    guard let text = json[name]?.text else { throw UnreadableRecord(reason: "`\(name)` is missing or no text") }
    return text
  }

  func integer(_ name: String) throws(UnreadableRecord) -> Int64 {
    guard case .number(let digits)? = json[name], let integer = Int64(digits) else {
      throw UnreadableRecord(reason: "`\(name)` is missing or no whole number")
    }
    return integer
  }

  func time(_ name: String, in object: JSONValue?) throws(UnreadableRecord) -> EventTime {
    guard let time = object?[name]?.text.flatMap({ EventTime(rfc3339: $0) }) else {
      throw UnreadableRecord(reason: "`\(name)` is missing or no time")
    }
    return time
  }

  func time(_ name: String) throws(UnreadableRecord) -> EventTime { try time(name, in: json) }
}
