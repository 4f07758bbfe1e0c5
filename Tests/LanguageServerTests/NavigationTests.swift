import EventModel
import Testing

@Suite struct NavigationTests {
  static let other = "rule c.d {\n  on orders.placed as p\n  when p.ship_to.country in embargoed\n}\n"

  @Test(
    "the definition of a name is where it is declared",
    arguments: [
      ("rule a.b {\n  on ord¦ers.placed\n}", "streams.tenet 1:7-13"),
      ("rule a.b {\n  on orders.placed as o\n  when ¦o.total > 1\n}", "rules.tenet 1:22-23"),
      ("rule a.b {\n  on orders.placed as o\n  when o.ship_to.country in emb¦argoed\n}", "streams.tenet 9:4-13"),
      ("rule a.b {\n  on orders.placed as o\n  when o.to¦tal > 1\n}", "order.json 6:4-11"),
      ("rule a.b {\n  on orders.placed as o\n  when o.ty¦pe == \"placed\"\n}", "order.json 3:4-10"),
      ("rule a.b {\n  on orders.placed as o\n  when o.ship_to.cou¦ntry == \"DE\"\n}", "order.json 7:49-58"),
      ("test \"t\" {\n  expect no c¦.d\n}", "other.tenet 0:5-8"),
    ])
  func definition(text: String, place: String) {
    var client = TestClient(["other.tenet": Self.other])
    let at = client.open(text)
    #expect(client.request("textDocument/definition", "{\(at)}").elements?.map(\.locationText) == [place])
  }

  @Test("references are found in all files, the open ones as they are in the editor")
  func references() {
    var client = TestClient(["other.tenet": Self.other])
    let at = client.open("rule a.b {\n  on orders.placed as o\n  when o.ship_to.country in emb¦argoed\n}")
    let found = client.request("textDocument/references", "{\(at), \"context\": {\"includeDeclaration\": true}}")
    #expect(found.elements?.map(\.locationText) == ["other.tenet 2:28-37", "rules.tenet 2:28-37", "streams.tenet 9:4-13"])
    let uses = client.request("textDocument/references", "{\(at), \"context\": {\"includeDeclaration\": false}}")
    #expect(uses.elements?.count == 2)
    #expect(client.request("textDocument/documentHighlight", "{\(at)}").elements?.compactMap { $0["range"]?.place } == ["2:28-37"])
  }

  @Test("a new name is written at every place, across files")
  func rename() {
    var client = TestClient(["other.tenet": Self.other])
    let at = client.open("rule a.b {\n  on orders.placed as o\n  when o.ship_to.country in emb¦argoed\n}")
    #expect(client.request("textDocument/prepareRename", "{\(at)}")["placeholder"]?.text == "embargoed")
    let changes = client.request("textDocument/rename", "{\(at), \"newName\": \"forbidden\"}")["changes"]?.members
    #expect(changes?.map(\.key.description).map { $0.split(separator: "/").last ?? "" } == ["other.tenet", "rules.tenet", "streams.tenet"])
    #expect(changes?.flatMap { $0.value.elements ?? [] }.allSatisfy { $0["newText"]?.text == "forbidden" } == true)
  }

  @Test(
    "a name that is taken, or none, is refused",
    arguments: [
      ("embargoed", "orders", "`orders` is the name of a stream already"), ("embargoed", "o", "`o` is the name of an alias already"),
      ("embargoed", "for", "is no name"), ("embargoed", "a.b", "is no name"), ("embargoed", "", "is no name"),
      ("embargoed", "2x", "is no name"), ("orders", "time", "is a keyword"), ("o.total", "sum", "nothing here can be renamed"),
      ("a.b", "a.in", "is no name"), ("a.b", "a.2", "is no name"),
    ])
  func refused(word: String, name: String, why: String) throws {
    var client = TestClient()
    let text = "rule a.b {\n  on orders.placed as o\n  when o.total > 1 && o.ship_to.country in embargoed\n}"
    let place = try #require(text.firstRange(of: word))
    let at = client.open(
      text[..<place.lowerBound] + text[place.lowerBound..<text.index(before: place.upperBound)] + "¦"
        + text[text.index(before: place.upperBound)...])
    let error = client.request("textDocument/rename", "{\(at), \"newName\": \"\(name)\"}")
    #expect(error["message"]?.text?.contains(why) == true, "\(error.compact)")
  }

  @Test("a rule is renamed in its tests, too")
  func renameRule() {
    var client = TestClient()
    let at = client.open("rule a.¦b {\n  on orders.placed\n}\ntest \"t\" {\n  expect no a.b\n}")
    let edits = client.request("textDocument/rename", "{\(at), \"newName\": \"a.c\"}")["changes"]?.members?.first?.value.elements
    #expect(edits?.compactMap { $0["range"]?.place } == ["0:5-8", "4:12-15"])
  }

  @Test("a rule whose name begins as a stream's is renamed in the rules that rest on it")
  func renameRuleOfAStream() {
    var client = TestClient()
    let at = client.open("rule orders.¦b {\n  on orders.placed\n}\nrule a.c {\n  by order_id\n  on orders.b as v\n}")
    let edits = client.request("textDocument/rename", "{\(at), \"newName\": \"orders.d\"}")["changes"]?.members?.first?.value.elements
    #expect(edits?.compactMap { $0["range"]?.place } == ["0:5-13", "5:5-13"])
  }

  @Test("a test that gives a rule's param names the rule and the param")
  func renameGivenParam() {
    let text = "rule orders.b {\n  on orders.placed as o\n  when o.total > most\n  param most int { default 1 }\n}\n"
    let test = "test \"t\" {\n  given param orders.b.most = 2\n  expect no orders.b\n}"
    func places(_ marked: String, _ name: String) -> [String] {
      var client = TestClient()
      let at = client.open(marked)
      let changes = client.request("textDocument/rename", "{\(at), \"newName\": \"\(name)\"}")["changes"]?.members
      return changes?.flatMap { $0.value.elements ?? [] }.compactMap { $0["range"]?.place } ?? []
    }
    #expect(places(text.replacing("orders.b {", with: "orders.¦b {") + test, "a.c") == ["0:5-13", "6:14-22", "7:12-20"])
    #expect(places(text + test.replacing("b.most", with: "b.mo¦st"), "least") == ["2:17-21", "3:8-12", "6:23-27"])
    var client = TestClient()
    let at = client.open(text + test.replacing("orders.b.most", with: "ord¦ers.b.most"))
    #expect(client.request("textDocument/definition", "{\(at)}").elements?.map(\.locationText) == ["rules.tenet 0:5-13"])
  }

  @Test("a part of a key is renamed in what tests ask of the rule; a kind that is a state is not renamed")
  func renameKeyPartAndState() {
    var client = TestClient()
    let at = client.open(
      "rule a.b {\n  by bu¦yer = o.order_id\n  on orders.placed as o\n  violation \"{buyer}\"\n}\ntest \"t\" {\n  expect a.b { buyer: \"x\", severity: \"low\" }\n}"
    )
    let edits = client.request("textDocument/rename", "{\(at), \"newName\": \"who\"}")["changes"]?.members?.first?.value.elements
    #expect(edits?.compactMap { $0["range"]?.place } == ["1:5-10", "3:14-19", "6:15-20"])
    let state = client.open("lifecycle l {\n  by order_id\n  on orders\n  placed -> pa¦id\n  end paid retain 1d\n}", as: "life.tenet")
    let error = client.request("textDocument/rename", "{\(state), \"newName\": \"done\"}")
    #expect(error["message"]?.text?.hasPrefix("nothing here can be renamed") == true, "\(error.compact)")
  }

  @Test("symbols of a document and of the workspace, and what folds")
  func symbols() {
    var client = TestClient(["other.tenet": Self.other])
    _ = client.open("// one\n// two\nrule a.b {\n  on orders.placed\n  severity low\n}\ntest \"t\" {\n  expect no a.b\n}\nlet x = 1\n")
    let document = #"{"textDocument": {"uri": "file:///shop/Rules/rules.tenet"}}"#
    let symbols = client.request("textDocument/documentSymbol", document).elements
    #expect(symbols?.map { "\($0["detail"]?.text ?? "") \($0["name"]?.text ?? "")" } == ["rule a.b", "test t", "let x"])
    #expect(client.request("workspace/symbol", #"{"query": "cd"}"#).elements?.compactMap { $0["name"]?.text } == ["c.d"])
    let folds = client.request("textDocument/foldingRange", document).elements
    #expect(folds?.map { "\($0["startLine"]?.compact ?? "")-\($0["endLine"]?.compact ?? "")" } == ["2-4", "6-7", "0-1"])
  }
}
