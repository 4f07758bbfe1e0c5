import Testing

@testable import Diagnostics

@Suite("Diagnostics as SARIF")
struct SARIFRendererTests {
  private let entry = DiagnosticEntry(DiagnosticCode(12), .warning, "a title", explanation: "why", bad: "", good: "")
  private let other = DiagnosticEntry(DiagnosticCode(9), .error, "another", explanation: "", bad: "", good: "")

  private func render(_ diagnostics: [Diagnostic], _ source: SourceText) -> String {
    SARIFRenderer(sources: SourceTexts([source]), version: "1.2", catalogue: [entry, other]).render(diagnostics)
  }

  private func log(rules: String, results: String) -> String {
    #"{"$schema":"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json","version":"2.1.0","#
      + #""runs":[{"tool":{"driver":{"name":"tenet","version":"1.2","rules":[\#(rules)]}},"columnKind":"unicodeCodePoints","#
      + #""results":[\#(results)]}]}"#
  }

  @Test("nothing is wrong: a run without results")
  func empty() {
    #expect(render([], SourceText(file: "a", text: "")) == log(rules: "", results: ""))
  }

  @Test("a result has its rule, its place in lines and Unicode scalars, other places, and the fix")
  func whole() {
    // The family is one character, of three scalars.
    let source = SourceText(file: "my rules/a.tenet", text: "x\n👩\u{200D}👧 totl\n")
    let span = SourceSpan(file: "my rules/a.tenet", range: 14..<18)
    let diagnostic = Diagnostic(
      DiagnosticCode(12), .warning, "say \"x\"", at: span,
      notes: [.init("in general"), .init("here", at: SourceSpan(file: "my rules/a.tenet", range: 0..<1))], help: "did you mean `total`?",
      edit: .init(replace: span, with: "total"))
    let rule =
      #"{"id":"TN0012","shortDescription":{"text":"a title"},"fullDescription":{"text":"why"},"help":{"text":"why"},"#
      + #""defaultConfiguration":{"level":"warning"}}"#
    let artifact = #""artifactLocation":{"uri":"my%20rules/a.tenet"}"#
    let region = #"{"startLine":2,"startColumn":5,"endLine":2,"endColumn":9}"#
    let result =
      #"{"ruleId":"TN0012","ruleIndex":0,"level":"warning","#
      + #""message":{"text":"say \"x\"\nnote: in general\nhelp: did you mean `total`?"},"#
      + #""locations":[{"physicalLocation":{\#(artifact),"region":\#(region)}}],"#
      + #""relatedLocations":[{"physicalLocation":{\#(artifact),"region":{"startLine":1,"startColumn":1,"endLine":1,"endColumn":2}},"#
      + #""message":{"text":"here"}}],"#
      + #""fixes":[{"description":{"text":"did you mean `total`?"},"artifactChanges":[{\#(artifact),"#
      + #""replacements":[{"deletedRegion":\#(region),"insertedContent":{"text":"total"}}]}]}]}"#
    #expect(render([diagnostic], source) == log(rules: rule, results: result))
  }

  @Test("of a file that is not at hand the place is its name, absolute if it is; a code without an entry has no number")
  func elsewhere() {
    let diagnostic = Diagnostic(DiagnosticCode(13), .error, "m", at: SourceSpan(file: "/b", range: 2..<2))
    let result =
      #"{"ruleId":"TN0013","level":"error","message":{"text":"m"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"file:///b"}}}]}"#
    #expect(render([diagnostic], SourceText(file: "a", text: "")) == log(rules: "", results: result))
  }
}
