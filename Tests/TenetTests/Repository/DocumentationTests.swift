import Diagnostics
import Foundation
import RuleLanguage
import Settings
import Testing

@testable import tenet

/// The checkout that the tests were built from.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// The Markdown files of the repository, by path.
let pages: [(path: String, text: String)] = {
  let documentation = FileManager.default.enumerator(atPath: repository.appendingPathComponent("Documentation").path)
  let names =
    ["README.md"] + (documentation?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".md") }.map { "Documentation/" + $0 }
  return names.sorted().map { ($0, (try? String(contentsOf: repository.appendingPathComponent($0), encoding: .utf8)) ?? "") }
}()

@Suite("The documentation")
struct DocumentationTests {
  @Test("every link leads somewhere in the repository", arguments: pages.map(\.path))
  func links(_ path: String) throws {
    let text = try #require(pages.first { $0.path == path }).text
    let folder = repository.appendingPathComponent(path).deletingLastPathComponent()
    for match in text.matches(of: /\]\(([^)#]+)(#[^)]*)?\)/) {
      let target = String(match.1)
      if target.hasPrefix("http") { continue }
      #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent(target).path), "\(path): \(target)")
    }
    for match in text.matches(of: /<img[^>]*src="([^"]+)"/) {
      #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent(String(match.1)).path), "\(path): \(match.1)")
    }
  }

  @Test("the README's table names every verb, and no other")
  func verbs() throws {
    let readme = try #require(pages.first { $0.path == "README.md" }).text
    let named = readme.matches(of: /(?m)^\| `tenet ([a-z]+)` \|/).map { String($0.1) }
    #expect(named.sorted() == CommandLineTool.verbs.map(\.name).sorted())
  }

  @Test("every page is reached from the index")
  func index() throws {
    let index = try #require(pages.first { $0.path == "Documentation/README.md" }).text
    for (path, _) in pages where path.hasPrefix("Documentation/") && path != "Documentation/README.md" {
      #expect(index.contains("](\(path.dropFirst("Documentation/".count)))"), "\(path)")
    }
  }

  @Test("rules in the documentation check, with the streams of Rules/", arguments: pages.map(\.path))
  func rules(_ path: String) throws {
    let text = try #require(pages.first { $0.path == path }).text
    let streams = try String(contentsOf: repository.appendingPathComponent("Rules/streams.tenet"), encoding: .utf8)
    for (number, match) in text.matches(of: /(?s)```tenet\n(.*?)```/).enumerated() {
      let block = SourceText(file: "\(path) block \(number + 1)", text: String(match.1))
      let declaresStream = match.1.hasPrefix("stream ")
      let files = declaresStream ? [block] : [SourceText(file: "Rules/streams.tenet", text: streams), block]
      let result = RuleProgram.check(files: files) { RuleFiles.schema($0, in: repository.appendingPathComponent("Schemas").path) }
      #expect(result.diagnostics.isEmpty, "\(TextRenderer(sources: result.sources).render(result.diagnostics))")
    }
  }

  @Test("the configuration reference is the table of settings")
  func settings() throws {
    let file = repository.appendingPathComponent("Documentation/Operators/configuration.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let wanted = "<!-- settings -->\n\(SettingsReference.markdown())<!-- /settings -->"
    let block = try #require(text.firstMatch(of: /(?s)<!-- settings -->.*?<!-- \/settings -->/))
    if ProcessInfo.processInfo.environment["TENET_RECORD"] == "1" {
      try text.replacing(String(block.0), with: wanted).write(to: file, atomically: true, encoding: .utf8)
    } else {
      #expect(String(block.0) == wanted, "run the tests with TENET_RECORD=1 to write it")
    }
  }
}
