import Diagnostics
import EventModel
import RuleLanguage

/// Questions about a place of a document.
extension ServerState {
  /// The document that a request is about.
  mutating func document(_ params: JSONValue) throws(RequestFailure) -> (file: FileSyntax, text: DocumentText) {
    guard let uri = params["textDocument"]?["uri"]?.text else { throw RequestFailure(.invalidParams, "a request names its document") }
    let path = DocumentURI.path(uri)
    guard let text = workspace.text(path), let file = workspace.syntax(path) else {
      throw RequestFailure(.invalidParams, "there is no document `\(uri)`")
    }
    return (file, text)
  }

  private mutating func place(_ params: JSONValue) throws(RequestFailure) -> (file: FileSyntax, text: DocumentText, offset: Int) {
    let (file, text) = try document(params)
    return (file, text, try text.offset(params["position"], client.encoding))
  }

  mutating func hover(_ params: JSONValue) throws(RequestFailure) -> JSONValue {
    let (file, text, offset) = try place(params)
    let index = workspace.symbols()
    let checked = workspace.check()
    let hover = Hover(index: index) { rule in
      checked.rightPart.flatMap { RuleExplanation(of: rule, in: $0, sources: checked.sources)?.demands }
    }
    guard let found = hover.text(at: offset, in: file) else { return .null }
    return .of([("contents", .markdown(found.markdown)), ("range", text.json(found.range, client.encoding))])
  }

  mutating func completion(_ params: JSONValue) throws(RequestFailure) -> JSONValue {
    let (file, text, offset) = try place(params)
    let found = Completion.items(file, at: offset, index: workspace.symbols())
    var items = found.items
    // A space alone asks for what must come, not for every clause that may.
    if params["context"]?["triggerCharacter"]?.text == " " { items.removeAll { $0.rank == Completion.clauseRank } }
    let place = text.json(found.range, client.encoding)
    return .of([
      ("isIncomplete", .bool(false)),
      (
        "items",
        .array(
          items.map { item in
            .of([
              ("label", .string(item.label)), ("kind", .int(item.kind.rawValue)), ("detail", item.detail.map { .string($0) }),
              ("documentation", item.documentation.map { .markdown($0) }),
              ("sortText", .string("\(item.rank)\(100 + item.order)\(item.label)")),
              ("filterText", .string(item.label)), ("textEdit", .of([("range", place), ("newText", .string(item.label))])),
            ])
          })
      ),
    ])
  }

  /// The declaration of a name; of a kind its stream's, of a field its place in the schema.
  mutating func definition(_ params: JSONValue) throws(RequestFailure) -> JSONValue {
    let (file, _, offset) = try place(params)
    let index = workspace.symbols()
    var places: [JSONValue] = []
    for found in index.at(offset, of: file.source.file) {
      switch found.symbol {
      case .value, .rule, .local:
        if let declared = index.declared[found.symbol], let place = location(declared.span) { places.append(place) }
      case .kind(let stream, let kind):
        let own = index.places(of: [.kind(stream: stream, kind: kind)], declarations: true).first { $0.isDeclaration }
        if let span = own?.span ?? index.declared[.value(stream)]?.span, let place = location(span) { places.append(place) }
      case .field(let stream, let path):
        if let place = schemaPlace(of: path, in: stream) { places.append(place) }
      case .function: break
      }
    }
    if places.isEmpty, let place = schemaFile(at: offset, in: file) { places.append(place) }
    return places.isEmpty ? .null : .array(places)
  }

  private mutating func schemaPlace(of path: String, in stream: String) -> JSONValue? {
    guard let schema = schema(of: stream) else { return nil }
    let sources = workspace.check().sources
    // What the stream's own schema refers to lies in other files.
    for file in [schema] + workspace.schemaNames.filter({ $0 != schema }) {
      guard let source = sources[file], let range = SchemaPlace.range(of: path.split(separator: "."), in: source.bytes) else { continue }
      return location(SourceSpan(file: file, range: range))
    }
    return nil
  }

  private mutating func schema(of stream: String) -> String? {
    workspace.check().rightPart?.streams.first { $0.name == stream }?.schema.file
  }

  /// The file that a `schema "…"` names.
  private func schemaFile(at offset: Int, in file: FileSyntax) -> JSONValue? {
    guard let place = file.tokens.firstIndex(where: { $0.range.contains(offset) }), place > 0,
      case .string(let name) = file.tokens[place].kind,
      file.tokens[place - 1].kind == .word("schema")
    else { return nil }
    return location(SourceSpan(file: name, range: 0..<0))
  }

  mutating func references(_ params: JSONValue) throws(RequestFailure) -> JSONValue {
    let (file, _, offset) = try place(params)
    let index = workspace.symbols()
    let symbols = Set(index.at(offset, of: file.source.file).map(\.symbol))
    let places = index.places(of: symbols, declarations: params["context"]?["includeDeclaration"]?.flag ?? true)
    return .array(places.compactMap { location($0.span) })
  }

  mutating func highlights(_ params: JSONValue) throws(RequestFailure) -> JSONValue {
    let (file, _, offset) = try place(params)
    let index = workspace.symbols()
    let symbols = Set(index.at(offset, of: file.source.file).map(\.symbol))
    let places = index.places(of: symbols, declarations: true).filter { $0.span.file == file.source.file }
    return .array(
      places.compactMap { place in range(place.span).map { .of([("range", $0), ("kind", .int(place.isDeclaration ? 3 : 2))]) } })
  }

  mutating func prepareRename(_ params: JSONValue) throws(RequestFailure) -> JSONValue {
    let (file, _, offset) = try place(params)
    guard let subject = Rename(index: workspace.symbols()).subject(at: offset, of: file.source.file) else { return .null }
    return .of([("range", range(subject.span)), ("placeholder", .string(subject.name))])
  }

  mutating func rename(_ params: JSONValue) throws(RequestFailure) -> JSONValue {
    let (file, _, offset) = try place(params)
    guard let name = params["newName"]?.text else { throw RequestFailure(.invalidParams, "a new name is missing") }
    let rename = Rename(index: workspace.symbols())
    guard let subject = rename.subject(at: offset, of: file.source.file) else {
      throw RequestFailure(.requestFailed, "nothing here can be renamed: kinds and fields are named by the schemas")
    }
    return edit(try rename.places(of: subject.symbol, to: name).map { ($0, name) })
  }

  mutating func documentSymbols(_ params: JSONValue) throws(RequestFailure) -> JSONValue {
    let (file, text) = try document(params)
    return .array(
      Outline.entries(of: file).map { entry in
        .of([
          ("name", .string(entry.name)), ("detail", .string(entry.keyword)), ("kind", .int(Outline.kind(of: entry.keyword))),
          ("range", text.json(entry.whole.range, client.encoding)), ("selectionRange", text.json(entry.span.range, client.encoding)),
        ])
      })
  }

  mutating func workspaceSymbols(_ params: JSONValue) -> JSONValue {
    let wanted = (params["query"]?.text ?? "").lowercased()
    var found: [JSONValue] = []
    for path in workspace.paths {
      guard let file = workspace.syntax(path) else { continue }
      for entry in Outline.entries(of: file) where Self.matches(entry.name.lowercased(), wanted) {
        found.append(
          .of([
            ("name", .string(entry.name)), ("kind", .int(Outline.kind(of: entry.keyword))), ("location", location(entry.span)),
            ("containerName", .string(entry.keyword)),
          ]))
      }
    }
    return .array(Array(found.prefix(1_000)))
  }

  /// The letters stand in it in this order.
  private static func matches(_ name: String, _ wanted: String) -> Bool {
    var rest = wanted.unicodeScalars[...]
    for scalar in name.unicodeScalars where scalar == rest.first { rest.removeFirst() }
    return rest.isEmpty
  }

  mutating func folding(_ params: JSONValue) throws(RequestFailure) -> JSONValue {
    let (file, text) = try document(params)
    return .array(
      Outline.folds(of: file, in: text).map { fold in
        .of([("startLine", .int(fold.first)), ("endLine", .int(fold.last)), ("kind", fold.isComment ? .string("comment") : nil)])
      })
  }

  /// The canonical layout, as one change of the whole text; none while the text cannot be read.
  mutating func formatting(_ params: JSONValue) throws(RequestFailure) -> JSONValue {
    let (file, text) = try document(params)
    // Editors ask at each saving: a refusal would be a message each time, and the mistakes are shown anyhow.
    guard let formatted = RuleFormatter.format(file.source).text else { return .null }
    if formatted.utf8.elementsEqual(text.bytes) { return .array([]) }
    return .array([.of([("range", text.json(0..<text.bytes.count, client.encoding)), ("newText", .string(formatted))])])
  }
}
