internal import COpenSSL
internal import EventModel
internal import RuleLanguage

/// The ids of outputs (language.md 9.1): the first 128 bits of the SHA-256 of a JSON array, in lower-case hex.
enum Identity {
  static func hash(of json: [UInt8]) -> String { hex(sha256(json).prefix(16)) }

  /// In lower case.
  static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    bytes.withUnsafeBufferPointer { content in
      digest.withUnsafeMutableBufferPointer { out in _ = SHA256(content.baseAddress, content.count, out.baseAddress) }
    }
    return digest
  }

  /// HMAC-SHA-256 (RFC 2104).
  static func hmac(_ bytes: [UInt8], secret: [UInt8]) -> [UInt8] {
    let key = secret.count > 64 ? sha256(secret) : secret
    let block = key + [UInt8](repeating: 0, count: 64 - key.count)
    return sha256(block.map { $0 ^ 0x5c } + sha256(block.map { $0 ^ 0x36 } + bytes))
  }

  /// The id of a violation: of its rule, the owner region (nil: `scope global`), the key and the anchor.
  static func violation(rule: String, region: String?, key: [UInt8], anchor: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter()
    json.array {
      $0.write(rule)
      if let region { $0.write(region) } else { $0.null() }
      $0.raw(key)
      $0.array(anchor)
    }
    return hash(of: json.bytes)
  }
}

extension JSONWriter {
  /// The key of a record: the typed parts, in the order of `by`.
  mutating func writeKey(_ parts: [Value]) {
    array { for part in parts { $0.writeKeyPart(part) } }
  }

  /// An event as a part of an anchor.
  mutating func writeAnchor(_ event: EventRef, _ stream: CheckedStream) {
    array {
      switch event.id {
      case .place:
        $0.write(stream.topic)
        $0.write(event.partition)
        $0.write(event.offset)
      case .int(let id):
        $0.write(stream.name)
        $0.write(id)
      case .text(let id):
        $0.write(stream.name)
        $0.write(String(decoding: id, as: UTF8.self))
      }
    }
  }
}
