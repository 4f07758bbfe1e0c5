/// A path and what answers it. All routes are `GET`, and answer `HEAD` too.
package struct Route: Sendable {
  enum Handler: Sendable {
    case fixed(Reply)
    case quick(@Sendable (Request) -> Reply)
    case slow(@Sendable (Request) throws(Problem) -> Reply)
    case events(@Sendable (Request, EventStream) throws(Problem) -> Void)
  }
  enum Segment: Sendable, Equatable {
    case literal(String)
    case parameter(String)
  }

  /// As it was declared: `/api/v1/violations/{id}`.
  package let template: String
  let segments: [Segment]
  let handler: Handler

  private init(_ template: String, _ handler: Handler) {
    precondition(template.hasPrefix("/"), "a template begins with a slash")
    self.template = template
    self.handler = handler
    segments = template.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
      $0.hasPrefix("{") && $0.hasSuffix("}") ? .parameter(String($0.dropFirst().dropLast())) : .literal(String($0))
    }
  }

  /// One reply for all.
  package static func fixed(_ template: String, _ reply: Reply) -> Route { Route(template, .fixed(reply)) }

  /// Answered on the server's own thread: only for what neither waits nor computes.
  package static func quick(_ template: String, _ answer: @escaping @Sendable (Request) -> Reply) -> Route {
    Route(template, .quick(answer))
  }

  /// Answered on a worker's thread, which may wait.
  package static func get(_ template: String, _ answer: @escaping @Sendable (Request) throws(Problem) -> Reply) -> Route {
    Route(template, .slow(answer))
  }

  /// A stream of server-sent events. `open` runs on a worker's thread before the first byte is sent, and hands the stream to who will feed it.
  package static func events(
    _ template: String, _ open: @escaping @Sendable (Request, EventStream) throws(Problem) -> Void
  ) -> Route {
    Route(template, .events(open))
  }

  /// The values of the template's parameters, if the path is one of its.
  func match(_ path: [String]) -> [String: String]? {
    guard path.count == segments.count else { return nil }
    var parameters: [String: String] = [:]
    for (segment, value) in zip(segments, path) {
      switch segment {
      case .literal(let text): if text != value { return nil }
      case .parameter(let name):
        if value.isEmpty { return nil }
        parameters[name] = value
      }
    }
    return parameters
  }
}
