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

  @Test(
    "rules in the documentation check, with the streams of Rules/, and their tests pass",
    arguments: pages.map(\.path).filter { $0 != "Documentation/Language.md" })
  func rules(_ path: String) throws {
    let text = try #require(pages.first { $0.path == path }).text
    let streams = try String(contentsOf: repository.appendingPathComponent("Rules/streams.tenet"), encoding: .utf8)
    for (number, match) in text.matches(of: /(?s)```tenet\n(.*?)```/).enumerated() {
      let block = SourceText(file: "\(path) block \(number + 1)", text: String(match.1))
      let declaresStream = match.1.hasPrefix("stream ")
      let files = declaresStream ? [block] : [SourceText(file: "Rules/streams.tenet", text: streams), block]
      let result = RuleProgram.check(files: files) { RuleFiles.schema($0, in: repository.appendingPathComponent("Schemas").path) }
      #expect(result.diagnostics.isEmpty, "\(TextRenderer(sources: result.sources).render(result.diagnostics))")
      guard let program = result.program else { continue }
      let report = TestReport(program.tests, in: program, sources: result.sources)
      #expect(report.failed == 0, "\(report.text)")
    }
  }

  @Test("the examples of the language's reference are one program, whose streams are those of examples.tenet")
  func language() throws {
    let text = try #require(pages.first { $0.path == "Documentation/Language.md" }).text
    let golden = repository.appendingPathComponent("Tests/Golden/Language")
    let examples = text.matches(of: /(?s)```tenet\n(.*?)```/).map { String($0.1) }.joined(separator: "\n")
    #expect(examples.contains("lifecycle order {") && examples.contains("test \""))
    let streams = try String(contentsOf: golden.appendingPathComponent("examples.tenet"), encoding: .utf8).split(separator: "\n").filter {
      $0.hasPrefix("stream ") && !$0.hasPrefix("stream orders")
    }
    let files = [
      SourceText(file: "Language.md", text: examples), SourceText(file: "streams.tenet", text: streams.joined(separator: "\n")),
    ]
    let result = RuleProgram.check(files: files) { RuleFiles.schema($0, in: golden.appendingPathComponent("Schemas").path) }
    #expect(
      result.diagnostics.allSatisfy { (800...899).contains($0.code.number) },
      "\(TextRenderer(sources: result.sources).render(result.diagnostics))")
    let program = try #require(result.program)
    let report = TestReport(program.tests, in: program, sources: result.sources)
    #expect(report.failed == 0, "\(report.text)")
  }

  @Test("the configuration reference is the table of settings")
  func settings() throws {
    let file = repository.appendingPathComponent("Documentation/Operators/configuration.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let block = try #require(text.firstMatch(of: /(?s)<!-- settings -->.*?<!-- \/settings -->/))
    try compare(String(block.0), with: "<!-- settings -->\n\(SettingsReference.markdown())<!-- /settings -->", in: file)
  }

  @Test("the tables of functions are the catalogue")
  func functions() throws {
    let file = repository.appendingPathComponent("Documentation/Authors/expressions.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let block = try #require(text.firstMatch(of: /(?s)<!-- functions -->.*<!-- \/functions -->/))
    try compare(String(block.0), with: "<!-- functions -->\n\(FunctionReference.markdown())<!-- /functions -->", in: file)
  }

  @Test("each line of a `tenet eval` block is an expression, and gives what stands behind it")
  func expressions() throws {
    var count = 0
    for (path, text) in pages {
      for block in text.matches(of: /(?s)```cel\n(.*?)```/) {
        for line in block.1.split(separator: "\n") where !line.isEmpty {
          let parts = line.split(separator: "  // ").map { $0.trimmingCharacters(in: .whitespaces) }
          let (expression, wanted) = (try #require(parts.first), try #require(parts.dropFirst().first, "\(path): \(line)"))
          let session = ExpressionSession()
          let (program, diagnostics) = session.check(SourceText(file: path, text: expression))
          let outcome: String
          if let program {
            do { outcome = try session.evaluate(program).celText } catch { outcome = "error" }
          } else {
            outcome = "error"
          }
          #expect(outcome == wanted || wanted.hasPrefix(outcome + ":"), "\(path): \(expression): \(diagnostics.map(\.message))")
          count += 1
        }
      }
    }
    #expect(count > 20)
  }

  @Test("the page of diagnostics is the catalogue")
  func diagnostics() throws {
    let file = repository.appendingPathComponent("Documentation/Authors/diagnostics.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let block = try #require(text.firstMatch(of: /(?s)<!-- diagnostics -->.*<!-- \/diagnostics -->/))
    try compare(String(block.0), with: "<!-- diagnostics -->\n\(DiagnosticReference.markdown())<!-- /diagnostics -->", in: file)
  }

  /// Compares a part of a page that is made with what is made, or records it.
  private func compare(_ block: String, with wanted: String, in file: URL) throws {
    if ProcessInfo.processInfo.environment["TENET_RECORD"] == "1" {
      let text = try String(contentsOf: file, encoding: .utf8)
      try text.replacing(block, with: wanted).write(to: file, atomically: true, encoding: .utf8)
    } else {
      #expect(block == wanted, "run the tests with TENET_RECORD=1 to write it")
    }
  }

  @Test("every code that the sources give, and the documentation and the rules name, stands in the catalogue, once")
  func codes() throws {
    let known = DiagnosticReference.entries.map(\.code.number)
    #expect(Set(known).count == known.count)
    for (folder, end, pattern) in [
      ("Sources", ".swift", /DiagnosticCode\(([0-9]+)\)/), ("Documentation", ".md", /TN([0-9]{4})/), ("Rules", ".tenet", /TN([0-9]{4})/),
    ] {
      let root = repository.appendingPathComponent(folder)
      for case let path as String in try #require(FileManager.default.enumerator(atPath: root.path))
      where path.hasSuffix(end) && !path.hasSuffix("diagnostics.md") {
        for match in try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8).matches(of: pattern) {
          let isKnown = try known.contains(#require(Int(match.1)))
          #expect(isKnown, "\(folder)/\(path): \(match.0)")
        }
      }
    }
  }
}
