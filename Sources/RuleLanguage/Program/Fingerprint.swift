import Diagnostics
import EventModel

/// The fingerprint of a program: what its rules say, its schemas describe and the time-zone database holds, whatever the order of files and declarations, the layout and
/// the comments.
enum ProgramFingerprint {
  /// `sha256:` and 64 digits. The declarations go in as their tokens, in order of keyword and name, then the schemas' canonical bytes in
  /// order of their streams, then the version of the time zones.
  static func of(_ files: [FileSyntax], schemas: [(stream: String, canonical: [UInt8])]) -> String {
    let declarations = files.flatMap(texts)
    var bytes: [UInt8] = []
    for text in declarations.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) { append(Array(text.utf8), to: &bytes) }
    for schema in schemas.sorted(by: { $0.stream.utf8.lexicographicallyPrecedes($1.stream.utf8) }) {
      append(Array(schema.stream.utf8), to: &bytes)
      append(schema.canonical, to: &bytes)
    }
    append(Array(CivilTimeZone.version.utf8), to: &bytes)
    return "sha256:" + SHA256.hex(bytes)
  }

  /// The declarations of a file that rules rest on.
  private static func texts(of file: FileSyntax) -> [String] {
    var rest = file.tokens[...]
    return file.declarations.compactMap { declaration in
      let span = declaration.span.range
      rest = rest.drop { $0.range.lowerBound < span.lowerBound }
      let tokens = rest.prefix { $0.range.lowerBound < span.upperBound }
      switch declaration.kind {
      case .test, .fixture: return nil
      default: break
      }
      let text = tokens.map { file.source.text($0.range) }.joined(separator: " ")
      // Documentation is the message of a rule that has none.
      return text + " /// " + (declaration.documentation ?? "")
    }
  }

  /// With its length before it, so that no two sequences of parts are one sequence of bytes.
  private static func append(_ part: [UInt8], to bytes: inout [UInt8]) {
    bytes += Array("\(part.count):".utf8)
    bytes += part
  }
}
