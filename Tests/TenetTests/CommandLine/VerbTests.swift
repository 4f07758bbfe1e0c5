import Diagnostics
import EventModel
import Foundation
import TestKit
import Testing

@testable import tenet

/// Calls of the verbs that need no broker, on files.
@Suite("The verbs on files")
struct VerbTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "tenet-verbs-\(UUID().uuidString)")

  private func file(_ name: String, _ text: String) throws -> String {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    return folder.appending(path: name).path
  }

  private func call(_ verb: Verb, _ words: [String]) -> (code: ExitCode, out: String, error: String) {
    defer { try? FileManager.default.removeItem(at: folder) }
    let transcript = Transcript()
    let code = CommandLineTool.run([verb.name] + words, verbs: [verb], console: transcript.console)
    return (code, transcript.out, transcript.error)
  }

  @Test("`check` says that it found no rules", arguments: ["", "// nothing yet\n", "let embargoed = [\"KP\"]\n"])
  func empty(_ text: String) throws {
    let path = try file("empty.tenet", text)
    let (code, out, _) = call(.check, [path, "--schemas", folder.path])
    #expect(code == .good)
    #expect(out.hasSuffix("no rule and no KPI is in `\(path)`\n0 errors, \(out.contains("1 warning") ? "1 warning" : "0 warnings")\n"))
  }

  @Test("`check` of no rules is an annotation for GitHub")
  func emptyOnGitHub() throws {
    let path = try file("empty.tenet", "")
    let (code, out, _) = call(.check, [path, "--schemas", folder.path, "--format", "github"])
    #expect(code == .good)
    #expect(out == "::warning title=no rules::no rule and no KPI is in `\(path)`\n0 errors, 0 warnings\n")
  }

  @Test("an annotation for GitHub has its place, to the end, and a path with signs of its own")
  func annotation() throws {
    let path = try file("a,b:c%.tenet", "let a = 1\nrule orders.large { on orders.placed }\n")
    let (_, out, _) = call(.check, [path, "--schemas", folder.path, "--format", "github"])
    let name = path.replacing("a,b:c%", with: "a%2Cb%3Ac%25")
    #expect(out.hasPrefix("::error file=\(name),line=2,endLine=2,col=24,endColumn=30,title=TN"))
  }

  @Test("every code has a text for a terminal, whatever the case it is asked in")
  func texts() throws {
    for entry in DiagnosticReference.entries {
      let text = try #require(DiagnosticReference.text(of: entry.code.description.lowercased()))
      #expect(text.hasPrefix("\(entry.severity)[\(entry.code)]: \(entry.title)\n"))
    }
    #expect(DiagnosticReference.text(of: "TN9999") == nil)
  }

  @Test("`check` prints what it finds as SARIF, a rule for each code among them")
  func sarif() throws {
    let path = try file("rules.tenet", "rule orders.large { on orders.placed as o  when o.total > 5  violation \"large\" }\n")
    let (code, out, _) = call(.check, [path, "--schemas", folder.path, "--format", "sarif"])
    #expect(code == .input)
    let run = try JSONValue.parse(Array(out.utf8))["runs"]?.elements?.first
    let result = run?["results"]?.elements?.first
    #expect(result?["message"]?["text"]?.text?.contains("`orders`") == true)
    let rules = run?["tool"]?["driver"]?["rules"]?.elements?.map { $0["id"]?.text }
    #expect(rules == [result?["ruleId"]?.text])
  }

  @Test("`replay` tells lines that are no records, goes on behind them, counts them, and exits with 1")
  func badLines() throws {
    let events = try file(
      "events.jsonl",
      """
      {"topic": "orders.v1", "timestamp": 1767600000000, "value": {"broken": 1}}
      {"topic": "orders.v1"
      {"topic": "orders.v1", "timestamp": 1767600000001, "raw": "eyI="}
      {"topic": "orders.v1", "surprise": 1, "value": {}}
      {"topic": "orders.v1", "offset": 0, "value": {}}
      {"topic": "orders.v1", "timestamp": 1767600000002, "value": null}
      """)
    let rules = repository.appending(path: "Rules").path
    let (code, out, error) = call(
      .replay, ["--rules", rules, "--schemas", repository.appending(path: "Schemas").path, "--events", events, "--format", "json"])
    #expect(code == .input)
    let letters = out.split(separator: "\n")
    #expect(letters.count == 3 && letters.allSatisfy { $0.contains("tenet.dead-letters.v1") }, "\(out)")
    let told = error.split(separator: "\n").filter { $0.hasPrefix(events) || $0.hasPrefix("{") }
    #expect(
      told.dropLast() == [
        "\(events):2: the line is no JSON object", "\(events):4: `surprise` is no member of a record",
        "\(events):5: offset 0 of `orders.v1` 0 does not follow 1",
      ])
    let summary = try JSONValue.parse(Array((told.last ?? "").utf8))
    #expect(summary["records"] == .number("3") && summary["bad_lines"] == .number("3") && summary["dead_letters"] == .number("3"))
  }

  @Test("of very many bad lines `replay` tells the first twenty")
  func manyBadLines() throws {
    let events = try file("events.jsonl", String(repeating: "no\n", count: 50))
    let rules = repository.appending(path: "Rules").path
    let (code, _, error) = call(
      .replay, ["--rules", rules, "--schemas", repository.appending(path: "Schemas").path, "--events", events])
    #expect(code == .input)
    let told = error.split(separator: "\n").filter { $0.hasPrefix(events) || $0.contains("bad lines") }
    #expect(told.count == 22 && told[20] == "\(events):21: there are more" && told[21].contains("50 bad lines"), "\(error)")
  }
}
