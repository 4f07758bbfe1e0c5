internal import CRE2

/// A regular expression of RE2: matching takes time linear in the text.
final class RegularExpression: @unchecked Sendable {
  // RE2 objects may be matched from several threads at once.
  private let compiled: OpaquePointer

  /// Throws RE2's message when it refuses the pattern.
  init(_ pattern: String) throws(EvaluationError) {
    var pattern = pattern
    var room = [CChar](repeating: 0, count: 200)
    let made = pattern.withUTF8 { text in
      text.withMemoryRebound(to: CChar.self) { text in
        cre2_new(text.baseAddress ?? RegularExpression.empty, text.count, &room, room.count)
      }
    }
    guard let made else {
      let message = room.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw .invalid("not a regular expression: \(String(decoding: message, as: UTF8.self))")
    }
    compiled = made
  }

  deinit { cre2_free(compiled) }

  /// Whether some part of the text matches.
  func matches(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { cre2_matches(compiled, $0.baseAddress, $0.count) }
    }
  }

  private static nonisolated(unsafe) let empty = UnsafePointer<CChar>(UnsafeMutablePointer<CChar>.allocate(capacity: 1))
}
