package import EventModel
import Diagnostics
import RuleLanguage

/// A language server for rule files, as a function of messages: what comes in, in order, gives what goes out. It starts nothing and waits for
/// nothing; what it needs of the disk it asks `WorkspaceFiles`.
///
///     var server = ServerState(files: files)
///     send(server.receive(decoder.take(bytes)))
///     send(server.settle())  // when no more input is there
package struct ServerState {
  enum Phase { case fresh, running, stopped }

  var workspace: Workspace
  var phase = Phase.fresh
  var client = ClientCapabilities()
  /// Of `initialize`: the folders, and what is set for them.
  var startParams = JSONValue.null
  /// Paths that have diagnostics at the client.
  var reported: Set<String> = []
  /// Something has changed since diagnostics were published.
  var isStale = false
  /// How tests ended, until a text changes: by file and title.
  var testOutcomes: [TestName: TestOutcome] = [:]
  private var requests = 0
  var outgoing: [JSONValue] = []
  /// Of the process; nil: it goes on.
  package private(set) var exitCode: Int32?
  let version: String

  package init(files: WorkspaceFiles, version: String) {
    workspace = Workspace(files)
    self.version = version
  }

  /// Takes what has come together: a request that is cancelled in it is not carried out.
  package mutating func receive(_ events: [MessageDecoder.Event]) -> [JSONValue] {
    var cancelled: Set<JSONValue> = []
    for case .message(let message) in events where message["method"]?.text == "$/cancelRequest" {
      if let id = message["params"]?["id"] { cancelled.insert(id) }
    }
    for event in events where exitCode == nil {
      switch event {
      case .malformed(let why): outgoing.append(Reply.failure(.init(.parse, "this is no message: \(why)"), to: .null))
      case .message(.array(let batch)): for message in batch { receive(message, cancelled) }
      case .message(let message): receive(message, cancelled)
      }
    }
    defer { outgoing = [] }
    return outgoing
  }

  /// Publishes what has become of the diagnostics. Asked for when no more input is there: so many changes are checked once.
  package mutating func settle() -> [JSONValue] {
    guard isStale, phase == .running, exitCode == nil else { return [] }
    isStale = false
    publish()
    defer { outgoing = [] }
    return outgoing
  }

  /// `settle` has something to do.
  package var isUnsettled: Bool { isStale && phase == .running && exitCode == nil }

  private mutating func receive(_ message: JSONValue, _ cancelled: Set<JSONValue>) {
    guard let method = message["method"]?.text else {
      // An answer to a request of ours needs nothing done; anything else is no message.
      if message["result"] == nil, message["error"] == nil {
        outgoing.append(Reply.failure(.init(.invalidRequest, "a message has a method"), to: message["id"] ?? .null))
      }
      return
    }
    let params = message["params"] ?? .null
    guard let id = message["id"] else {
      if method == "exit" { exitCode = phase == .stopped ? 0 : 1 }
      if phase == .running { try? notified(method, params) }
      return
    }
    do throws(RequestFailure) {
      if cancelled.contains(id) { throw RequestFailure(.cancelled, "cancelled") }
      outgoing.append(Reply.result(try answer(method, params), to: id))
    } catch {
      outgoing.append(Reply.failure(error, to: id))
    }
  }

  private mutating func answer(_ method: String, _ params: JSONValue) throws(RequestFailure) -> JSONValue {
    switch (method, phase) {
    case ("initialize", .fresh): return initialize(params)
    case ("initialize", _): throw RequestFailure(.invalidRequest, "`initialize` stands once")
    case (_, .fresh): throw RequestFailure(.notInitialized, "`initialize` comes first")
    case (_, .stopped): throw RequestFailure(.invalidRequest, "the server was shut down")
    case ("shutdown", .running):
      phase = .stopped
      return .null
    default: break
    }
    switch method {
    case "textDocument/hover": return try hover(params)
    case "textDocument/completion": return try completion(params)
    case "textDocument/definition": return try definition(params)
    case "textDocument/references": return try references(params)
    case "textDocument/documentHighlight": return try highlights(params)
    case "textDocument/prepareRename": return try prepareRename(params)
    case "textDocument/rename": return try rename(params)
    case "textDocument/documentSymbol": return try documentSymbols(params)
    case "workspace/symbol": return workspaceSymbols(params)
    case "textDocument/foldingRange": return try folding(params)
    case "textDocument/formatting": return try formatting(params)
    case "textDocument/codeAction": return try codeActions(params)
    case "textDocument/codeLens": return try codeLenses(params)
    case "workspace/executeCommand": return try executeCommand(params)
    default: throw RequestFailure(.methodNotFound, "there is no `\(method)`")
    }
  }

  /// Sends a request to the client; its answer needs nothing done.
  mutating func ask(_ method: String, _ params: JSONValue? = nil) {
    requests += 1
    outgoing.append(Reply.request(requests, method, params))
  }
}

/// What the client can do, as far as it matters here.
struct ClientCapabilities {
  var encoding = PositionEncoding.utf16
  var refreshesLenses = false
  var watchesFiles = false
  var hasRelatedInformation = false
}
