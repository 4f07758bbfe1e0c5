/// Diagnostics for machines: one JSON object each, with lines and columns from 1 (of characters) and byte ranges.
package struct JSONRenderer: Sendable {
  package var sources: SourceTexts

  package init(sources: SourceTexts) { self.sources = sources }

  /// A JSON array of all of them.
  package func render(_ diagnostics: [Diagnostic]) -> String { "[" + diagnostics.map { render($0) }.joined(separator: ",") + "]" }

  /// `{"code", "severity", "message", "file", "start", "end", "line", "column", "end_line", "end_column", "notes", "help", "edit"}`; the
  /// lines and columns only where the text is at hand, the last two only where there are any.
  package func render(_ diagnostic: Diagnostic) -> String {
    var members = [
      ("code", quote(diagnostic.code.description)), ("severity", quote(diagnostic.severity.rawValue)),
      ("message", quote(diagnostic.message)),
    ]
    members += place(diagnostic.span)
    let notes = diagnostic.notes.map { note in object([("message", quote(note.message))] + (note.span.map { place($0) } ?? [])) }
    members.append(("notes", "[" + notes.joined(separator: ",") + "]"))
    if let help = diagnostic.help { members.append(("help", quote(help))) }
    if let edit = diagnostic.edit {
      members.append(("edit", object(place(edit.span) + [("replacement", quote(edit.replacement))])))
    }
    return object(members)
  }

  private func place(_ span: SourceSpan) -> [(String, String)] {
    var members = [("file", quote(span.file)), ("start", String(span.range.lowerBound)), ("end", String(span.range.upperBound))]
    if let source = sources[span.file] {
      let (start, end) = (source.position(of: span.range.lowerBound), source.position(of: span.range.upperBound))
      members += [
        ("line", String(start.line)), ("column", String(start.column)), ("end_line", String(end.line)), ("end_column", String(end.column)),
      ]
    }
    return members
  }

  private func object(_ members: [(String, String)]) -> String {
    "{" + members.map { "\(quote($0.0)):\($0.1)" }.joined(separator: ",") + "}"
  }

  private func quote(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
