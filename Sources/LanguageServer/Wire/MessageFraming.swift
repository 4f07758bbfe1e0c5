package import EventModel

/// Takes bytes as they come and gives the messages in them: the base protocol of the Language Server Protocol, a header with the length of
/// the JSON text that follows it.
package struct MessageDecoder: Sendable {
  package enum Event: Sendable {
    case message(JSONValue)
    /// What could not be read, and why. The next message is read all the same.
    case malformed(String)
  }

  /// No message is longer; the bytes of one that says it is are skipped.
  private static let maximumLength = 256 << 20
  private static let maximumHeader = 8_192

  private var buffer: [UInt8] = []
  /// Bytes of a body that are still to be thrown away.
  private var skipping = 0
  /// Of the body that is awaited.
  private var length: Int?

  package init() {}

  package mutating func take(_ bytes: some Sequence<UInt8>) -> [Event] {
    buffer.append(contentsOf: bytes)
    var events: [Event] = []
    var start = 0
    while let event = next(&start) {
      if let event { events.append(event) }
    }
    buffer.removeFirst(start)
    return events
  }

  /// nil: more bytes are needed; `.some(nil)`: something was taken, and it says nothing yet.
  private mutating func next(_ start: inout Int) -> Event?? {
    if skipping > 0 {
      let count = min(skipping, buffer.count - start)
      guard count > 0 else { return nil }
      start += count
      skipping -= count
      return .some(nil)
    }
    if let length {
      guard buffer.count - start >= length else { return nil }
      let body = Array(buffer[start..<(start + length)])
      start += length
      self.length = nil
      do { return .some(.message(try JSONValue.parse(body, depthLimit: 200))) } catch {
        return .some(.malformed("\(error.problem.rawValue) (byte \(error.offset))"))
      }
    }
    guard let end = headerEnd(from: start) else {
      guard buffer.count - start > Self.maximumHeader else { return nil }
      start = buffer.count
      return .some(.malformed("no header ends"))
    }
    let header = String(decoding: buffer[start..<end.lowerBound], as: UTF8.self)
    start = end.upperBound
    guard let wanted = contentLength(header) else { return .some(.malformed("the header has no Content-Length")) }
    guard wanted <= Self.maximumLength else {
      skipping = wanted
      return .some(.malformed("the message is too long"))
    }
    length = wanted
    return .some(nil)
  }

  /// The empty line after a header.
  private func headerEnd(from start: Int) -> Range<Int>? {
    let limit = min(buffer.count, start + Self.maximumHeader)
    var at = start
    while at < limit {
      if buffer[at] == UInt8(ascii: "\n") {
        if at + 1 < limit, buffer[at + 1] == UInt8(ascii: "\n") { return at..<(at + 2) }
        if at + 2 < limit, buffer[at + 1] == UInt8(ascii: "\r"), buffer[at + 2] == UInt8(ascii: "\n") { return at..<(at + 3) }
      }
      at += 1
    }
    return nil
  }

  private func contentLength(_ header: String) -> Int? {
    for line in header.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
      guard let length = Int(parts[1].drop { $0 == " " }), length >= 0 else { return nil }
      return length
    }
    return nil
  }
}

/// A message as it goes out: its header and its text.
package func framed(_ message: JSONValue) -> [UInt8] {
  let body = Array(message.compact.utf8)
  return Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
}
