import Dispatch
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import HTTPServing

/// A server on a free port that stops with the test.
final class TestServer {
  let metrics = MetricsRegistry()
  let server: HTTPServer
  var port: UInt16 { server.address.port }

  init(_ routes: [Route], limits: ServerLimits = ServerLimits(), log: Logger = .silent) throws {
    server = HTTPServer(
      listen: ListenAddress(host: "127.0.0.1", port: 0), routes: routes, limits: limits, metrics: metrics, log: log)
    try server.start()
  }
  deinit { server.stop() }

  func get(_ target: String, method: String = "GET", headers: [(String, String)] = []) throws -> HTTPConnection.Response {
    try HTTPConnection.get(target, port: port, method: method, headers: headers)
  }
}

@Suite(.timeLimit(.minutes(1))) struct HTTPServerTests {
  let long = String(repeating: "tenet ", count: 1_000)

  @Test("handlers see path parameters, query and headers, on the server's thread and on a worker's", arguments: ["/quick", "/slow"])
  func handlers(prefix: String) throws {
    @Sendable func answer(_ request: Request) -> Reply {
      .text([request.parameters["id"], request.query.first("q"), request.header("x-test")].map { $0 ?? "-" }.joined(separator: " "))
    }
    let server = try TestServer([.quick("/quick/{id}", answer), .get("/slow/{id}", answer)])
    let response = try server.get("\(prefix)/a%20b?q=%C3%A9", headers: [("X-Test", "yes")])
    #expect(response.status == 200)
    #expect(response.text == "a b é yes")
    #expect(response.header("X-Content-Type-Options") == "nosniff")
  }

  @Test("a connection serves one request after the other")
  func keepAlive() throws {
    let server = try TestServer([.get("/{n}") { request throws(Problem) in .text(request.parameters["n"] ?? "") }])
    let connection = try HTTPConnection(port: server.port)
    for n in 0..<20 { #expect(try connection.request("/\(n)").text == "\(n)") }
  }

  @Test("errors are problems as RFC 9457 writes them")
  func problems() throws {
    let server = try TestServer([
      .get("/broken") { _ throws(Problem) in throw Problem(400, #"say "why""#) }, .quick("/there") { _ in .text("") },
    ])
    let broken = try server.get("/broken")
    #expect(broken.status == 400)
    #expect(broken.header("Content-Type") == "application/problem+json")
    #expect(broken.text == #"{"type":"about:blank","title":"Bad Request","status":400,"detail":"say \"why\""}"#)
    #expect(try server.get("/nowhere").status == 404)
    #expect(try server.get("/%ff").status == 400)
    let wrong = try server.get("/there", method: "DELETE")
    #expect(wrong.status == 405)
    #expect(wrong.header("Allow") == "GET, HEAD")
  }

  @Test("HEAD says what GET would, without the body", arguments: ["/fixed", "/slow", "/problem"])
  func head(path: String) throws {
    let body = long
    let server = try TestServer([
      .fixed("/fixed", .fixed(Array(body.utf8), contentType: "text/plain", tag: "1")), .get("/slow") { _ in .text(body) },
      .get("/problem") { _ throws(Problem) in throw Problem(404, "no") },
    ])
    let get = try server.get(path)
    let head = try server.get(path, method: "HEAD")
    #expect(head.status == get.status)
    #expect(head.header("Content-Length") == "\(get.body.count)")
    #expect(head.body.isEmpty)
  }

  @Test("a long reply is packed for who takes gzip, and for nobody else", arguments: ["/fixed", "/slow"])
  func packed(path: String) throws {
    let body = long
    let server = try TestServer([
      .fixed("/fixed", .fixed(Array(body.utf8), contentType: "text/plain", tag: "1")), .get("/slow") { _ in .text(body) },
    ])
    let plain = try server.get(path)
    #expect(plain.text == body)
    #expect(plain.header("Vary") == "Accept-Encoding")
    let packed = try server.get(path, headers: [("Accept-Encoding", "gzip, br")])
    #expect(packed.header("Content-Encoding") == "gzip")
    #expect(packed.body.count < body.utf8.count / 10)
    #expect(gunzip(packed.body) == Array(body.utf8))
  }

  @Test("who has a fixed reply already is not sent it again")
  func notModified() throws {
    let server = try TestServer([.fixed("/", .fixed(Array(long.utf8), contentType: "text/plain", tag: "abc"))])
    #expect(try server.get("/").header("ETag") == "\"abc\"")
    for known in ["\"abc\"", "\"x\", W/\"abc\"", "*"] { #expect(try server.get("/", headers: [("If-None-Match", known)]).status == 304) }
    #expect(try server.get("/", headers: [("If-None-Match", "\"abd\"")]).status == 200)
  }

  @Test("a slow handler holds up neither the server's thread nor its own client's next request")
  func slow() throws {
    let gate = DispatchSemaphore(value: 0)
    let server = try TestServer([
      .get("/slow") { _ in
        gate.wait()
        return .text("slow")
      }, .quick("/quick") { _ in .text("quick") },
    ])
    let waiting = try HTTPConnection(port: server.port)
    try waiting.send("/slow")
    #expect(try server.get("/quick").text == "quick")
    gate.signal()
    #expect(try waiting.head().status == 200)
  }

  @Test("when too many requests wait, further ones are told to come back")
  func overload() throws {
    let gate = DispatchSemaphore(value: 0)
    let begun = DispatchSemaphore(value: 0)
    var limits = ServerLimits()
    (limits.workers, limits.waiting) = (1, 1)
    let server = try TestServer(
      [
        .get("/slow") { _ in
          begun.signal()
          gate.wait()
          return .text("")
        }
      ], limits: limits)
    let first = try HTTPConnection(port: server.port)
    try first.send("/slow")
    begun.wait()
    // Of two more, one waits; whichever the server reads second is refused.
    let others = [try HTTPConnection(port: server.port), try HTTPConnection(port: server.port)]
    for other in others { try other.send("/slow") }
    #expect(HTTPConnection.waitForAnswer(of: others))
    for _ in 0..<2 { gate.signal() }
    #expect(try others.map { try $0.head().status }.sorted() == [200, 503])
    #expect(try first.head().status == 200)
  }

  @Test("a body is read past, and who sends one gets the answer that it would get without")
  func bodies() throws {
    let server = try TestServer([.quick("/") { _ in .text("ok") }])
    let connection = try HTTPConnection(port: server.port)
    for size in [5_000, 200_000, 8_000_000] {
      let body = [UInt8](repeating: 65, count: size)
      #expect(try connection.request("/", body: body).text == "ok")
      #expect(try connection.request("/", method: "POST", body: body).status == 405)
      #expect(try connection.request("/nowhere", method: "POST", body: body).status == 404)
    }
    #expect(try connection.request("/").text == "ok")
  }

  @Test("a body that is announced as huge is refused before it comes, and one that goes on without end is cut off")
  func hugeBodies() throws {
    let server = try TestServer([.quick("/") { _ in .text("ok") }])
    let announced = try HTTPConnection(port: server.port)
    try announced.send("/", method: "POST", headers: [("Content-Length", "1000000000")])
    let answer = try announced.head()
    #expect(answer.status == 413 && answer.header("Content-Type") == "application/problem+json")
    let endless = try HTTPConnection(port: server.port)
    #expect(throws: HTTPConnection.Failure.self) {
      let chunk = "100000\r\n" + String(repeating: "A", count: 0x100000) + "\r\n"
      let body = Array(String(repeating: chunk, count: 20).utf8)
      try endless.send("/", method: "POST", headers: [("Transfer-Encoding", "chunked")], text: body)
      _ = try endless.head()
    }
    #expect(try server.get("/").text == "ok")
  }

  @Test("a taken port is an error that says so, and frees with its holder")
  func taken() throws {
    let server = try TestServer([])
    let address = server.server.address
    let second = HTTPServer(listen: address, routes: [], metrics: MetricsRegistry(), log: .silent)
    let fault = try #require(throws: ListenFault.self) { try second.start() }
    #expect(fault.isTaken)
    #expect(fault.description == "cannot listen on `\(address)`: another process listens there")
    let third = HTTPServer(listen: address, routes: [], metrics: MetricsRegistry(), log: .silent)
    try third.start(orFreePort: true)
    #expect(third.address.port != address.port)
    third.stop()
    server.server.stop()
    try second.start()
    #expect(second.address == address)
    second.stop()
  }

  @Test("requests are counted by route, method and status")
  func counted() throws {
    let server = try TestServer([.quick("/a/{id}") { _ in .text("") }, .metrics(MetricsRegistry())])
    _ = try server.get("/a/1")
    _ = try server.get("/a/2", method: "HEAD")
    _ = try server.get("/b")
    _ = try server.get("/a/1", method: "BREW")
    let text = server.metrics.text()
    #expect(text.contains(#"tenet_http_requests_total{route="/a/{id}",method="GET",status="200"} 1"#))
    #expect(text.contains(#"tenet_http_requests_total{route="/a/{id}",method="HEAD",status="200"} 1"#))
    #expect(text.contains(#"tenet_http_requests_total{route="none",method="GET",status="404"} 1"#))
    #expect(text.contains(#"tenet_http_requests_total{route="none",method="other",status="405"} 1"#))
    #expect(try server.get("/metrics").header("Content-Type") == MetricsRegistry.contentType)
  }

  @Test("stopping answers what had begun, and is done but once")
  func stopping() throws {
    let begun = DispatchSemaphore(value: 0)
    let gate = DispatchSemaphore(value: 0)
    let isStopping = DispatchSemaphore(value: 0)
    let log = Logger(level: .debug, to: LogSink { if String(decoding: $0, as: UTF8.self).contains("no further") { isStopping.signal() } })
    let server = try TestServer(
      [
        .get("/slow") { _ in
          begun.signal()
          gate.wait()
          return .text("done")
        }
      ], log: log)
    let connection = try HTTPConnection(port: server.port)
    try connection.send("/slow")
    begun.wait()
    let stopped = DispatchSemaphore(value: 0)
    let inner = server.server
    DispatchQueue.global().async {
      inner.stop()
      stopped.signal()
    }
    #expect(isStopping.wait(timeout: .now() + 30) == .success)
    gate.signal()
    #expect(try connection.head().status == 200)
    stopped.wait()
    inner.stop()
  }
}
