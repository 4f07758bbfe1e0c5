import Dispatch
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import HTTPServing

/// A server whose streams the test feeds.
final class StreamServer: Sendable {
  let opened = Mutex<[(stream: EventStream, lastEventID: String?)]>([])
  let metrics = MetricsRegistry()
  let server: HTTPServer

  init(limits: ServerLimits = ServerLimits()) throws {
    let list = Mutex<(@Sendable (EventStream, String?) -> Void)?>(nil)
    server = HTTPServer(
      listen: ListenAddress(host: "127.0.0.1", port: 0),
      routes: [
        .events("/events") { request, stream in
          stream.send(ServerSentEvent(event: "first", id: "0", data: Array("hello".utf8)))
          list.withLock { $0 }?(stream, request.header("Last-Event-ID"))
        }
      ], limits: limits, metrics: metrics, log: .silent)
    list.withLock { $0 = { [weak self] stream, id in self?.opened.withLock { $0.append((stream, id)) } } }
    try server.start()
  }
  deinit { server.stop() }

  func source(lastEventID: String? = nil, receiveBuffer: Int32? = nil) throws -> EventSource {
    let source = try EventSource("/events", port: server.address.port, lastEventID: lastEventID, receiveBuffer: receiveBuffer)
    #expect(try source.next()?.data == "hello")
    return source
  }
  var streams: [EventStream] { opened.withLock { $0.map(\.stream) } }
}

private func event(_ number: Int, _ data: String = "x") -> ServerSentEvent {
  ServerSentEvent(event: "e", id: "\(number)", data: Array(data.utf8))
}

@Suite(.timeLimit(.minutes(1))) struct EventStreamTests {
  @Test("events reach every client in order, with their ids and lines")
  func order() throws {
    let server = try StreamServer()
    let sources = try (0..<3).map { try server.source(lastEventID: "n-\($0)") }
    #expect(sources[0].response.header("Content-Type") == "text/event-stream")
    #expect(server.opened.withLock { $0.map(\.lastEventID) } == ["n-0", "n-1", "n-2"])
    for stream in server.streams {
      for n in 0..<500 { #expect(stream.send(event(n, "line \(n)\nanother\r\nthird")) == .queued) }
    }
    for source in sources {
      for n in 0..<500 {
        #expect(try source.next() == EventSource.Event(id: "\(n)", name: "e", data: "line \(n)\nanother\nthird"))
      }
    }
  }

  @Test("a stream that was quiet wakes up with the next event")
  func wakes() throws {
    let server = try StreamServer()
    let source = try server.source()
    for n in 0..<50 {
      server.streams[0].send(event(n))
      #expect(try source.next()?.id == "\(n)")
    }
  }

  @Test("a comment comes when nothing else does")
  func comments() throws {
    var limits = ServerLimits()
    limits.comment = .milliseconds(20)
    let server = try StreamServer(limits: limits)
    let source = try server.source()
    for _ in 0..<3 { #expect(try source.nextComment()) }
  }

  @Test("a client that does not read is cut off; the others get everything")
  func cutOff() throws {
    var limits = ServerLimits()
    limits.streamBytes = 200_000
    let server = try StreamServer(limits: limits)
    let lazy = try server.source(receiveBuffer: 4_096)
    let lazyStream = server.streams[0]
    let quick = try server.source()
    let quickStream = server.streams[1]
    let data = String(repeating: "y", count: 10_000)
    var sent = 0
    while lazyStream.send(event(sent, data)) == .queued {
      #expect(quickStream.send(event(sent, data)) == .queued)
      #expect(try quick.next()?.id == "\(sent)")
      sent += 1
      try #require(sent < 10_000, "the queue is bounded")
    }
    let closed = DispatchSemaphore(value: 0)
    lazyStream.onClose { closed.signal() }
    #expect(throws: HTTPConnection.Failure.self) { while try lazy.next() != nil {} }
    #expect(closed.wait(timeout: .now() + 20) == .success)
    #expect(server.server.openStreams == 1)
    #expect(server.metrics.text().contains("tenet_http_streams_cut_off_total 1\n"))
    #expect(server.metrics.text().contains("tenet_http_streams 1\n"))
    #expect(lazyStream.send(event(0)) == .closed)
    quickStream.send(event(-1))
    #expect(try quick.next()?.id == "-1")
  }

  @Test("who waits for room is called when the client has read")
  func room() throws {
    var limits = ServerLimits()
    limits.streamBytes = 1 << 22
    let server = try StreamServer(limits: limits)
    let source = try server.source(receiveBuffer: 4_096)
    let stream = server.streams[0]
    let data = String(repeating: "z", count: 100_000)
    var sent = 0
    let called = Mutex(true)
    while called.withLock({ $0 }) {
      stream.send(event(sent, data))
      sent += 1
      called.withLock { $0 = false }
      stream.whenRoom { called.withLock { $0 = true } }
    }
    for n in 0..<sent { #expect(try source.next()?.id == "\(n)") }
    #expect(called.withLock { $0 })
  }

  @Test("a client that left is noticed, and its stream closed")
  func left() throws {
    var limits = ServerLimits()
    limits.comment = .milliseconds(10)
    let server = try StreamServer(limits: limits)
    let closed = DispatchSemaphore(value: 0)
    do {
      let source = try server.source()
      _ = source
      server.streams[0].onClose { closed.signal() }
    }
    #expect(closed.wait(timeout: .now() + 20) == .success)
    #expect(server.server.openStreams == 0)
  }

  @Test("stopping ends every stream as it should, sleeping or not")
  func stopping() throws {
    let server = try StreamServer()
    let sources = try (0..<20).map { _ in try server.source() }
    for stream in server.streams.prefix(10) { stream.send(event(1)) }
    server.server.stop()
    for source in sources.prefix(10) { #expect(try source.next()?.id == "1") }
    for source in sources { #expect(try source.next() == nil) }
    #expect(server.server.openStreams == 0)
  }

  @Test("stopping does not wait for a client that does not read")
  func stoppingStuck() throws {
    var limits = ServerLimits()
    limits.streamBytes = 1 << 25
    limits.farewell = .milliseconds(50)
    let server = try StreamServer(limits: limits)
    let lazy = try server.source(receiveBuffer: 4_096)
    for n in 0..<30 { server.streams[0].send(event(n, String(repeating: "w", count: 1_000_000))) }
    server.server.stop()
    #expect(server.server.openStreams == 0)
    withExtendedLifetime(lazy) {}
  }

  @Test("more streams than allowed are told to come back; HEAD opens none")
  func tooMany() throws {
    var limits = ServerLimits()
    limits.streams = 1
    let server = try StreamServer(limits: limits)
    let first = try server.source()
    let refused = try HTTPConnection.get("/events", port: server.server.address.port)
    #expect(refused.status == 503)
    #expect(refused.header("Retry-After") == "10")
    let head = try HTTPConnection.get("/events", port: server.server.address.port, method: "HEAD")
    #expect(head.status == 200)
    #expect(head.header("Content-Type") == "text/event-stream")
    #expect(server.streams.count == 1)
    withExtendedLifetime(first) {}
  }
}
