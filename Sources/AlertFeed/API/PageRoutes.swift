internal import COpenSSL
internal import EventModel
internal import HTTPServing

extension Route {
  /// The page, and a policy that lets it run its own script and style and talk to this server, and nothing else.
  static func page() -> Route {
    let page = Page.whole
    let policy = [
      "default-src 'none'", "script-src '\(page.scriptHash)'", "style-src '\(page.styleHash)'",
      "connect-src 'self'", "img-src data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
      "require-trusted-types-for 'script'", "trusted-types 'none'",
    ].joined(separator: "; ")
    return .fixed(
      "/",
      .fixed(
        page.html, contentType: "text/html; charset=utf-8", tag: tag(page.html),
        headers: [(name: "Content-Security-Policy", value: policy), (name: "Referrer-Policy", value: "no-referrer")]))
  }

  /// The description of the interface.
  static func openAPI() -> Route {
    let document = PackageResources.openapi_json
    return .fixed("/openapi.json", .fixed(document, contentType: "application/json", tag: tag(document)))
  }

  private static func tag(_ bytes: [UInt8]) -> String { String(Base64.encode(sha256(bytes)).prefix(16)) }
}

/// The page as one file: style and script inline, and the hashes by which a policy allows them.
struct Page {
  /// Put together once.
  static let whole = Page()

  let html: [UInt8]
  let styleHash: String
  let scriptHash: String

  private init() {
    let style = PackageResources.page_css
    let script = [
      PackageResources.format_js, PackageResources.filters_js, PackageResources.list_js, PackageResources.kpis_js,
      PackageResources.detail_js, PackageResources.connection_js, PackageResources.main_js,
    ].joined()
    styleHash = "sha256-" + Base64.encode(sha256(style))
    scriptHash = "sha256-" + Base64.encode(sha256(Array(script)))
    let markup = String(decoding: PackageResources.page_html, as: UTF8.self)
    let filled = [("style", style), ("script", Array(script))].reduce(markup) { page, part in
      let (element, content) = (part.0, String(decoding: part.1, as: UTF8.self))
      let parts = page.split(separator: "<\(element)></\(element)>", maxSplits: 1, omittingEmptySubsequences: false)
      precondition(parts.count == 2, "the page has a place for its \(element)")
      return "\(parts[0])<\(element)>\(content)</\(element)>\(parts[1])"
    }
    html = Array(filled.utf8)
  }
}

private func sha256(_ bytes: [UInt8]) -> [UInt8] {
  [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { digest, count in
    SHA256(bytes, bytes.count, digest.baseAddress)
    count = Int(SHA256_DIGEST_LENGTH)
  }
}
