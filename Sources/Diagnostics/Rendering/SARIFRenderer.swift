/// Diagnostics in the Static Analysis Results Interchange Format, SARIF 2.1.0, which code scanning of forges and many editors read.
/// Columns count Unicode scalars; what a note says of another place is a related location, an edit is a fix.
package struct SARIFRenderer: Sendable {
  package var sources: SourceTexts
  /// Of the tool that found them.
  package var version: String
  /// Every code that there may be.
  package var catalogue: [DiagnosticEntry]

  package init(sources: SourceTexts, version: String, catalogue: [DiagnosticEntry]) {
    self.sources = sources
    self.version = version
    self.catalogue = catalogue
  }

  /// A log with one run.
  package func render(_ diagnostics: [Diagnostic]) -> String {
    let codes = Set(diagnostics.map(\.code))
    let rules = catalogue.filter { codes.contains($0.code) }.sorted { $0.code < $1.code }
    let numbers = Dictionary(uniqueKeysWithValues: rules.enumerated().map { ($1.code, $0) })
    let driver = JSONText.object([
      ("name", JSONText.quoted("tenet")), ("version", JSONText.quoted(version)), ("rules", JSONText.array(rules.map(rule))),
    ])
    let run = JSONText.object([
      ("tool", JSONText.object([("driver", driver)])), ("columnKind", JSONText.quoted("unicodeCodePoints")),
      ("results", JSONText.array(diagnostics.map { result($0, rule: numbers[$0.code]) })),
    ])
    return JSONText.object([
      ("$schema", JSONText.quoted("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")),
      ("version", JSONText.quoted("2.1.0")), ("runs", JSONText.array([run])),
    ])
  }

  private func rule(_ entry: DiagnosticEntry) -> String {
    JSONText.object([
      ("id", JSONText.quoted(entry.code.description)), ("shortDescription", message(entry.title)),
      ("fullDescription", message(entry.explanation)), ("help", message(entry.explanation)),
      ("defaultConfiguration", JSONText.object([("level", JSONText.quoted(entry.severity.rawValue))])),
    ])
  }

  private func result(_ diagnostic: Diagnostic, rule: Int?) -> String {
    let lines =
      [diagnostic.message] + diagnostic.notes.filter { $0.span == nil }.map { "note: \($0.message)" }
      + (diagnostic.help.map { ["help: \($0)"] } ?? [])
    var members = [("ruleId", JSONText.quoted(diagnostic.code.description))]
    if let rule { members.append(("ruleIndex", String(rule))) }
    members += [
      ("level", JSONText.quoted(diagnostic.severity.rawValue)), ("message", message(lines.joined(separator: "\n"))),
      ("locations", JSONText.array([location(diagnostic.span)])),
    ]
    let related = diagnostic.notes.compactMap { note in note.span.map { location($0, message: note.message) } }
    if !related.isEmpty { members.append(("relatedLocations", JSONText.array(related))) }
    if let edit = diagnostic.edit, let region = region(edit.span) {
      let replacement = JSONText.object([("deletedRegion", region), ("insertedContent", message(edit.replacement))])
      let change = JSONText.object([
        ("artifactLocation", artifact(edit.span.file)), ("replacements", JSONText.array([replacement])),
      ])
      let fix = [("artifactChanges", JSONText.array([change]))]
      members.append(
        ("fixes", JSONText.array([JSONText.object((diagnostic.help.map { [("description", message($0))] } ?? []) + fix)])))
    }
    return JSONText.object(members)
  }

  private func message(_ text: String) -> String { JSONText.object([("text", JSONText.quoted(text))]) }

  private func location(_ span: SourceSpan, message text: String? = nil) -> String {
    let place = [("artifactLocation", artifact(span.file))] + (region(span).map { [("region", $0)] } ?? [])
    return JSONText.object([("physicalLocation", JSONText.object(place))] + (text.map { [("message", message($0))] } ?? []))
  }

  /// Nil where the text is not at hand.
  private func region(_ span: SourceSpan) -> String? {
    guard let source = sources[span.file] else { return nil }
    func place(_ offset: Int) -> (line: Int, column: Int) { (source.position(of: offset).line, source.scalarColumn(of: offset)) }
    let (start, end) = (place(span.range.lowerBound), place(span.range.upperBound))
    return JSONText.object([
      ("startLine", String(start.line)), ("startColumn", String(start.column)), ("endLine", String(end.line)),
      ("endColumn", String(end.column)),
    ])
  }

  private func artifact(_ path: String) -> String { JSONText.object([("uri", JSONText.quoted(FileReference.of(path)))]) }
}
