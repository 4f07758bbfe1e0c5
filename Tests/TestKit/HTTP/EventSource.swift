/// A client of a stream of server-sent events.
package final class EventSource {
  package struct Event: Equatable, Sendable {
    package var id: String?
    package var name: String?
    package var data: String

    package init(id: String? = nil, name: String? = nil, data: String) { (self.id, self.name, self.data) = (id, name, data) }
  }

  package let response: HTTPConnection.Response
  private let connection: HTTPConnection
  private var bytes: [UInt8] = []

  package init(_ target: String, port: UInt16, lastEventID: String? = nil, receiveBuffer: Int32? = nil) throws {
    connection = try HTTPConnection(port: port, receiveBuffer: receiveBuffer)
    try connection.send(target, headers: lastEventID.map { [("Last-Event-ID", $0)] } ?? [])
    response = try connection.head()
  }

  /// The next event; nil: the stream ended as it should. Throws when it was cut off.
  package func next() throws -> Event? {
    while let block = try nextBlock() {
      if let event = parse(block) { return event }
    }
    return nil
  }

  /// Reads until a comment has come; false: the stream ended.
  package func nextComment() throws -> Bool {
    while let block = try nextBlock() {
      if block.hasPrefix(":") { return true }
    }
    return false
  }

  /// What stands before the next empty line.
  private func nextBlock() throws -> String? {
    var scanned = 0
    while true {
      while scanned + 1 < bytes.count {
        if bytes[scanned] == 0x0A, bytes[scanned + 1] == 0x0A {
          defer { bytes.removeFirst(scanned + 2) }
          return String(decoding: bytes[..<scanned], as: UTF8.self)
        }
        scanned += 1
      }
      guard let chunk = try connection.chunk() else { return nil }
      bytes += chunk
    }
  }

  private func parse(_ block: String) -> Event? {
    var event = Event(data: "")
    var lines: [Substring] = []
    for line in block.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("id: ") {
        event.id = String(line.dropFirst(4))
      } else if line.hasPrefix("event: ") {
        event.name = String(line.dropFirst(7))
      } else if line.hasPrefix("data: ") {
        lines.append(line.dropFirst(6))
      }
    }
    if lines.isEmpty { return nil }
    event.data = lines.joined(separator: "\n")
    return event
  }
}
