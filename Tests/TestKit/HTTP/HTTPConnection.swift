internal import Glibc

/// One HTTP/1.1 connection to a server on this machine, at the level of bytes: what a test of a server needs, and a client library hides.
package final class HTTPConnection {
  package struct Failure: Error, CustomStringConvertible { package var description: String }

  package struct Response {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    package var text: String { String(decoding: body, as: UTF8.self) }
    package func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }
  }

  private let handle: Int32
  private var buffer: [UInt8] = []

  /// - Parameter receiveBuffer: bytes that the kernel keeps for a client that does not read.
  package init(port: UInt16, receiveBuffer: Int32? = nil) throws {
    handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if var size = receiveBuffer { setsockopt(handle, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size)) }
    var patience = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    guard connected == 0 else { throw Failure(description: "cannot connect: \(String(cString: strerror(errno)))") }
  }

  deinit { Glibc.close(handle) }

  /// Sends a request on a connection of its own.
  package static func get(
    _ target: String, port: UInt16, method: String = "GET", headers: [(String, String)] = []
  ) throws -> Response {
    try HTTPConnection(port: port).request(target, method: method, headers: headers)
  }

  /// Sends a request and reads its whole response. The connection can be used again.
  package func request(_ target: String, method: String = "GET", headers: [(String, String)] = [], body: [UInt8] = []) throws -> Response {
    try send(target, method: method, headers: headers, body: body)
    var response = try head()
    if method == "HEAD" || response.status == 304 { return response }
    if let length = response.header("Content-Length").flatMap({ Int($0) }) {
      while buffer.count < length { guard try receive() else { throw Failure(description: "the body was cut short") } }
      response.body = Array(buffer.prefix(length))
      buffer.removeFirst(length)
    } else {
      while let chunk = try chunk() { response.body += chunk }
    }
    return response
  }

  /// - Parameter text: what follows the head as it is, without an announced length.
  package func send(
    _ target: String, method: String = "GET", headers: [(String, String)] = [], body: [UInt8] = [], text: [UInt8] = []
  ) throws {
    var head = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    if !body.isEmpty { head += "Content-Length: \(body.count)\r\n" }
    let bytes = Array("\(head)\r\n".utf8) + body + text
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.send(handle, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { throw Failure(description: "the server closed the connection") }
      sent += count
    }
  }

  /// Reads status and headers.
  package func head() throws -> Response {
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let at = firstIndex(of: end) {
        let lines = String(decoding: buffer[..<at], as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: true)
        buffer.removeFirst(at + end.count)
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
          throw Failure(description: "no status line")
        }
        let headers = lines.dropFirst().map { line in
          let parts = line.split(separator: ":", maxSplits: 1)
          return (name: String(parts[0]), value: parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
        return Response(status: status, headers: headers, body: [])
      }
      guard try receive() else { throw Failure(description: "the server closed the connection before a head") }
    }
  }

  /// The next chunk of a chunked body; nil: the body ended as it should.
  package func chunk() throws -> [UInt8]? {
    let line = Array("\r\n".utf8)
    while true {
      if let at = firstIndex(of: line), let size = Int(String(decoding: buffer[..<at], as: UTF8.self), radix: 16) {
        let whole = at + 2 + size + 2
        if buffer.count >= whole {
          let chunk = Array(buffer[(at + 2)..<(at + 2 + size)])
          buffer.removeFirst(whole)
          return size == 0 ? nil : chunk
        }
      }
      guard try receive() else { throw Failure(description: "the body was cut short") }
    }
  }

  /// Waits until one of the connections has something to read.
  package static func waitForAnswer(of connections: [HTTPConnection], within seconds: Int32 = 20) -> Bool {
    var waiting = connections.map { pollfd(fd: $0.handle, events: Int16(POLLIN), revents: 0) }
    return poll(&waiting, nfds_t(waiting.count), seconds * 1_000) > 0
  }

  private func firstIndex(of pattern: [UInt8]) -> Int? {
    guard buffer.count >= pattern.count else { return nil }
    return (0...(buffer.count - pattern.count)).first {
      buffer[$0] == pattern[0] && buffer[$0..<($0 + pattern.count)].elementsEqual(pattern)
    }
  }

  /// false: the server closed the connection.
  private func receive() throws -> Bool {
    let room = 65_536
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: room) { space, count in
      let got = recv(handle, space.baseAddress, room, 0)
      if got < 0 { failure = errno }
      count = max(0, got)
    }
    if failure == EAGAIN { throw Failure(description: "the server sent nothing for 20 s") }
    buffer += bytes
    return !bytes.isEmpty
  }
}
