/// Finds the route of a request. Of two that match, the first declared answers.
struct RouteTable: Sendable {
  let routes: [Route]

  init(_ routes: [Route]) {
    let templates = routes.map(\.template)
    precondition(Set(templates).count == templates.count, "each template is declared once")
    self.routes = routes
  }

  func find(_ method: String, _ target: RequestTarget) throws(Problem) -> (route: Route, parameters: [String: String]) {
    for route in routes {
      guard let parameters = route.match(target.segments) else { continue }
      guard method == "GET" || method == "HEAD" else {
        throw Problem(405, "`\(route.template)` answers GET and HEAD", headers: [(name: "Allow", value: "GET, HEAD")])
      }
      return (route, parameters)
    }
    throw Problem(404, "there is nothing at `\(target.path)`")
  }
}
