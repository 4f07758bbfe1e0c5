import Diagnostics
import Foundation
import RuleLanguage
import TestKit
import Testing

@Suite("Parsing of files")
struct FileParsingTests {
  static let examples: SourceText = {
    let url = GoldenFile.folder.appending(path: "Language/examples.tenet")
    return SourceText(file: "examples.tenet", bytes: Array((try? Data(contentsOf: url)) ?? Data()))
  }()

  @Test("the examples of the language are read without a diagnostic")
  func examples() {
    let (file, diagnostics) = FileSyntax.parse(Self.examples)
    #expect(TextRenderer(sources: SourceTexts([Self.examples])).render(diagnostics) == "")
    #expect(file.declarations.count == 69)
    #expect(file.declarations.filter(\.isBroken).isEmpty)
  }

  @Test("tokens and comments together are the whole text")
  func nothingIsLost() {
    let (file, _) = FileSyntax.parse(Self.examples)
    let ranges = file.tokens.flatMap { $0.comments.map(\.range) + [$0.range] } + file.trailingComments.map(\.range)
    var end = 0
    for range in ranges {
      let gap = Self.examples.bytes[end..<range.lowerBound]
      let isSpace = gap.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
      #expect(isSpace)
      end = range.upperBound
    }
    #expect(Self.examples.bytes[end...].allSatisfy { $0 == UInt8(ascii: "\n") })
  }

  @Test("three slashes document the next declaration, two do not")
  func documentation() {
    let text = "// no\n/// An order\n///  is paid.\n// no\nlet a = 1\n//// no\nlet b = 2\n/// the end"
    let (file, diagnostics) = FileSyntax.parse(SourceText(file: "f", text: text))
    #expect(diagnostics.isEmpty)
    #expect(file.declarations.map(\.documentation) == ["An order is paid.", nil])
    #expect(file.trailingComments.count == 1)
  }

  @Test("a word is a keyword only where the grammar asks for one")
  func contextualWords() {
    let text = """
      stream stream { topic "t"  schema "s"  kind kind  key key, within  time time  id id within 1h }
      rule when.rule {
        by where = within.where | rule.when
        on stream.on as within where within.where == "where"
        expect stream.expect or stream.or as rule where rule.as > 1 within within before unless stream.unless
        tags tags, owner, severity
        violation "{within.severity}" { where: where, when: within.when, in_: 1 }
      }
      lifecycle life {
        by id
        on stream
        end -> state, start
        start -> end within 5m
        end end retain 1d
      }
      """
    #expect(FileSyntax.parse(SourceText(file: "f", text: text)).diagnostics.map(\.message) == [])
  }

  @Test("a message's braces hold whole expressions, their strings included, and doubled braces are braces")
  func message() throws {
    let text = #"rule a.b { on c as o  violation "{{{o.items["a}"].size() + {"k": 1}["k"]}}} \u00e9 {key}" }"#
    let (file, diagnostics) = FileSyntax.parse(SourceText(file: "f", text: text))
    #expect(diagnostics.map(\.message) == [])
    guard case .rule(let rule) = file.declarations.first?.kind, case .violation(let violation) = rule.notes.first?.content else {
      Issue.record("no violation")
      return
    }
    let parts = violation.message.parts.map { part in
      switch part {
      case .text(let text): text
      case .expression(let expression): "<\(expression.outline)>"
      }
    }
    #expect(parts == ["{", #"<(+ (([] (. o items) "a}").size) ([] {"k": 1} "k"))>"#, "} é ", "<key>"])
  }

  @Test("clocks and dates are read where the grammar asks for them, and nowhere else")
  func clocks() throws {
    let text = """
      let a = {1:00, 2026-12: 5}
      test "t" on 2028-02-29 {
        at 2026-01-07 09:00:30.25  x { a: 09 }
        at 24:00  time passes
        expect k == 10 from 10:00 { a: 1 }
      }
      """
    let (file, diagnostics) = FileSyntax.parse(SourceText(file: "f", text: text))
    #expect(diagnostics.map(\.message) == [])
    let clocks = file.tokens.compactMap { if case .clock(let clock) = $0.kind { clock.microseconds } else { nil } }
    #expect(clocks == [32_430_250_000, 86_400_000_000, 36_000_000_000])
    #expect(file.tokens.count { if case .date = $0.kind { true } else { false } } == 2)
  }

  @Test("what could be read of a file with mistakes is in the tree, and the names of the rest")
  func recovery() {
    let text = "rule a.b { on c  when }\nlet x = *\nrule { }\nkpi k.l { on c }\nlet y = 1\n"
    let (file, diagnostics) = FileSyntax.parse(SourceText(file: "f", text: text))
    #expect(diagnostics.count == 4)
    let names = file.declarations.map { declaration in
      switch declaration.kind {
      case .rule(let rule): "rule \(rule.name.text)"
      case .let(let value): "let \(value.name.text)"
      case .unreadable(let keyword, let name): "unreadable \(keyword.text) \(name.text)"
      default: "other"
      }
    }
    #expect(names == ["rule a.b", "unreadable let x", "unreadable kpi k.l", "let y"])
    #expect(file.declarations.map(\.isBroken) == [true, true, true, false])
  }

  /// One declaration of each kind, and rules of each form.
  static let samples: [[UInt8]] = {
    var forms: Set<String> = []
    return FileSyntax.parse(examples).file.declarations.compactMap { declaration in
      let form =
        switch declaration.kind {
        case .rule(let rule):
          switch rule.form {
          case nil: "condition"
          case .joins: "join"
          case .expect(let step): if case .due = step.reach.kind { "due" } else { "obligation" }
          case .forbid(let steps, _): steps.isEmpty ? "prohibition" : "chain"
          case .over: "limit"
          }
        case .test(let test): test.cases == nil ? "test" : "cases"
        case .stream: "stream"
        case .table: "table"
        case .hours: "hours"
        case .let: "let"
        case .param: "param"
        case .fixture: "fixture"
        case .lifecycle: "lifecycle"
        case .kpi: "kpi"
        case .unreadable: ""
        }
      return forms.insert(form).inserted ? Array(examples.bytes[declaration.span.range]) : nil
    }
  }()

  @Test("no mutation of a sample crashes the parser, and every diagnostic has a place", arguments: samples.indices)
  func mutations(index: Int) {
    let after = Array("\nlet sentinel = 1\n".utf8)
    for mutation in Mutation.all(of: Self.samples[index]) {
      let source = SourceText(file: "f", bytes: mutation.text + after)
      let (_, diagnostics) = FileSyntax.parse(source)
      for diagnostic in diagnostics {
        let range = diagnostic.span.range
        #expect(range.upperBound <= source.bytes.count && !diagnostic.message.isEmpty, "\(mutation.description)")
        _ = TextRenderer(sources: SourceTexts([source])).render(diagnostic)
      }
      #expect(diagnostics.count <= 3, "\(mutation.description): one mistake makes no noise")
    }
  }
}
