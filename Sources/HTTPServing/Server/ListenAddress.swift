internal import Glibc

/// Where a server listens: `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, or `:8080` for all addresses. Port 0 takes a free one.
package struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
  /// Empty: all addresses.
  package var host: String
  package var port: UInt16

  package init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// nil: no such address.
  package init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() } else if host.contains(":") { return nil }
    self.init(host: String(host), port: port)
  }

  package var description: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

  /// For a browser on the same machine.
  package var url: String {
    switch host {
    case "", "0.0.0.0", "::": "http://localhost:\(port)"
    default: "http://\(description)"
    }
  }
}

/// The address cannot be listened on.
package struct ListenFault: Error, Sendable, CustomStringConvertible {
  package var description: String
  /// Another process listens there: another port would do.
  package var isTaken: Bool
}

extension ListenAddress {
  /// A bound, listening socket, and the address with the port it got.
  func listen() throws(ListenFault) -> (socket: Int32, address: ListenAddress) {
    var hints = addrinfo()
    hints.ai_flags = AI_PASSIVE
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let failure = getaddrinfo(host.isEmpty ? nil : host, String(port), &hints, &list)
    guard failure == 0, let list else {
      throw ListenFault(description: "cannot listen on `\(self)`: \(String(cString: gai_strerror(failure)))", isTaken: false)
    }
    defer { freeaddrinfo(list) }
    let info = list.pointee
    let handle = socket(info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), info.ai_protocol)
    guard handle >= 0 else { throw fault(errno) }
    var yes: Int32 = 1
    setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard bind(handle, info.ai_addr, info.ai_addrlen) == 0, Glibc.listen(handle, 256) == 0 else {
      let cause = errno
      close(handle)
      throw fault(cause)
    }
    return (handle, ListenAddress(host: host, port: boundPort(handle)))
  }

  private func fault(_ cause: Int32) -> ListenFault {
    let words =
      switch cause {
      case EADDRINUSE: "another process listens there"
      case EACCES: "ports below 1024 need a right that this process has not"
      case EADDRNOTAVAIL: "this machine has no such address"
      default: String(cString: strerror(cause))
      }
    return ListenFault(description: "cannot listen on `\(self)`: \(words)", isTaken: cause == EADDRINUSE)
  }

  private func boundPort(_ handle: Int32) -> UInt16 {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { storage in
      storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(handle, $0, &size) }
      // The port stands at the same place in both families.
      return storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { UInt16(bigEndian: $0.pointee.sin_port) }
    }
  }
}
