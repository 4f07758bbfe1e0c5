internal import CMicroHTTPD

// libmicrohttpd calls these on its own thread.

/// The first thing of a request: its target as it came. What it returns is the request's context until `requestCompleted`.
nonisolated func requestBegun(_ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ connection: OpaquePointer?)
  -> UnsafeMutableRawPointer?
{
  guard let target, let connection else { return nil }
  return Unmanaged.passRetained(Exchange(Connection(handle: connection), target: String(cString: target))).toOpaque()
}

/// Called once for the headers, once a piece of the body, once at its end, and once more after each resume.
nonisolated func requestArrived(
  _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ url: UnsafePointer<CChar>?, _ method: UnsafePointer<CChar>?,
  _ version: UnsafePointer<CChar>?, _ upload: UnsafePointer<CChar>?, _ uploadSize: UnsafeMutablePointer<Int>?,
  _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
  guard let context, let method, let uploadSize, let pointer = state?.pointee else { return .NO }
  let server = Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
  let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
  switch exchange.phase {
  case .head:
    exchange.method = String(cString: method)
    if let length = exchange.connection.bodyLength, length > server.limits.bodyBytes {
      exchange.phase = .answered
      let problem = Problem(413, "no body is read here", headers: [(name: "Connection", value: "close")])
      return server.answer(exchange, problem.reply)
    }
    exchange.phase = .body
    return .YES
  case .body where uploadSize.pointee > 0:
    exchange.received += uploadSize.pointee
    uploadSize.pointee = 0
    // There is no reply amid a body: who does not say how long it is, and sends more than the limit, is cut off.
    return exchange.received > server.limits.bodyBytes ? .NO : .YES
  case .body:
    exchange.phase = .answered
    return server.dispatch(exchange)
  case .waiting: return server.conclude(exchange)
  case .answered: return .YES
  }
}

nonisolated func requestCompleted(
  _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
  _ why: MHD_RequestTerminationCode
) {
  guard let context, let state, let pointer = state.pointee else { return }
  state.pointee = nil
  let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue()
  Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue().completed(exchange)
}
