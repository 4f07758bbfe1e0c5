import Diagnostics
import Foundation
import RuleLanguage
import Testing

@Suite("The catalogue of diagnostics")
struct CatalogueTests {
  static let entries = DiagnosticCatalogue.entries

  @Test("a code stands once, with a title and an explanation")
  func complete() {
    #expect(Set(Self.entries.map(\.code)).count == Self.entries.count)
    for entry in Self.entries {
      #expect(!entry.title.isEmpty && !entry.title.hasSuffix(".") && entry.title.first?.isUppercase == false, "\(entry.code)")
      #expect(entry.explanation.hasSuffix("."), "\(entry.code)")
      #expect(entry.bad != entry.good, "\(entry.code)")
    }
  }

  @Test("the bad example has the mistake, and no other", arguments: entries.map(\.code.number))
  func bad(number: Int) throws {
    let entry = try #require(Self.entries.first { $0.code.number == number })
    let diagnostics = Self.check(entry.bad, entry.example).filter { !Self.isOfSupport($0.code) || Self.isOfSupport(entry.code) }
    #expect(Set(diagnostics.map(\.code)) == [entry.code], "\(diagnostics.map { "\($0.code) \($0.message)" })")
    #expect(diagnostics.allSatisfy { $0.severity == entry.severity })
  }

  @Test("the good example has no mistake", arguments: entries.map(\.code.number))
  func good(number: Int) throws {
    let entry = try #require(Self.entries.first { $0.code.number == number })
    let diagnostics = Self.check(entry.good, entry.example).filter { !Self.isOfSupport($0.code) }
    #expect(diagnostics.map { "\($0.code) \($0.message)" } == [])
  }

  @Test("every code of the modules that check rules stands in the catalogue")
  func all() throws {
    var missing: Set<Int> = []
    for module in ["Diagnostics", "EventModel", "RuleLanguage"] {
      let folder = GoldenFile.folder.appending(path: "../../Sources/\(module)")
      for case let file as URL in try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
      where file.pathExtension == "swift" {
        for match in try String(contentsOf: file, encoding: .utf8).matches(of: /= DiagnosticCode\(([0-9]+)\)/) {
          let number = try #require(Int(match.output.1))
          if !Self.entries.contains(where: { $0.code.number == number }) { missing.insert(number) }
        }
      }
    }
    #expect(missing.sorted() == [])
  }

  private static func check(_ text: String, _ example: DiagnosticEntry.Example) -> [Diagnostic] {
    switch example {
    case .rules: TestProgram.check(text).diagnostics
    case .schema:
      RuleProgram.check(
        files: [
          SourceText(
            file: "rules.tenet",
            text: "stream samples { topic \"samples.v1\"  schema \"sample.schema.json\"  kind type  time at  id id within 1h }\n")
        ]
      ) { $0 == "sample.schema.json" ? Array(text.utf8) : nil }.diagnostics
    }
  }

  /// What is not supported yet is said beside: the examples are of the whole language.
  private static func isOfSupport(_ code: DiagnosticCode) -> Bool { (800...899).contains(code.number) }
}
