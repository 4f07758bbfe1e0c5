import Diagnostics
import Testing

@Suite("Diagnostics as text")
struct TextRendererTests {
  static let source = SourceText(file: "Rules/orders.tenet", text: "rule a {\n  on orders.placed as o\n  when o.totl > 1\n}\n")

  static func span(of text: String) -> SourceSpan {
    let bytes = Array(text.utf8)
    let start = (0...(source.bytes.count - bytes.count)).first { Array(source.bytes[$0..<($0 + bytes.count)]) == bytes }
    guard let start else { preconditionFailure("\(text) stands in the source") }
    return SourceSpan(file: source.file, range: start..<(start + bytes.count))
  }

  @Test("a caret line underlines the place, notes and help follow")
  func caret() {
    let diagnostic = Diagnostic(
      DiagnosticCode(301), .error, "`totl` is not a field of `orders.placed`", at: Self.span(of: "totl"),
      notes: [.init("`o` is declared here", at: Self.span(of: "o\n")), .init("the schema has 12 fields")], help: "did you mean `total`?")
    #expect(
      TextRenderer(sources: SourceTexts([Self.source])).render(diagnostic) == """
        error[TN0301]: `totl` is not a field of `orders.placed`
          --> Rules/orders.tenet:3:10
           |
         3 |   when o.totl > 1
           |          ^^^^
        note: `o` is declared here
          --> Rules/orders.tenet:2:23
           |
         2 |   on orders.placed as o
           |                       -
           = note: the schema has 12 fields
           = help: did you mean `total`?

        """)
  }

  @Test("a caret stands under its place behind tabs, wide characters and marks")
  func width() {
    let line = "\té漢🙂x = 1"
    let source = SourceText(file: "a", text: line)
    let start = Array(line.utf8).firstIndex(of: UInt8(ascii: "x")) ?? 0
    let text = TextRenderer(sources: SourceTexts([source])).render(
      Diagnostic(DiagnosticCode(1), .warning, "m", at: SourceSpan(file: "a", range: start..<(start + 1))))
    #expect(text == "warning[TN0001]: m\n  --> a:1:5\n   |\n 1 |     é漢🙂x = 1\n   |          ^\n")
  }

  @Test("a place at the end of the text, or in a text that is not at hand, is printed all the same")
  func edges() {
    let renderer = TextRenderer(sources: SourceTexts([SourceText(file: "a", text: "x\n")]))
    #expect(
      renderer.render(Diagnostic(DiagnosticCode(1), .error, "m", at: SourceSpan(file: "a", range: 2..<2)))
        == "error[TN0001]: m\n  --> a:2:1\n   |\n 2 |\n   | ^\n")
    #expect(
      renderer.render(Diagnostic(DiagnosticCode(1), .error, "m", at: SourceSpan(file: "b", range: 2..<2))) == "error[TN0001]: m\n  --> b\n")
  }

  @Test("a span over several lines is marked to the end of its first line")
  func manyLines() {
    let source = SourceText(file: "a", text: "ab\r\ncd\n")
    let text = TextRenderer(sources: SourceTexts([source])).render(
      Diagnostic(DiagnosticCode(1), .error, "m", at: SourceSpan(file: "a", range: 1..<6)))
    #expect(text == "error[TN0001]: m\n  --> a:1:2\n   |\n 1 | ab\n   |  ^\n")
  }

  @Test("JSON has the place in bytes, lines and characters, and escapes what JSON escapes")
  func json() {
    let source = SourceText(file: "a", text: "é\nxy")
    let span = SourceSpan(file: "a", range: 3..<5)
    let diagnostic = Diagnostic(
      DiagnosticCode(12), .error, "say \"x\"\n", at: span, notes: [.init("n")], help: "h", edit: .init(replace: span, with: "z\u{1}"))
    #expect(
      JSONRenderer(sources: SourceTexts([source])).render([diagnostic])
        == #"[{"code":"TN0012","severity":"error","message":"say \"x\"\n","file":"a","start":3,"end":5,"line":2,"column":1,"#
        + #""end_line":2,"end_column":3,"notes":[{"message":"n"}],"help":"h","edit":{"file":"a","start":3,"end":5,"line":2,"#
        + #""column":1,"end_line":2,"end_column":3,"replacement":"z\u0001"}}]"#)
  }

  @Test("a long line is cut around the mark")
  func longLine() {
    let text = String(repeating: "a", count: 5_000) + " totl " + String(repeating: "b", count: 5_000)
    let source = SourceText(file: "r.tenet", text: text)
    let span = SourceSpan(file: "r.tenet", range: 5_001..<5_005)
    let lines = TextRenderer(sources: SourceTexts([source])).render(Diagnostic(DiagnosticCode(201), .error, "wrong", at: span))
      .split(separator: "\n").map(String.init)
    #expect(lines[1] == "  --> r.tenet:1:5002")
    #expect(lines[3] == " 1 | …" + String(repeating: "a", count: 59) + " totl " + String(repeating: "b", count: 134) + "…")
    #expect(lines[4] == "   | " + String(repeating: " ", count: 61) + "^^^^")
  }
}
