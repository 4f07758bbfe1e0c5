import Diagnostics
import RuleLanguage
import TestKit
import Testing

@Suite("Golden files of diagnostics")
struct DiagnosticGoldenTests {
  @Test(
    "a text gives exactly the diagnostics of the grammar that its golden file shows",
    arguments: GoldenFile.names(in: "Diagnostics/Grammar", endingWith: ".txt"))
  func grammar(path: String) throws {
    let comparisons = try GoldenFile(path).compare { text in
      let source = SourceText(file: "rules.tenet", text: text)
      return TextRenderer(sources: SourceTexts([source])).render(FileSyntax.parse(source).diagnostics.inReadingOrder())
    }
    for golden in comparisons { #expect(golden.expected == golden.result, "\(golden.title)") }
  }

  @Test(
    "a program gives exactly the diagnostics that its golden file shows",
    arguments: GoldenFile.names(in: "Diagnostics/Programs", endingWith: ".txt"))
  func programs(path: String) throws {
    let comparisons = try GoldenFile(path).compare { text in
      let result = TestProgram.check(text)
      return TextRenderer(sources: result.sources).render(result.diagnostics)
    }
    for golden in comparisons { #expect(golden.expected == golden.result, "\(golden.title)") }
  }
}
