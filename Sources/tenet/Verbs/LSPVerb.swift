internal import EventModel
@preconcurrency internal import Foundation
@preconcurrency internal import Glibc
internal import LanguageServer
internal import RuleEngine
internal import Settings

extension Verb {
  /// What editors talk to.
  static let lsp = Verb(
    name: "lsp", summary: "The language server: editors start it, and talk to it over standard input and output.",
    options: [Option("stdio", nil, "says what is so anyhow: messages go over standard input and output")],
    example: "tenet lsp"
  ) { invocation in
    var server = ServerState(files: .disk, version: Engine.version)
    var decoder = MessageDecoder()
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while server.exitCode == nil {
      // Changes that come together, a word typed quickly, are checked once.
      if server.isUnsettled, !hasInput(within: 20) { send(server.settle()) }
      let count = read(STDIN_FILENO, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      // A client that is gone without a word ended badly.
      guard count > 0 else { return .input }
      var events = decoder.take(chunk[..<count])
      while hasInput(within: 0), events.count < 1_000 {
        let more = read(STDIN_FILENO, &chunk, chunk.count)
        guard more > 0 else { break }
        events += decoder.take(chunk[..<more])
      }
      send(server.receive(events))
    }
    return server.exitCode == 0 ? .good : .input
  }

  private static func send(_ messages: [JSONValue]) {
    var bytes: [UInt8] = []
    for message in messages { bytes += framed(message) }
    if !bytes.isEmpty { Console.write(bytes, to: STDOUT_FILENO) }
  }

  private static func hasInput(within milliseconds: Int32) -> Bool {
    var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&input, 1, milliseconds) > 0
  }
}

extension WorkspaceFiles {
  static let disk = WorkspaceFiles(
    layout: { folder in
      let settings = settings(of: folder)
      let named = path(settings?.rulesPath ?? "Rules", in: folder)
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: named, isDirectory: &isFolder) && isFolder.boolValue
      return Layout(rules: exists ? named : folder, schemas: path(settings?.schemas ?? "Schemas", in: folder))
    },
    rules: { folder in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else { return nil }
      return RuleFiles.names(below: folder).compactMap { name in
        FileManager.default.contents(atPath: name).map { (name, Array($0)) }
      }
    },
    read: { path in FileManager.default.contents(atPath: path).map { Array($0) } })

  /// Of the workspace's `tenet.yaml`; nil: there is none, or it has mistakes, which `tenet run` tells.
  private static func settings(of folder: String) -> Settings? {
    let name = folder + "/tenet.yaml"
    guard let bytes = FileManager.default.contents(atPath: name) else { return nil }
    return SettingsLoader.load(
      file: .init(name: name, text: String(decoding: bytes, as: UTF8.self)), environment: ProcessInfo.processInfo.environment, flags: [],
      requirements: false, hostName: "editor", readFile: { _ in "not read" }
    ).settings
  }

  private static func path(_ path: String, in folder: String) -> String {
    let whole = path.hasPrefix("/") ? path : folder + "/" + path
    return (whole as NSString).standardizingPath
  }
}
