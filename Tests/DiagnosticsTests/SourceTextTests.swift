import Diagnostics
import Testing

@Suite("Places in a text")
struct SourceTextTests {
  @Test("columns of a long line are those of counting from its beginning", arguments: ["a", "é", "é ", "👩‍👩‍👧 x", "e\u{301}b"])
  func longLines(_ piece: String) {
    let line = String(repeating: piece, count: 6_000)
    let source = SourceText(file: "f", text: "first\n" + line + "\nlast")
    for count in [0, 1, 2, 100, 2_999, 5_999, 6_000] {
      let before = String(repeating: piece, count: count)
      let offset = 6 + before.utf8.count
      #expect(source.position(of: offset) == SourcePosition(line: 2, column: before.count + 1))
      #expect(source.scalarColumn(of: offset) == before.unicodeScalars.count + 1)
    }
    #expect(source.position(of: 6 + line.utf8.count + 3) == SourcePosition(line: 3, column: 3))
  }

  @Test("what is not UTF-8 has places, too")
  func notUTF8() {
    let source = SourceText(file: "f", bytes: Array(repeating: 0x80, count: 10_000) + [0x61])
    #expect(source.position(of: 10_000).line == 1)
    #expect(source.position(of: 10_000).column > 1)
  }
}
