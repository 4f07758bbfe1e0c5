import Foundation
import TestKit
import Testing

@testable import tenet

/// `tenet explain`, as authors and operators see it.
@Suite("The verb `explain`")
struct ExplainVerbTests {
  private static let folder = GoldenFile.folder.appending(path: "Language")

  private func explain(_ words: String..., examples: Bool = true) -> (code: ExitCode, out: String, error: String) {
    let transcript = Transcript()
    let rules = examples ? Self.folder.appending(path: "examples.tenet") : repository.appending(path: "Rules")
    let schemas = examples ? Self.folder.appending(path: "Schemas") : repository.appending(path: "Schemas")
    let options = ["--rules", rules.path, "--schemas", schemas.path]
    let code = CommandLineTool.run(["explain"] + words + options, verbs: [.explain], console: transcript.console)
    return (code, transcript.out.replacing(Self.folder.path + "/", with: ""), transcript.error)
  }

  @Test("every form of the language is said in words, with what it reads, keeps and says, and when it decides")
  func forms() throws {
    for comparison in try GoldenFile("Language/explained.txt").compare({ explain(String($0.dropLast())).out }) {
      #expect(comparison.result == comparison.expected, "\(comparison.title)")
    }
  }

  @Test("a rule as JSON has the same parts")
  func json() throws {
    let (code, out, _) = explain("payments.capture_timeout", "--format", "json", examples: false)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any])
    #expect(code == .good)
    #expect(object["pattern"] as? String == "obligation")
    #expect(
      (object["reads"] as? [[String: Any]])?.map { $0["kind"] as? String } == ["orders.placed", "payments.captured", "orders.cancelled"])
    let said = object["says"] as? [[String: String]]
    #expect(said?.first { $0["name"] == "exposure" }?["text"] == "o.total")
    #expect((object["keeps"] as? [String: Any])?["key"] as? [String] == ["order_id"])
    #expect((object["tests"] as? [Any])?.isEmpty == false && (object["lacks"] as? [Any])?.isEmpty == true)
  }

  @Test("a code is explained with its examples, in any case")
  func code() {
    let (code, out, _) = explain("tn0201")
    #expect(code == .good && out.hasPrefix("error[TN0201]: ") && out.contains("Put right:"), "\(out)")
  }

  @Test(
    "what does not exist is told, with the nearest name",
    arguments: [
      ("payments.capture_timout", "did you mean `payments.capture_timeout`?"), ("TN9999", "there is no code `TN9999`"),
      ("nothing_like_it_at_all", "`tenet check` lists all"),
    ])
  func unknown(_ name: String, _ said: String) {
    let (code, _, error) = explain(name)
    #expect(code == .call && error.contains(said), "\(error)")
  }

  @Test("without a name, or with two, the call is at fault")
  func operands() {
    #expect(explain().code == .call)
    #expect(explain("a", "b").code == .call)
  }
}
