import Diagnostics
import EventModel
import RuleLanguage

/// The files of a program, those that are open as the editor has them, and what is known of them.
struct Workspace {
  struct OpenDocument {
    var uri: String
    var version: JSONValue?
    var text: DocumentText
  }

  let files: WorkspaceFiles
  private var layout: WorkspaceFiles.Layout?
  private var disk: [String: [UInt8]] = [:]
  private(set) var open: [String: OpenDocument] = [:]
  private var parsed: [String: (file: FileSyntax, diagnostics: [Diagnostic])] = [:]
  private var schemas: [String: [UInt8]?] = [:]
  /// What the last check found; nil: something has changed since.
  private var checked: RuleProgram.Result?
  private var lastStreams: [CheckedStream] = []
  private var index: SymbolIndex?

  init(_ files: WorkspaceFiles) { self.files = files }

  // MARK: - What changes

  mutating func load(_ layout: WorkspaceFiles.Layout) {
    self.layout = layout
    disk = Dictionary((files.rules(layout.rules) ?? []).map { ($0.path, $0.bytes) }) { first, _ in first }
    schemas = [:]
    parsed = [:]
    forget()
  }

  /// Reads again what is on the disk.
  mutating func reload() {
    if let layout { load(layout) } else { forget() }
  }

  mutating func open(_ path: String, _ document: OpenDocument) {
    open[path] = document
    touched(path)
  }

  mutating func change(_ path: String, _ change: (inout OpenDocument) throws(RequestFailure) -> Void) throws(RequestFailure) {
    guard var document = open.removeValue(forKey: path) else { throw RequestFailure(.invalidParams, "`\(path)` is not open") }
    defer {
      open[path] = document
      touched(path)
    }
    try change(&document)
  }

  mutating func close(_ path: String) {
    open[path] = nil
    if isInRules(path) { disk[path] = files.read(path) }
    touched(path)
  }

  private mutating func touched(_ path: String) {
    parsed[path] = nil
    forget()
  }

  private mutating func forget() {
    checked = nil
    index = nil
  }

  // MARK: - What is there

  /// The file is part of the program by its place; one that is open is anyhow.
  private func isInRules(_ path: String) -> Bool {
    guard let layout else { return false }
    return path.hasPrefix(layout.rules.hasSuffix("/") ? layout.rules : layout.rules + "/")
  }

  /// Of the files that are one program: those of the rules' folder. What is open besides belongs to it if there is none.
  var paths: [String] { Set(disk.keys).union(open.keys.filter { disk.isEmpty || isInRules($0) }).sorted() }

  /// Open documents that are no part of the program.
  var outsiders: [String] { open.keys.filter { !disk.isEmpty && !isInRules($0) }.sorted() }

  /// What can be said of a text without its program.
  mutating func mistakes(ofText path: String) -> [Diagnostic] {
    parse(path)
    return parsed[path]?.diagnostics ?? []
  }

  var schemaNames: [String] { schemas.keys.sorted() }

  func uri(of path: String) -> String { open[path]?.uri ?? DocumentURI.of(path) }

  func text(_ path: String) -> DocumentText? {
    open[path]?.text ?? disk[path].map { DocumentText($0) } ?? checked?.sources[path].map { DocumentText($0.bytes) }
  }

  /// Where a file that a diagnostic names lies: schemas are named relative to their folder.
  func path(ofSource name: String) -> String {
    if name.hasPrefix("/") || open[name] != nil || disk[name] != nil { return name }
    guard let layout else { return name }
    return layout.schemas + "/" + name
  }

  mutating func syntax(_ path: String) -> FileSyntax? {
    parse(path)
    return parsed[path]?.file
  }

  private mutating func parse(_ path: String) {
    guard parsed[path] == nil, let bytes = open[path]?.text.bytes ?? disk[path] else { return }
    parsed[path] = FileSyntax.parse(SourceText(file: path, bytes: bytes))
  }

  /// Checks the program, unless nothing has changed since the last time.
  @discardableResult mutating func check() -> RuleProgram.Result {
    if let checked { return checked }
    paths.forEach { parse($0) }
    var known = schemas
    let (layout, files) = (layout, files)
    let result = RuleProgram.check(parsed: paths.compactMap { parsed[$0] }) { name in
      if let bytes = known[name] { return bytes }
      let isOutside = name.hasPrefix("/") || name.split(separator: "/").contains("..")
      let bytes = isOutside ? nil : layout.flatMap { files.read($0.schemas + "/" + name) }
      known[name] = .some(bytes)
      return bytes
    }
    schemas = known
    checked = result
    if let right = result.rightPart { lastStreams = right.streams + right.verdicts }
    index = nil
    return result
  }

  /// Names and their uses. Of texts as they are now, with the streams of the last check.
  mutating func symbols() -> SymbolIndex {
    if let index { return index }
    if checked == nil, lastStreams.isEmpty { check() }
    paths.forEach { parse($0) }
    let built = SymbolIndex(paths.compactMap { parsed[$0]?.file }, streams: lastStreams)
    index = built
    return built
  }
}
