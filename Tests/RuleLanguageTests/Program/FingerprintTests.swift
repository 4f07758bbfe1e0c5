import Diagnostics
import RuleLanguage
import Testing

@Suite("The fingerprint of a program")
struct FingerprintTests {
  static let rule = "/// Large.\nrule a.b {\n  on orders.placed as o\n  when o.total > 1000.00\n}\n"

  static func fingerprint(_ files: [String]) -> String? {
    let sources = files.enumerated().map { SourceText(file: "\($0.offset).tenet", text: $0.element) }
    return RuleProgram.check(files: sources + [TestProgram.streams], schemas: TestProgram.schema).program?.fingerprint
  }

  @Test("is `sha256:` and 64 digits")
  func form() throws {
    let text = try #require(Self.fingerprint([Self.rule]))
    #expect(text.hasPrefix("sha256:") && text.utf8.count == 71)
  }

  @Test("does not depend on layout, comments, tests, or the order of files and declarations")
  func same() throws {
    let first = try #require(Self.fingerprint([Self.rule + "let a = 1\n"]))
    let others = [
      ["let a=1 // one\n", Self.rule], [Self.rule, "let a = 1\ntest \"t\" { at 10:00 time passes }\n"],
      ["let a =\n  1\n// no\n/// Large.\nrule a.b { on orders.placed as o when o.total>1000.00 }"],
    ]
    for files in others { #expect(Self.fingerprint(files) == first) }
  }

  @Test("depends on what is declared, the documentation of rules and the schemas")
  func different() throws {
    let first = try #require(Self.fingerprint([Self.rule]))
    for text in [
      Self.rule.replacing("1000.00", with: "1000.0"), Self.rule.replacing("Large", with: "Big"), Self.rule + "let a = 1",
      Self.rule.replacing("a.b", with: "a.c"),
    ] {
      let other = try #require(Self.fingerprint([text]))
      #expect(other != first)
    }
    let sources = [SourceText(file: "0.tenet", text: Self.rule), TestProgram.streams]
    let changed = RuleProgram.check(files: sources) { name in
      TestProgram.schema(name).map { Array(String(decoding: $0, as: UTF8.self).replacing("\"tier\"", with: "\"level\"").utf8) }
    }
    #expect(try #require(changed.program).fingerprint != first)
  }
}
