import EventModel
import LanguageServer
import Testing

@Suite struct SessionTests {
  static let uri = "file:///shop/Rules/rules.tenet"
  static let document = #""textDocument": {"uri": "file:///shop/Rules/rules.tenet"}"#

  @Test("mistakes are shown as they are typed, and go when they are put right")
  func diagnostics() {
    var client = TestClient()
    _ = client.open("rule a.b {\n  on orders.placd as o\n  when o.total > 1\n}\n¦")
    client.settle()
    let first = client.diagnostics[Self.uri]?.first
    #expect(first?["code"]?.text == "TN0403")
    #expect(first?["range"]?.place == "1:12-17")
    #expect(first?["message"]?.text?.contains("help: did you mean `orders.placed`?") == true)
    client.notify(
      "textDocument/didChange",
      #"{"textDocument": {"uri": "\#(Self.uri)", "version": 2}, "contentChanges": [{"range": {"start": {"line": 1, "character": 16}, "end": {"line": 1, "character": 16}}, "text": "e"}]}"#
    )
    client.settle()
    #expect(client.diagnostics[Self.uri]?.isEmpty == true)
    client.settle()
  }

  @Test("places count UTF-16 units, or bytes where the client offers it", arguments: [(false, "1:42-46"), (true, "1:47-51")])
  func encodings(utf8: Bool, place: String) {
    var client = TestClient(utf8: utf8)
    _ = client.open("rule a.b {\n  on orders.placed as o where \"😀ü€\" == o.totl\n}\n¦")
    client.settle()
    let found = client.diagnostics[Self.uri]?.first { $0["message"]?.text?.contains("totl") == true }?["range"]?.place
    #expect(found == place)
  }

  @Test("a help line is an action that puts the text right; a warning can be allowed")
  func actions() {
    var client = TestClient()
    _ = client.open("rule a.b {\n  on orders.placd as o\n  when o.total > 1\n}\n¦")
    let range = #""range": {"start": {"line": 1, "character": 14}, "end": {"line": 1, "character": 14}}, "context": {"diagnostics": []}"#
    let actions = client.request("textDocument/codeAction", "{\(Self.document), \(range)}").elements
    #expect(actions?.map { $0["title"]?.text } == ["replace `placd` with `placed`"])
    let edit = actions?.first?["edit"]?["changes"]?[Self.uri]?.elements?.first
    #expect(edit?["newText"]?.text == "placed")
    #expect(edit?["range"]?.place == "1:12-17")
  }

  @Test(
    "what is surely meant is an action, too",
    arguments: [
      ("severity hihg", "high"), ("severity urgent", "critical"), ("severity \"low\"", "low"), ("suppress 5 min", "5m"),
      ("suppress \"2 hours\"", "2h"), ("owner payments-team", "\"payments-team\""), ("mode shaddow", "shadow"),
    ])
  func surelyMeant(_ clause: String, _ written: String) {
    var client = TestClient()
    _ = client.open("rule a.b {\n  on orders.placed as o\n  when o.total > 1\n  \(clause)\n}\n¦")
    let range = #""range": {"start": {"line": 3, "character": 0}, "end": {"line": 3, "character": 30}}, "context": {"diagnostics": []}"#
    let actions = client.request("textDocument/codeAction", "{\(Self.document), \(range)}").elements ?? []
    #expect(actions.first?["edit"]?["changes"]?[Self.uri]?.elements?.first?["newText"]?.text == written, "\(actions.map(\.compact))")
  }

  @Test("a test is run by an action, too, for editors that show no lenses")
  func testAction() {
    var client = TestClient()
    _ = client.open("rule a.b { on orders.placed as o  when o.total > 1 }\ntest \"t\" {\n  at 10:00 orders.placed\n}\n¦")
    let range = #""range": {"start": {"line": 2, "character": 3}, "end": {"line": 2, "character": 3}}, "context": {"diagnostics": []}"#
    let actions = client.request("textDocument/codeAction", "{\(Self.document), \(range)}").elements ?? []
    #expect(actions.map { $0["title"]?.text } == ["run test \"t\""])
    #expect(actions.first?["command"]?.text == "tenet.runTest" && actions.first?["arguments"]?.elements?.last?.text == "t")
    let fixes = #""range": {"start": {"line": 2, "character": 3}, "end": {"line": 2, "character": 3}}, "context": {"only": ["quickfix"]}"#
    #expect(client.request("textDocument/codeAction", "{\(Self.document), \(fixes)}").elements == [])
  }

  @Test("`allow` is written as the last line of the rule")
  func allow() {
    var client = TestClient()
    _ = client.open("rule a.b {\n  on orders.placed as o\n  when o.channel == \"web\"\n}\n¦")
    let range = #""range": {"start": {"line": 0, "character": 0}, "end": {"line": 3, "character": 0}}, "context": {"diagnostics": []}"#
    let actions = client.request("textDocument/codeAction", "{\(Self.document), \(range)}").elements ?? []
    let allow = actions.first { $0["title"]?.text?.hasPrefix("allow TN") == true }
    let edit = allow?["edit"]?["changes"]?[Self.uri]?.elements?.first
    #expect(edit?["newText"]?.text?.hasPrefix("  allow TN") == true, "\(actions.map(\.compact))")
    #expect(edit?["range"]?.place == "3:0-0")
  }

  @Test("a lens runs its test and says how it ended")
  func lenses() {
    var client = TestClient(capabilities: #"{"workspace": {"codeLens": {"refreshSupport": true}}}"#)
    _ = client.open(
      """
      rule a.b {
        on orders.placed as o
        when o.total > 10
      }
      test "much" {
        at 10:00  orders.placed { total: 11.00 }
        expect a.b
      }
      test "little" {
        at 10:00  orders.placed { total: 9.00 }
        expect a.b
      }
      ¦
      """)
    func titles() -> [String?] {
      client.request("textDocument/codeLens", "{\(Self.document)}").elements?.map { $0["command"]?["title"]?.text } ?? []
    }
    #expect(titles() == ["run test", "run test"])
    let good = client.request("workspace/executeCommand", #"{"command": "tenet.runTest", "arguments": ["\#(Self.uri)", "much"]}"#)
    #expect(good["outcome"]?.text == "passed")
    let bad = client.request("workspace/executeCommand", #"{"command": "tenet.runTest", "arguments": ["\#(Self.uri)", "little"]}"#)
    #expect(bad["outcome"]?.text == "failed")
    #expect(titles().compactMap { $0?.split(separator: ":").first.map(String.init) } == ["run test", "passed", "run test", "failed"])
    client.settle()
    #expect(client.diagnostics[Self.uri]?.contains { $0["source"]?.text == "tenet test" } == true)
    #expect(client.others.contains { $0["method"]?.text == "workspace/codeLens/refresh" })
    let none = client.request("workspace/executeCommand", #"{"command": "tenet.runTest", "arguments": ["\#(Self.uri)", "none"]}"#)
    #expect(none["code"]?.compact == "-32803")
  }

  @Test(
    "what is asked wrongly is answered with an error",
    arguments: [
      ("textDocument/nothing", "{}", -32601), ("textDocument/hover", "{}", -32602), ("textDocument/hover", "[]", -32602),
      ("textDocument/hover", #"{"textDocument": {"uri": "file:///none"}, "position": {"line": 0, "character": 0}}"#, -32602),
      ("workspace/executeCommand", #"{"command": "rm"}"#, -32602), ("initialize", "{}", -32600),
    ])
  func mistakes(method: String, params: String, code: Int) {
    var client = TestClient()
    #expect(client.request(method, params)["code"]?.compact == String(code))
  }

  @Test("a request that is cancelled before its turn is not carried out")
  func cancelled() {
    var client = TestClient()
    let answers = client.server.receive([
      .message(TestClient.parsed(#"{"jsonrpc": "2.0", "id": "x", "method": "workspace/symbol", "params": {"query": ""}}"#)),
      .message(TestClient.parsed(#"{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": "x"}}"#)),
    ])
    #expect(answers.compactMap { $0["error"]?["code"]?.compact } == ["-32800"])
  }

  @Test("the process ends well after `shutdown`, and badly without", arguments: [true, false])
  func exit(isOrderly: Bool) {
    var client = TestClient()
    if isOrderly { #expect(client.request("shutdown", "null") == .null) }
    client.notify("exit", "null")
    #expect(client.server.exitCode == (isOrderly ? 0 : 1))
  }

  @Test("requests anywhere in a text cut anywhere are answered")
  func everywhere() {
    let text =
      HoverTests.rule + "test \"t\" {\n  at 10:00  orders.placed { total: 11.00, channel: \"web\" }\n  expect a.b { order_id: \"x\" }\n}\n"
    for cut in stride(from: 0, to: text.count, by: 3) {
      var client = TestClient()
      let part = text.prefix(cut)
      let at = client.open(part + "¦")
      for method in ["hover", "completion", "definition", "documentHighlight", "prepareRename"] {
        let answer = client.request("textDocument/\(method)", "{\(at)}")
        #expect(answer["code"] == nil, "\(method) after \(part)")
      }
      client.settle()
    }
  }

  @Test("changes of ranges that are not there are taken as far as they go")
  func wildRanges() {
    var client = TestClient()
    _ = client.open("let x = 1\n¦")
    for (line, character) in [(0, 9_999), (999, 0), (-1, -1), (0, -5), (Int.max, Int.max)] {
      client.notify(
        "textDocument/didChange",
        #"{\#(Self.document), "contentChanges": [{"range": {"start": {"line": \#(line), "character": \#(character)}, "end": {"line": 0, "character": 1}}, "text": "é"}]}"#
      )
      client.settle()
    }
    #expect(client.request("textDocument/documentSymbol", "{\(Self.document)}")["code"] == nil)
  }
}
