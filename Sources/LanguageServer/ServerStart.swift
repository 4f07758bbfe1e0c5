import EventModel
import RuleLanguage

/// The beginning of a session, and what the client tells of its documents.
extension ServerState {
  mutating func initialize(_ params: JSONValue) -> JSONValue {
    phase = .running
    let capabilities = params["capabilities"]
    let encodings = capabilities?["general"]?["positionEncodings"]?.elements?.compactMap(\.text) ?? []
    client.encoding = encodings.contains("utf-8") ? .utf8 : .utf16
    client.refreshesLenses = capabilities?["workspace"]?["codeLens"]?["refreshSupport"]?.flag ?? false
    client.watchesFiles = capabilities?["workspace"]?["didChangeWatchedFiles"]?["dynamicRegistration"]?.flag ?? false
    client.hasRelatedInformation = capabilities?["textDocument"]?["publishDiagnostics"]?["relatedInformation"]?.flag ?? false
    startParams = params
    loadWorkspace()
    isStale = true
    return .of([
      ("capabilities", Self.capabilities(client.encoding)),
      ("serverInfo", .of([("name", .string("tenet")), ("version", .string(version))])),
    ])
  }

  /// The rules of the first folder that has some.
  private mutating func loadWorkspace() {
    let params = startParams
    var folders = (params["workspaceFolders"]?.elements ?? []).compactMap { $0["uri"]?.text }.map { DocumentURI.path($0) }
    if folders.isEmpty, let root = params["rootUri"]?.text { folders = [DocumentURI.path(root)] }
    if folders.isEmpty, let root = params["rootPath"]?.text { folders = [root] }
    let options = params["initializationOptions"]
    let layouts = folders.map { folder in
      var layout = workspace.files.layout(folder)
      if let rules = options?["rules"]?.text { layout.rules = absolute(rules, in: folder) }
      if let schemas = options?["schemas"]?.text { layout.schemas = absolute(schemas, in: folder) }
      return layout
    }
    let withRules = layouts.filter { !(workspace.files.rules($0.rules) ?? []).isEmpty }
    guard let layout = withRules.first ?? layouts.first else { return }
    workspace.load(layout)
    if withRules.count > 1 {
      tell("\(withRules.count) folders have rules: those of \(layout.rules) are checked, since all rules of a window are one program")
    }
  }

  private func absolute(_ path: String, in folder: String) -> String {
    path.hasPrefix("/") ? path : (folder.hasSuffix("/") ? folder : folder + "/") + path
  }

  mutating func tell(_ message: String, type: Int = 3) {
    outgoing.append(
      Reply.notification("window/showMessage", .of([("type", .int(type)), ("message", .string(message))])))
  }

  private static func capabilities(_ encoding: PositionEncoding) -> JSONValue {
    .of([
      ("positionEncoding", .string(encoding.rawValue)),
      ("textDocumentSync", .of([("openClose", .bool(true)), ("change", .int(2)), ("save", .bool(true))])),
      ("hoverProvider", .bool(true)), ("completionProvider", .of([("triggerCharacters", .strings([".", "\"", "{", " "]))])),
      ("definitionProvider", .bool(true)), ("referencesProvider", .bool(true)), ("documentHighlightProvider", .bool(true)),
      ("renameProvider", .of([("prepareProvider", .bool(true))])), ("documentSymbolProvider", .bool(true)),
      ("workspaceSymbolProvider", .bool(true)), ("foldingRangeProvider", .bool(true)),
      ("documentFormattingProvider", .bool(true)), ("codeActionProvider", .of([("codeActionKinds", .strings(["quickfix"]))])),
      ("codeLensProvider", .of([("resolveProvider", .bool(false))])),
      ("executeCommandProvider", .of([("commands", .strings(["tenet.runTest"]))])),
      ("workspace", .of([("workspaceFolders", .of([("supported", .bool(true))]))])),
    ])
  }

  // MARK: - Notifications

  /// What is wrong with a notification has no one to be told to.
  mutating func notified(_ method: String, _ params: JSONValue) throws(RequestFailure) {
    let document = params["textDocument"]
    let path = document?["uri"]?.text.map { DocumentURI.path($0) } ?? ""
    // What leaves the texts as they are says nothing against what tests said.
    var keepsOutcomes = method == "textDocument/didSave"
    switch method {
    case "initialized":
      registerWatchers()
      return
    case "textDocument/didOpen":
      guard let uri = document?["uri"]?.text, let text = document?["text"]?.text else { return }
      if workspace.text(path)?.bytes == Array(text.utf8) { keepsOutcomes = true }
      workspace.open(path, .init(uri: uri, version: document?["version"], text: DocumentText(Array(text.utf8))))
    case "textDocument/didChange":
      let encoding = client.encoding
      try workspace.change(path) { (document: inout Workspace.OpenDocument) throws(RequestFailure) in
        document.version = params["textDocument"]?["version"]
        for change in params["contentChanges"]?.elements ?? [] {
          let text = change["text"]?.text ?? ""
          if let range = change["range"] {
            document.text.replace(try document.text.range(range, encoding), with: text)
          } else {
            document.text = DocumentText(Array(text.utf8))
          }
        }
      }
    case "textDocument/didClose":
      let text = workspace.text(path)?.bytes
      workspace.close(path)
      if workspace.text(path)?.bytes == text { keepsOutcomes = true }
    case "workspace/didChangeWatchedFiles":
      // It may say that rules lie elsewhere.
      let isLayout = params["changes"]?.elements?.contains { $0["uri"]?.text?.hasSuffix("/tenet.yaml") == true } ?? false
      if isLayout { loadWorkspace() } else { workspace.reload() }
    case "textDocument/didSave", "workspace/didChangeConfiguration": workspace.reload()
    default: return
    }
    if !keepsOutcomes, !testOutcomes.isEmpty {
      testOutcomes = [:]
      if client.refreshesLenses { ask("workspace/codeLens/refresh") }
    }
    isStale = true
  }

  private mutating func registerWatchers() {
    guard client.watchesFiles else { return }
    let watchers = ["**/*.tenet", "**/*.json", "**/tenet.yaml"].map { JSONValue.of([("globPattern", .string($0))]) }
    ask(
      "client/registerCapability",
      .of([
        (
          "registrations",
          .array([
            .of([
              ("id", .string("tenet-files")), ("method", .string("workspace/didChangeWatchedFiles")),
              ("registerOptions", .of([("watchers", .array(watchers))])),
            ])
          ])
        )
      ]))
  }
}
