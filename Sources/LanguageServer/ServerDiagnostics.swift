import Diagnostics
import EventModel
import RuleLanguage

/// Diagnostics as the client shows them.
extension ServerState {
  /// The name of a file in spans and the place where it lies are one, but for schemas.
  mutating func publish() {
    let result = workspace.check()
    var byPath: [String: [JSONValue]] = [:]
    for path in workspace.open.keys { byPath[path] = [] }
    for diagnostic in result.diagnostics {
      let path = workspace.path(ofSource: diagnostic.span.file)
      if let json = json(diagnostic) { byPath[path, default: []].append(json) }
    }
    for path in workspace.outsiders {
      for diagnostic in workspace.mistakes(ofText: path) { if let json = json(diagnostic) { byPath[path, default: []].append(json) } }
    }
    for (path, failed) in failedTests { byPath[path, default: []] += failed }
    for path in reported.subtracting(byPath.keys) { byPath[path] = [] }
    for (path, diagnostics) in byPath.sorted(by: { $0.key < $1.key }) {
      outgoing.append(
        Reply.notification(
          "textDocument/publishDiagnostics",
          .of([
            ("uri", .string(workspace.uri(of: path))), ("version", workspace.open[path]?.version), ("diagnostics", .array(diagnostics)),
          ])))
    }
    reported = Set(byPath.filter { !$0.value.isEmpty }.keys)
  }

  func json(_ diagnostic: Diagnostic) -> JSONValue? {
    guard let range = range(diagnostic.span) else { return nil }
    let remarks = diagnostic.notes.filter { $0.span == nil || !client.hasRelatedInformation }.map { "note: \($0.message)" }
    let message = ([diagnostic.message] + remarks + (diagnostic.help.map { ["help: \($0)"] } ?? [])).joined(separator: "\n")
    let related = diagnostic.notes.compactMap { note -> JSONValue? in
      guard let span = note.span, let location = location(span) else { return nil }
      return .of([("location", location), ("message", .string(note.message))])
    }
    return .of([
      ("range", range), ("severity", .int(diagnostic.severity == .error ? 1 : 2)), ("code", .string(diagnostic.code.description)),
      ("source", .string("tenet")), ("message", .string(message)),
      ("relatedInformation", client.hasRelatedInformation && !related.isEmpty ? .array(related) : nil),
    ])
  }

  func range(_ span: SourceSpan) -> JSONValue? { workspace.text(span.file)?.json(span.range, client.encoding) }

  func location(_ span: SourceSpan) -> JSONValue? {
    guard let range = range(span) else { return nil }
    return .of([("uri", .string(workspace.uri(of: workspace.path(ofSource: span.file)))), ("range", range)])
  }

  mutating func codeActions(_ params: JSONValue) throws(RequestFailure) -> JSONValue {
    let (file, text) = try document(params)
    let range = try text.range(params["range"], client.encoding)
    let only = params["context"]?["only"]?.elements?.compactMap(\.text)
    // Editors without lenses run a test from here.
    let tests = only == nil ? CodeActions.tests(touching: range, of: file).map { runTest($0, of: file, title: "run test \"\($0)\"") } : []
    guard only?.contains(where: { "quickfix".hasPrefix($0) }) ?? true else { return .array([]) }
    let actions = CodeActions.actions(workspace.check().diagnostics, touching: range, of: file)
    return .array(
      tests
        + actions.map { action in
          .of([
            ("title", .string(action.title)), ("kind", .string("quickfix")), ("isPreferred", action.isPreferred ? .bool(true) : nil),
            ("diagnostics", .array([json(action.diagnostic)].compactMap { $0 })),
            ("edit", edit(action.edits.map { ($0.span, $0.replacement) })),
          ])
        })
  }

  /// A change of several places, by document.
  func edit(_ edits: [(span: SourceSpan, text: String)]) -> JSONValue {
    let byFile = Dictionary(grouping: edits) { workspace.uri(of: workspace.path(ofSource: $0.span.file)) }
    return .of([
      (
        "changes",
        .object(
          byFile.sorted { $0.key < $1.key }.map { uri, edits in
            (
              key: uri,
              value: .array(edits.compactMap { edit in range(edit.span).map { .of([("range", $0), ("newText", .string(edit.text))]) } })
            )
          })
      )
    ])
  }
}
