internal import Telemetry

/// An error as RFC 9457 writes it, of the type `about:blank`: the status says what it is, `detail` says what to do.
package struct Problem: Error, Sendable {
  package var status: Int
  package var detail: String
  /// Headers that the status asks for, as `Allow` or `Retry-After`.
  package var headers: [(name: String, value: String)]

  package init(_ status: Int, _ detail: String, headers: [(name: String, value: String)] = []) {
    self.status = status
    self.detail = detail
    self.headers = headers
  }

  package var reply: Reply {
    var body = Array(#"{"type":"about:blank","title":"#.utf8)
    body.append(jsonString: Self.title(status))
    body.append(contentsOf: ",\"status\":\(status),\"detail\":".utf8)
    body.append(jsonString: detail)
    body.append(UInt8(ascii: "}"))
    return Reply(status, contentType: "application/problem+json", headers: headers + [Reply.noStore], body: body)
  }

  private static func title(_ status: Int) -> String {
    switch status {
    case 400: "Bad Request"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 413: "Content Too Large"
    case 500: "Internal Server Error"
    case 503: "Service Unavailable"
    default: "Error"
    }
  }
}
