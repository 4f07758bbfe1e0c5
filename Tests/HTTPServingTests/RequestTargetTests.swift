import Testing

@testable import HTTPServing

@Suite struct RequestTargetTests {
  @Test(
    "a target is decoded segment by segment",
    arguments: [
      ("/", [""]), ("/a/b", ["a", "b"]), ("/a/", ["a", ""]), ("/a%2Fb/c", ["a/b", "c"]), ("/%C3%A9", ["é"]), ("/a+b", ["a+b"]),
    ])
  func path(raw: String, segments: [String]) throws {
    #expect(try #require(RequestTarget(raw)).segments == segments)
  }

  @Test("what is no percent-encoded UTF-8 is refused", arguments: ["/%", "/%2", "/%zz", "/%ff", "/%00", "/a?b=%ff", "a", "", "*"])
  func malformed(raw: String) {
    #expect(RequestTarget(raw) == nil)
  }

  @Test("a query keeps order and repetition, and a plus is a space")
  func query() throws {
    let query = try #require(RequestTarget("/a?x=1&y=a+b%2Bc&x=2,3&z&=w#x=9")).query
    #expect(query.list("x") == ["1", "2", "3"])
    #expect(query.first("y") == "a b+c")
    #expect(query.first("z") == "")
    #expect(query.first("w") == nil)
  }

  @Test("an unknown parameter and a number out of range are problems that say what is possible")
  func problems() throws {
    let query = Query([(name: "limit", value: "0"), (name: "colour", value: "red")])
    let unknown = try #require(throws: Problem.self) { try query.allow(["limit", "state"]) }
    #expect(unknown.status == 400)
    #expect(unknown.detail == "`colour` is not a parameter here: there are `limit`, `state`")
    let range = try #require(throws: Problem.self) { try query.number("limit", in: 1...500, default: 100) }
    #expect(range.detail == "`limit` is a whole number from 1 to 500, not `0`")
    #expect(try Query().number("limit", in: 1...500, default: 100) == 100)
  }

  @Test("routes match literal segments and take the others", arguments: [("/a/b", nil), ("/a/b/c", "b"), ("/a//c", nil), ("/a/b/d", nil)])
  func routes(path: String, value: String?) throws {
    let route = Route.quick("/a/{x}/c") { _ in .text("") }
    #expect(route.match(try #require(RequestTarget(path)).segments)?["x"] == value)
  }

  @Test(
    "gzip is sent to those who take it",
    arguments: [
      ("gzip", true), ("br, GZIP;q=0.5", true), ("gzip;q=0", false), ("gzip; q=0.000, *", false), ("*", true), ("*;q=0", false),
      ("identity", false), ("", false),
    ])
  func acceptsGzip(header: String, takes: Bool) {
    #expect(Request(method: "GET", path: "/", headers: [(name: "accept-encoding", value: header)]).acceptsGzip == takes)
  }

  @Test(
    "an address to listen on has a host and a port",
    arguments: [
      ("127.0.0.1:8080", "127.0.0.1:8080"), ("[::1]:0", "[::1]:0"), (":80", ":80"), ("localhost:1", "localhost:1"), ("8080", nil),
      ("a:b", nil), ("::1:80", nil), ("h:70000", nil), ("", nil),
    ])
  func addresses(text: String, description: String?) {
    #expect(ListenAddress(text)?.description == description)
  }
}
