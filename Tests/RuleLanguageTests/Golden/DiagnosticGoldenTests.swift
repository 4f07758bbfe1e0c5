import Diagnostics
import RuleLanguage
import Testing

@Suite("Golden files of diagnostics")
struct DiagnosticGoldenTests {
  @Test(
    "a source gives exactly the diagnostics that its golden file shows", arguments: GoldenFile.names(in: "Diagnostics", endingWith: ".txt"))
  func golden(path: String) throws {
    try GoldenFile(path).check { text in
      let source = SourceText(file: "rules.tenet", text: text)
      return TextRenderer(sources: SourceTexts([source])).render(FileSyntax.parse(source).diagnostics.inReadingOrder())
    }
  }
}
