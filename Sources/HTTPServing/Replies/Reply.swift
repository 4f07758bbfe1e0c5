/// What is sent back.
package struct Reply: Sendable {
  package var status: Int
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]
  /// The body packed beforehand, of replies that are sent again and again.
  var packed: [UInt8]?

  package init(_ status: Int = 200, contentType: String, headers: [(name: String, value: String)] = [], body: [UInt8]) {
    self.status = status
    self.headers = [(name: "Content-Type", value: contentType)] + headers
    self.body = body
  }

  package static func json(_ body: [UInt8], status: Int = 200) -> Reply {
    Reply(status, contentType: "application/json", headers: [noStore], body: body)
  }

  package static func text(_ body: String, status: Int = 200, contentType: String = "text/plain; charset=utf-8") -> Reply {
    Reply(status, contentType: contentType, headers: [noStore], body: Array(body.utf8))
  }

  /// A reply that never changes while the process lives: packed once, and not sent again to who has it.
  /// - Parameter tag: names the content, unique among all versions of it.
  package static func fixed(
    _ body: [UInt8], contentType: String, tag: String, headers: [(name: String, value: String)] = []
  ) -> Reply {
    var reply = Reply(
      contentType: contentType, headers: headers + [(name: "ETag", value: "\"\(tag)\""), (name: "Cache-Control", value: "no-cache")],
      body: body)
    reply.packed = gzip(body)
    return reply
  }

  package static let noStore = (name: "Cache-Control", value: "no-store")

  package func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }

  /// What goes over the wire to this request: not modified, packed, or as it is.
  func prepared(for request: Request) -> Reply {
    var reply = self
    reply.headers.append((name: "X-Content-Type-Options", value: "nosniff"))
    if let tag = header("ETag"), let known = request.header("If-None-Match"), matches(known, tag) {
      reply.status = 304
      (reply.body, reply.packed) = ([], nil)
      reply.headers.removeAll { $0.name == "Content-Type" }
      return reply
    }
    // Below a packet there is nothing to win.
    guard body.count >= 1_024 else { return reply }
    reply.headers.append((name: "Vary", value: "Accept-Encoding"))
    guard request.acceptsGzip else { return reply }
    reply.body = packed ?? gzip(body)
    reply.headers.append((name: "Content-Encoding", value: "gzip"))
    return reply
  }

  private func matches(_ known: String, _ tag: String) -> Bool {
    known.split(separator: ",").contains { candidate in
      let text = candidate.trimmingSpaces()
      return text == "*" || text == tag || text.hasPrefix("W/") && text.dropFirst(2) == tag
    }
  }
}
