import Diagnostics
import RuleLanguage
import TestKit
import Testing

@Suite("The catalogue of diagnostics")
struct CatalogueTests {
  static let entries = DiagnosticCatalogue.entries
  /// Schemas' are tested with the reader of schemas.
  static let rules = DiagnosticCatalogue.rules

  @Test("a code stands once, with a title and an explanation")
  func complete() {
    #expect(Set(Self.entries.map(\.code)).count == Self.entries.count)
    for entry in Self.entries {
      #expect(!entry.title.isEmpty && !entry.title.hasSuffix(".") && entry.title.first?.isUppercase == false, "\(entry.code)")
      #expect(entry.explanation.hasSuffix("."), "\(entry.code)")
      #expect(entry.bad.isEmpty || entry.bad != entry.good, "\(entry.code)")
    }
  }

  @Test("the bad example has the mistake, and no other", arguments: rules.map(\.code.number))
  func bad(number: Int) throws {
    let entry = try #require(Self.rules.first { $0.code.number == number })
    let diagnostics = TestProgram.check(entry.bad).diagnostics.filter { !Self.isOfSupport($0.code) || Self.isOfSupport(entry.code) }
    #expect(Set(diagnostics.map(\.code)) == [entry.code], "\(diagnostics.map { "\($0.code) \($0.message)" })")
    #expect(diagnostics.allSatisfy { $0.severity == entry.severity })
  }

  @Test("the good example has no mistake", arguments: rules.map(\.code.number))
  func good(number: Int) throws {
    let entry = try #require(Self.rules.first { $0.code.number == number })
    let diagnostics = TestProgram.check(entry.good).diagnostics.filter { !Self.isOfSupport($0.code) }
    #expect(diagnostics.map { "\($0.code) \($0.message)" } == [])
  }

  /// What is not supported yet is said beside: the examples are of the whole language.
  private static func isOfSupport(_ code: DiagnosticCode) -> Bool { (800...899).contains(code.number) }
}
