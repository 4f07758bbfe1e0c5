import EventModel
import LanguageServer

/// A client that talks to the server's state, without a process. Texts have a `|` where the cursor is.
struct TestClient {
  var server: ServerState
  private var number = 0
  private(set) var diagnostics: [String: [JSONValue]] = [:]
  private(set) var others: [JSONValue] = []

  static let schema = """
    {
      "type": "object", "required": ["type", "event_id", "order_id", "occurred_at", "total", "currency"],
      "properties": {
        "type": {"enum": ["placed", "paid", "cancelled"]}, "event_id": {"type": "string"}, "order_id": {"type": "string"},
        "occurred_at": {"type": "string", "format": "date-time"}, "currency": {"type": "string"},
        "channel": {"enum": ["web", "store"], "description": "Where it was sold."},
        "total": {"type": "string", "format": "decimal", "x-currency": "currency", "description": "With tax."},
        "ship_to": {"type": "object", "properties": {"country": {"type": "string"}, "city": {"type": "string"}}},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}}
      }
    }
    """
  static let streams = """
    /// What customers do.
    stream orders {
      topic "orders.v1"
      schema "order.json"
      kind type
      key order_id
      time occurred_at
      id event_id within 24h
    }
    let embargoed = ["KP", "SY"]

    """

  /// - Parameter files: beside the streams, by name.
  init(_ files: [String: String] = [:], utf8: Bool = false, capabilities: String = "{}") {
    var disk = Dictionary(uniqueKeysWithValues: files.map { ("/shop/Rules/" + $0.key, Array($0.value.utf8)) })
    disk["/shop/Rules/streams.tenet"] = Array(Self.streams.utf8)
    let rules = disk
    server = ServerState(
      files: WorkspaceFiles(
        layout: { _ in .init(rules: "/shop/Rules", schemas: "/shop/Schemas") },
        rules: { _ in rules.map { ($0.key, $0.value) } },
        read: { path in path == "/shop/Schemas/order.json" ? Array(Self.schema.utf8) : rules[path] }), version: "1")
    let encodings = utf8 ? #"{"general": {"positionEncodings": ["utf-8", "utf-16"]}}"# : capabilities
    _ = request("initialize", #"{"workspaceFolders": [{"uri": "file:///shop", "name": "shop"}], "capabilities": \#(encodings)}"#)
    notify("initialized", "{}")
  }

  static func parsed(_ text: String) -> JSONValue { (try? JSONValue.parse(Array(text.utf8))) ?? .null }

  /// The result, or the error.
  mutating func request(_ method: String, _ params: String) -> JSONValue {
    number += 1
    let id = number
    take(server.receive([.message(Self.parsed(#"{"jsonrpc": "2.0", "id": \#(id), "method": "\#(method)", "params": \#(params)}"#))]))
    let answer = others.last { $0["id"] == .number(String(id)) }
    return answer?["result"] ?? answer?["error"] ?? .null
  }

  mutating func notify(_ method: String, _ params: String) {
    take(server.receive([.message(Self.parsed(#"{"jsonrpc": "2.0", "method": "\#(method)", "params": \#(params)}"#))]))
  }

  mutating func settle() { take(server.settle()) }

  private mutating func take(_ messages: [JSONValue]) {
    for message in messages {
      if message["method"]?.text == "textDocument/publishDiagnostics", let uri = message["params"]?["uri"]?.text {
        diagnostics[uri] = message["params"]?["diagnostics"]?.elements
      } else {
        others.append(message)
      }
    }
  }

  /// Opens a text; the place of its `|`, and the document, as parameters of a request.
  mutating func open(_ marked: String, as name: String = "rules.tenet") -> String {
    let parts = marked.split(separator: "¦", omittingEmptySubsequences: false)
    let text = parts.joined()
    let uri = "file:///shop/Rules/\(name)"
    notify(
      "textDocument/didOpen",
      #"{"textDocument": {"uri": "\#(uri)", "version": 1, "languageId": "tenet", "text": \#(JSONValue.string(text).compact)}}"#)
    let before = parts[0]
    let line = before.utf8.count { $0 == UInt8(ascii: "\n") }
    let character = (before.split(separator: "\n", omittingEmptySubsequences: false).last ?? "").utf16.count
    return #""textDocument": {"uri": "\#(uri)"}, "position": {"line": \#(line), "character": \#(character)}"#
  }

  /// The labels offered at the `¦` of a text.
  mutating func completions(_ marked: String) -> [String] {
    let place = open(marked)
    return request("textDocument/completion", "{\(place)}")["items"]?.elements?.compactMap { $0["label"]?.text } ?? []
  }

  mutating func hover(_ marked: String) -> String {
    let place = open(marked)
    return request("textDocument/hover", "{\(place)}")["contents"]?["value"]?.text ?? ""
  }
}

extension JSONValue {
  /// `2:7-12` of a range, lines and characters from 0.
  var place: String {
    func number(_ end: String, _ member: String) -> String { self[end]?[member]?.compact ?? "?" }
    return "\(number("start", "line")):\(number("start", "character"))-\(number("end", "character"))"
  }

  /// `rules.tenet 2:7-12` of a location.
  var locationText: String { "\(self["uri"]?.text?.split(separator: "/").last ?? "") \(self["range"]?.place ?? "")" }
}
