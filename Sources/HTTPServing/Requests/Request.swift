/// One request, as its handler sees it.
package struct Request: Sendable {
  package var method: String
  /// The path as it was sent, without the query.
  package var path: String
  /// Values of the `{name}` segments of the route's template, decoded.
  package var parameters: [String: String]
  package var query: Query
  private let headers: [(name: String, value: String)]

  package init(
    method: String, path: String, parameters: [String: String] = [:], query: Query = Query(), headers: [(name: String, value: String)] = []
  ) {
    self.method = method
    self.path = path
    self.parameters = parameters
    self.query = query
    self.headers = headers
  }

  /// The first header of this name, whatever its case.
  package func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// Whether the client takes gzip: named, or `*`, with a quality above 0 (RFC 9110, 12.5.3).
  var acceptsGzip: Bool {
    var star: Bool?
    for (name, value) in headers where name.lowercased() == "accept-encoding" {
      for part in value.split(separator: ",") {
        let pieces = part.split(separator: ";").map { $0.trimmingSpaces().lowercased() }
        let refused = pieces.dropFirst().contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
        if pieces.first == "gzip" || pieces.first == "x-gzip" { return !refused }
        if pieces.first == "*" { star = !refused }
      }
    }
    return star ?? false
  }
}

extension Substring {
  func trimmingSpaces() -> Substring {
    var text = self.drop { $0 == " " || $0 == "\t" }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }
}
