import Diagnostics
import Foundation
import RuleLanguage
import TestKit
import Testing

@Suite("The layout of rule files")
struct FormatTests {
  /// The tokens of a text, without what stands between them.
  private static func tokens(_ text: String) -> [String] {
    FileSyntax.parse(SourceText(file: "f", text: text)).file.tokens.map { String(decoding: Array(text.utf8)[$0.range], as: UTF8.self) }
  }

  private static func comments(_ text: String) -> [String] {
    let file = FileSyntax.parse(SourceText(file: "f", text: text)).file
    return (file.tokens.flatMap(\.comments) + file.trailingComments).map { comment in
      String(decoding: Array(text.utf8)[comment.range], as: UTF8.self).trimmingCharacters(in: .whitespaces)
    }
  }

  private static func format(_ text: String) throws -> String {
    let (formatted, diagnostics) = RuleFormatter.format(SourceText(file: "f", text: text))
    return try #require(formatted, "\(diagnostics.map(\.message)) in:\n\(text)")
  }

  private static let seeds: Range<UInt64> = 0..<UInt64(ProcessInfo.processInfo.environment["TENET_SEEDS"].flatMap { Int($0) } ?? 150)

  @Test("a random program is the same program in its layout, which is laid out already")
  func random() throws {
    for seed in Self.seeds {
      var program = RandomProgram(seed: seed)
      let text = program.text()
      let formatted = try Self.format(text)
      #expect(Self.tokens(formatted) == Self.tokens(text), "seed \(seed):\n\(formatted)")
      #expect(try Self.format(formatted) == formatted, "seed \(seed):\n\(formatted)")
    }
  }

  @Test("comments between any two tokens are kept, in their order, and the layout stands")
  func comments() throws {
    for seed in Self.seeds {
      var program = RandomProgram(seed: seed)
      var random = TestRandom(seed: seed)
      let plain = program.text()
      let bytes = Array(plain.utf8)
      var text = ""
      for token in FileSyntax.parse(SourceText(file: "f", text: plain)).file.tokens {
        text += String(decoding: bytes[token.range], as: UTF8.self)
        text += random.pick([
          " ", " ", " ", "\n", "\n\n\n", "  // behind\n", "\n  // alone\n", "\n\n/// of the next\n", " // one\n// two\n\n// three\n",
        ])
      }
      let formatted = try Self.format(text)
      #expect(Self.tokens(formatted) == Self.tokens(text), "seed \(seed):\n\(formatted)")
      #expect(Self.comments(formatted) == Self.comments(text), "seed \(seed):\n\(formatted)")
      #expect(try Self.format(formatted) == formatted, "seed \(seed):\n\(formatted)")
    }
  }

  @Test("the layout does not depend on how the text was laid out")
  func canonical() throws {
    let bytes = FileParsingTests.examples.bytes
    var random = TestRandom(seed: 7)
    let tokens = FileSyntax.parse(FileParsingTests.examples).file.tokens.map { String(decoding: bytes[$0.range], as: UTF8.self) }
    let plain = try Self.format(tokens.joined(separator: "\n"))
    for _ in 0..<5 {
      #expect(try Self.format(tokens.map { $0 + random.pick([" ", "\n", "   ", "\t"]) }.joined()) == plain)
    }
  }

  @Test("what is too long for a line is broken where it reads best")
  func broken() throws {
    for comparison in try GoldenFile("Language/laid-out.txt").compare({ RuleFormatter.format(SourceText(file: "a", text: $0)).text ?? "" })
    {
      #expect(comparison.result == comparison.expected, "\(comparison.title)")
    }
  }

  @Test("a file that is no UTF-8 is left alone, and the place is told", arguments: ["let a = 1\n// caf", "let a = \"", ""])
  func notUTF8(_ start: String) {
    let source = SourceText(file: "f", bytes: Array(start.utf8) + [0xE9, UInt8(ascii: "\n")])
    let (text, diagnostics) = RuleFormatter.format(source)
    #expect(text == nil)
    #expect(diagnostics.first { $0.code.number == 109 }?.span.range == start.utf8.count..<start.utf8.count + 1)
    #expect(RuleProgram.check(files: [source]) { _ in nil }.program == nil)
  }

  @Test("a text with mistakes of grammar is left alone, and they are told")
  func mistakes() {
    let (text, diagnostics) = RuleFormatter.format(SourceText(file: "f", text: "rule a.b { on orders.placed as }"))
    #expect(text == nil)
    #expect(!diagnostics.isEmpty)
  }

  @Test(
    "what is too long is broken where it reads best",
    arguments: [
      ("let a=1", "let a = 1\n"),
      ("", ""),
      ("// only\n\n\n// comments", "// only\n\n// comments\n"),
      (
        "stream a{topic \"a.v1\" schema \"a.json\" time at}",
        "stream a { topic \"a.v1\"  schema \"a.json\"  time at }\n"
      ),
      (
        "rule a.b { on orders.placed as o when o.total > 1 && o.currency in [\"EUR\"] // why\nviolation \"x\" }",
        "rule a.b {\n  on orders.placed as o\n  when o.total > 1 && o.currency in [\"EUR\"]  // why\n  violation \"x\"\n}\n"
      ),
      (
        "rule a.b { on orders.placed as o when \(String(repeating: "o.total_of_all_lines > 1 && ", count: 4))o.x[-1] == -o.y }",
        "rule a.b {\n  on orders.placed as o\n  when o.total_of_all_lines > 1\n"
          + String(repeating: "    && o.total_of_all_lines > 1\n", count: 3) + "    && o.x[-1] == -o.y\n}\n"
      ),
      (
        "test \"a\" { cases (a) { (1) (2) } at 10:00 x { a:1 } after 5m time passes at 2026-01-06 09:00 y expect no r.a {} }",
        """
        test "a" {
          cases (a) {
            (1)
            (2)
          }
          at 10:00             x { a: 1 }
          after 5m             time passes
          at 2026-01-06 09:00  y
          expect no r.a {}
        }

        """
      ),
      (
        "lifecycle order { by id on a state paid=a.b placed->paid paid->gone within 1h end gone retain 9d }",
        """
        lifecycle order {
          by id
          on a
          state paid = a.b
          placed -> paid
          paid   -> gone within 1h
          end gone  retain 9d
        }

        """
      ),
    ])
  func breaks(text: String, expected: String) throws {
    #expect(try Self.format(text) == expected)
  }
}
