import EventModel
import Foundation
import HTTPServing
import Telemetry
import TestKit
import Testing

@testable import AlertFeed

/// A JSON file of the repository.
func repositoryJSON(_ path: String) throws -> JSONValue {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  return try JSONValue.parse(Array(Data(contentsOf: root.appendingPathComponent(path))))
}

@Suite(.timeLimit(.minutes(1))) struct OpenAPITests {
  let feed: FeedUnderTest
  let document: JSONValue

  init() throws {
    feed = try InterfaceTests.feed()
    document = try feed.json("/openapi.json")
  }

  /// Follows a `$ref` at the top.
  func resolved(_ value: JSONValue) -> JSONValue {
    guard let reference = value["$ref"]?.text else { return value }
    return reference.dropFirst(2).split(separator: "/").reduce(document) { $0[String($1)] ?? .null }
  }

  func operation(_ path: String) throws -> JSONValue { try #require(document["paths"]?[path]?["get"]) }

  @Test("the document has the routes, and the routes are in the document")
  func routes() throws {
    let folder = try TestFolder()
    let history = try History(path: folder.path + "/x.sqlite")
    let routes = Feed.routes(history, try LiveStreams(history: history, log: .silent), Health([]), MetricsRegistry())
    #expect(document["paths"]?.members?.map(\.key).sorted() == routes.map(\.template).sorted())
  }

  @Test("the parameters are those that are taken", arguments: ["/api/v1/violations", "/api/v1/kpis", "/api/v1/rules"])
  func parameters(path: String) throws {
    let documented = (try operation(path)["parameters"]?.elements ?? []).map { resolved($0)["name"]?.text ?? "" }
    let detail = try JSONValue.parse(try feed.get("\(path)?no_such=1").body)["detail"]?.text
    let names = documented.map { "`\($0)`" }.joined(separator: ", ")
    #expect(detail == "`no_such` is not a parameter here: \(names.isEmpty ? "there are none" : "there are \(names)")")
  }

  @Test(
    "replies are as the document says",
    arguments: [
      ("/api/v1/violations", "/api/v1/violations?limit=2", 200), ("/api/v1/violations", "/api/v1/violations", 200),
      ("/api/v1/violations", "/api/v1/violations?state=lost", 400), ("/api/v1/violations/{id}", "/api/v1/violations/a", 200),
      ("/api/v1/violations/{id}", "/api/v1/violations/zz", 404),
      ("/api/v1/violations/{id}/revisions", "/api/v1/violations/a/revisions", 200),
      ("/api/v1/rules", "/api/v1/rules", 200), ("/api/v1/kpis", "/api/v1/kpis", 200), ("/api/v1/kpis", "/api/v1/kpis?limit=x", 400),
      ("/livez", "/livez", 200), ("/readyz", "/readyz", 200), ("/startupz", "/startupz", 200), ("/openapi.json", "/openapi.json", 200),
      ("/", "/", 200), ("/metrics", "/metrics", 200),
    ])
  func replies(path: String, target: String, status: Int) throws {
    let response = try feed.get(target)
    #expect(response.status == status)
    let documented = resolved(try #require(try operation(path)["responses"]?[String(status)]))
    let (type, content) = try #require(documented["content"]?.members?.first)
    #expect(response.header("Content-Type") == type)
    guard type.hasSuffix("json") else { return }
    let schema: JSONValue = try #require(content["schema"])
    // Ids are short in these tests.
    let mistakes = SchemaCheck(document).mistakes(try JSONValue.parse(response.body), by: schema)
      .filter { !$0.hasSuffix("is not like `^[0-9a-f]{32}$`") }
    #expect(mistakes.isEmpty)
  }

  @Test("its records are those of the schemas", arguments: [("Violation", "violation"), ("KPI", "kpi")])
  func schemas(name: String, file: String) throws {
    guard case .object(let members) = try repositoryJSON("Schemas/tenet/\(file).schema.json") else { return }
    let schema = JSONValue.object(members.filter { $0.key != "$schema" && $0.key != "$id" })
    let moved = schema.compact.replacing("#/$defs/", with: "#/components/schemas/\(name)/$defs/")
    #expect(document["components"]?["schemas"]?[name]?.compact == moved)
  }

  @Test("records are as their schemas say, and others are not")
  func records() throws {
    let id = String(repeating: "0f", count: 16)
    let violation = SchemaCheck(try repositoryJSON("Schemas/tenet/violation.schema.json"))
    let good = Records.violation(id, revision: 1, state: "resolved")
    #expect(violation.mistakes(try JSONValue.parse(Array(good.utf8))).isEmpty)
    for (part, wrong) in [
      (#""open""#, #""shut""#), ("\"\(id)\"", "\"x\""), (#""epoch":0"#, #""epoch":"0""#), (#""settled":false,"#, ""),
      (#""tags""#, #""labels""#),
      (#""role":"on""#, #""role":"by""#), (#""offset":17"#, #""offset":-1"#), (#"10:30:00Z"#, "10:30:00+01:00"),
    ] {
      let bad = Records.violation(id).replacing(part, with: wrong)
      #expect(!violation.mistakes(try JSONValue.parse(Array(bad.utf8))).isEmpty, "\(wrong)")
    }
    let kpi = SchemaCheck(try repositoryJSON("Schemas/tenet/kpi.schema.json"))
    #expect(kpi.mistakes(try JSONValue.parse(Array(Records.kpi().utf8))).isEmpty)
    let correction = SchemaCheck(try repositoryJSON("Schemas/tenet/correction.schema.json"))
    let text =
      #"{"id":"\#(id).1","violation":"\#(id)","epoch":0,"name":"refunds.requested","state":"requested","rule":"a.b","region":"us-east-1","at":"2026-01-05T10:30:00Z","payload":{"amount":"1.00"}}"#
    #expect(correction.mistakes(try JSONValue.parse(Array(text.utf8))).isEmpty)
    #expect(correction.mistakes(try JSONValue.parse(Array(text.replacing("requested\"", with: "asked\"").utf8))).count == 1)
  }
}
