internal import CMicroHTTPD
internal import Glibc

/// libmicrohttpd's handle of a connection. It may be resumed from any thread, but only while the request lives: who keeps one knows that it does.
struct Connection: @unchecked Sendable {
  let handle: OpaquePointer

  func suspend() { MHD_suspend_connection(handle) }
  func resume() { MHD_resume_connection(handle) }

  /// Makes the server's thread see the connection as broken.
  func shutDown() {
    let socket = tenet_mhd_socket(handle)
    if socket >= 0 { shutdown(socket, Int32(SHUT_RDWR)) }
  }

  /// As announced; nil: it is not.
  var bodyLength: Int? {
    MHD_lookup_connection_value(handle, .HEADER_KIND, "Content-Length").flatMap { Int(String(cString: $0)) }
  }

  var headers: [(name: String, value: String)] {
    var list: [(name: String, value: String)] = []
    withUnsafeMutablePointer(to: &list) { list in
      _ = MHD_get_connection_values(handle, .HEADER_KIND, collectHeader, list)
    }
    return list
  }
}

private nonisolated func collectHeader(
  _ context: UnsafeMutableRawPointer?, _ kind: MHD_ValueKind, _ name: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?
) -> MHD_Result {
  guard let context, let name else { return .YES }
  context.assumingMemoryBound(to: [(name: String, value: String)].self).pointee
    .append((name: String(cString: name), value: value.map { String(cString: $0) } ?? ""))
  return .YES
}
