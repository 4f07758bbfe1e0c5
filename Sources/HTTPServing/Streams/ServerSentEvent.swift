/// An event as its bytes go over the wire. Made once, sent to many.
package struct ServerSentEvent: Sendable {
  package let bytes: [UInt8]

  /// - Parameters:
  ///   - id: what the client sends back as `Last-Event-ID`; without line ends.
  ///   - data: text; each of its lines becomes a `data` line.
  package init(event: String, id: String, data: [UInt8]) {
    var out: [UInt8] = []
    out.reserveCapacity(data.count + event.utf8.count + id.utf8.count + 32)
    out.append(contentsOf: "id: \(id)\nevent: \(event)\ndata: ".utf8)
    var index = data.startIndex
    while index < data.endIndex {
      let byte = data[index]
      if byte == 0x0A || byte == 0x0D {
        out.append(contentsOf: "\ndata: ".utf8)
        if byte == 0x0D, index + 1 < data.endIndex, data[index + 1] == 0x0A { index += 1 }
      } else {
        out.append(byte)
      }
      index += 1
    }
    out.append(contentsOf: "\n\n".utf8)
    bytes = out
  }

  private init(raw: String) { bytes = Array(raw.utf8) }

  /// Says nothing, and shows both sides that the connection lives.
  static let comment = ServerSentEvent(raw: ":\n\n")
  /// The first bytes of every stream: how long a client waits before it comes back.
  static let retry = ServerSentEvent(raw: "retry: 1000\n\n")
}
