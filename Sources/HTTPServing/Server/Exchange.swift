internal import CMicroHTTPD
internal import Synchronization

/// One request from its first byte to the end of its reply. Only the server's thread touches it, but for `outcome`.
final class Exchange: @unchecked Sendable {
  enum Phase { case head, body, waiting, answered }
  enum Outcome: Sendable {
    case reply(Reply)
    case stream(EventStream)
  }

  let connection: Connection
  let target: String
  var phase = Phase.head
  var method = ""
  var received = 0
  var request: Request?
  var route: Route?
  let begun = ContinuousClock.now
  /// What a worker made of the request; set before the connection is resumed.
  let outcome = Mutex<Outcome?>(nil)

  init(_ connection: Connection, target: String) {
    self.connection = connection
    self.target = target
  }
}

extension Exchange {
  /// Queues a reply.
  func queue(_ reply: Reply) -> MHD_Result {
    let response = reply.body.withUnsafeBytes {
      MHD_create_response_from_buffer($0.count, UnsafeMutableRawPointer(mutating: $0.baseAddress), .RESPMEM_MUST_COPY)
    }
    guard let response else { return .NO }
    defer { MHD_destroy_response(response) }
    for header in reply.headers { MHD_add_response_header(response, header.name, header.value) }
    return MHD_queue_response(connection.handle, UInt32(reply.status), response)
  }

  /// Queues a stream, which the response keeps alive until the connection is gone.
  func queue(_ stream: EventStream) -> MHD_Result {
    let context = Unmanaged.passRetained(stream).toOpaque()
    stream.attach(connection)
    guard let response = MHD_create_response_from_callback(.max, 4_096, readStream, context, releaseStream) else {
      releaseStream(context)
      return .NO
    }
    defer { MHD_destroy_response(response) }
    for (name, value) in Exchange.streamHeaders { MHD_add_response_header(response, name, value) }
    return MHD_queue_response(connection.handle, 200, response)
  }

  static let streamHeaders = [
    ("Content-Type", "text/event-stream"), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
    // nginx holds back what it proxies unless told not to.
    ("X-Accel-Buffering", "no"),
  ]
}

private nonisolated func readStream(
  _ context: UnsafeMutableRawPointer?, _ position: UInt64, _ buffer: UnsafeMutablePointer<CChar>?, _ room: Int
) -> Int {
  guard let context, let buffer else { return -2 }
  let stream = Unmanaged<EventStream>.fromOpaque(context).takeUnretainedValue()
  return switch stream.take(into: UnsafeMutableRawBufferPointer(start: buffer, count: room)) {
  case .bytes(let count): count
  case .asleep: 0
  case .finished: -1  // MHD_CONTENT_READER_END_OF_STREAM
  case .broken: -2  // MHD_CONTENT_READER_END_WITH_ERROR
  }
}

private nonisolated func releaseStream(_ context: UnsafeMutableRawPointer?) {
  guard let context else { return }
  Unmanaged<EventStream>.fromOpaque(context).takeRetainedValue().release()
}
