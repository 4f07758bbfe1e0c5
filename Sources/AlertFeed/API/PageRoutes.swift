internal import COpenSSL
internal import EventModel
internal import HTTPServing

extension Route {
  /// The page, and a policy that lets it run its own script and style and talk to this server, and nothing else.
  static func page() -> Route {
    let page = PackageResources.index_html
    let policy = [
      "default-src 'none'", "script-src \(hashes(of: "script", in: page))", "style-src \(hashes(of: "style", in: page))",
      "connect-src 'self'", "img-src data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
      "require-trusted-types-for 'script'", "trusted-types 'none'",
    ].joined(separator: "; ")
    return .fixed(
      "/",
      .fixed(
        page, contentType: "text/html; charset=utf-8", tag: tag(page),
        headers: [(name: "Content-Security-Policy", value: policy), (name: "Referrer-Policy", value: "no-referrer")]))
  }

  /// The description of the interface.
  static func openAPI() -> Route {
    let document = PackageResources.openapi_json
    return .fixed("/openapi.json", .fixed(document, contentType: "application/json", tag: tag(document)))
  }

  private static func tag(_ bytes: [UInt8]) -> String { String(Base64.encode(sha256(bytes)).prefix(16)) }
}

/// The hashes by which a policy allows the inline elements of this name.
private func hashes(of element: String, in page: [UInt8]) -> String {
  let (open, close) = (Array("<\(element)>".utf8), Array("</\(element)>".utf8))
  var hashes: [String] = []
  var rest = page[...]
  while let start = firstRange(of: open, in: rest), let end = firstRange(of: close, in: rest[start.upperBound...]) {
    hashes.append("'sha256-\(Base64.encode(sha256(Array(rest[start.upperBound..<end.lowerBound]))))'")
    rest = rest[end.upperBound...]
  }
  return hashes.joined(separator: " ")
}

private func firstRange(of pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Range<Int>? {
  guard bytes.count >= pattern.count else { return nil }
  for start in bytes.startIndex...(bytes.endIndex - pattern.count) where bytes[start] == pattern[0] {
    if bytes[start..<(start + pattern.count)].elementsEqual(pattern) { return start..<(start + pattern.count) }
  }
  return nil
}

private func sha256(_ bytes: [UInt8]) -> [UInt8] {
  [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { digest, count in
    SHA256(bytes, bytes.count, digest.baseAddress)
    count = Int(SHA256_DIGEST_LENGTH)
  }
}
