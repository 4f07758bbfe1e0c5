/// Diagnostics for machines: one JSON object each, with lines and columns from 1 (of characters) and byte ranges.
package struct JSONRenderer: Sendable {
  package var sources: SourceTexts

  package init(sources: SourceTexts) { self.sources = sources }

  /// A JSON array of all of them.
  package func render(_ diagnostics: [Diagnostic]) -> String { JSONText.array(diagnostics.map { render($0) }) }

  /// `{"code", "severity", "message", "file", "start", "end", "line", "column", "end_line", "end_column", "notes", "help", "edit"}`; the
  /// lines and columns only where the text is at hand, the last two only where there are any.
  package func render(_ diagnostic: Diagnostic) -> String {
    var members = [
      ("code", JSONText.quoted(diagnostic.code.description)), ("severity", JSONText.quoted(diagnostic.severity.rawValue)),
      ("message", JSONText.quoted(diagnostic.message)),
    ]
    members += place(diagnostic.span)
    let notes = diagnostic.notes.map { note in
      JSONText.object([("message", JSONText.quoted(note.message))] + (note.span.map { place($0) } ?? []))
    }
    members.append(("notes", JSONText.array(notes)))
    if let help = diagnostic.help { members.append(("help", JSONText.quoted(help))) }
    if let edit = diagnostic.edit {
      members.append(("edit", JSONText.object(place(edit.span) + [("replacement", JSONText.quoted(edit.replacement))])))
    }
    return JSONText.object(members)
  }

  private func place(_ span: SourceSpan) -> [(String, String)] {
    var members = [("file", JSONText.quoted(span.file)), ("start", String(span.range.lowerBound)), ("end", String(span.range.upperBound))]
    if let source = sources[span.file] {
      let (start, end) = (source.position(of: span.range.lowerBound), source.position(of: span.range.upperBound))
      members += [
        ("line", String(start.line)), ("column", String(start.column)), ("end_line", String(end.line)), ("end_column", String(end.column)),
      ]
    }
    return members
  }
}
