import Diagnostics
import RuleLanguage
import Testing

@Suite("Parsing of expressions")
struct ExpressionParsingTests {
  static func parse(_ text: String) -> (expression: ExpressionSyntax?, diagnostics: [Diagnostic]) {
    ExpressionSyntax.parse(SourceText(file: "e", text: text))
  }

  @Test(
    "operators bind as CEL has it",
    arguments: [
      ("a || b && c", "(|| a (&& b c))"),
      ("a && b || c", "(|| (&& a b) c)"),
      ("a + b * c - d", "(- (+ a (* b c)) d)"),
      ("a < b == c", "(== (< a b) c)"),
      ("!a == b", "(== (! a) b)"),
      ("!!a", "(! (! a))"),
      ("--a", "(- (- a))"),
      ("- 5", "-5"),
      ("--5", "(- -5)"),
      ("a -5", "(- a 5)"),
      ("-9223372036854775808", "-9223372036854775808"),
      ("-20.00", "double -20.00"),
      ("a in [1, 2,]", "(in a [1 2])"),
      ("a ? b : c ? d : e", "(? a b (? c d e))"),
      ("a || b ? c : d", "(? (|| a b) c d)"),
      ("(a + b) * c", "(* (+ a b) c)"),
      ("a.b.c", "(. (. a b) c)"),
      (".a.b", "(. .a b)"),
      ("o.?f.orValue(0)", "((.? o f).orValue 0)"),
      ("a[b][?c]", "([?] ([] a b) c)"),
      ("f(a, b).g()", "((f a b).g)"),
      ("o.`ship-to`.when", "(. (. o ship-to) when)"),
      ("[?a, b]", "[?a b]"),
      ("{\"a\": 1, ?b: c}", "{\"a\": 1 ?b: c}"),
      ("has(o.x) && l.exists(x, x > 1)", "(&& (has (. o x)) (l.exists x (> x 1)))"),
      ("{}", "{}"),
      ("[]", "[]"),
      ("type(a) // b", "(type a)"),
    ])
  func precedence(text: String, outline: String) {
    let (expression, diagnostics) = Self.parse(text)
    #expect(diagnostics.isEmpty)
    #expect(expression?.outline == outline)
  }

  @Test("every node spans exactly its text")
  func spans() throws {
    let text = "  a.b(c) + (d)  "
    let expression = try #require(Self.parse(text).expression)
    #expect(expression.span == SourceSpan(file: "e", range: 2..<14))
    guard case .binary(_, let sign, let left, let right) = expression.kind else {
      Issue.record("no sum")
      return
    }
    #expect(sign.range == 9..<10)
    #expect(left.span.range == 2..<8)
    #expect(right.span.range == 11..<14)
  }

  @Test(
    "what is no expression is a mistake with its place",
    arguments: [
      ("", "expected an expression, found the end", 0..<0),
      ("a +", "expected an expression, found the end", 3..<3),
      ("a b", "expected an operator or the end, found `b`", 2..<3),
      ("(a", "expected `)`, found the end", 2..<2),
      ("a = b", "`=` is no operator", 2..<3),
      ("f(a,)", "expected an expression, found `)`", 4..<5),
      ("a.in", "expected a field, found `in`", 2..<4),
      ("package", "`package` is a reserved word, and not an expression", 0..<7),
      ("9223372036854775808", "`9223372036854775808` does not fit into 64 bits", 0..<19),
      ("30min", "`30min` is neither a number nor a duration", 0..<5),
      ("\"a", "this text does not end on its line", 0..<1),
      ("\"\\q\"", "`\\q` is no escape", 1..<3),
      ("a § b", "`§` means nothing outside of a text", 2..<4),
      ("a /* b; */ + c", "`/*` means nothing outside of a text", 2..<4),
      ("a /* b", "`/*` means nothing outside of a text", 2..<4),
      ("a /*", "`/*` means nothing outside of a text", 2..<4),
    ])
  func mistakes(text: String, message: String, range: Range<Int>) {
    let diagnostics = Self.parse(text).diagnostics
    #expect(diagnostics.map(\.message) == [message])
    #expect(diagnostics.map(\.span.range) == [range])
  }

  @Test(
    "what is nested or chained too deep is a mistake, not a crash",
    arguments: [("(", "", ""), ("!", "a", ""), ("a+", "a", ""), ("[", "", "]"), ("a?b:", "c", ""), ("", "a", ".b"), ("f(", "", ")")])
  func depth(before: String, middle: String, after: String) {
    for times in [1_000, 50_000] {
      let text = String(repeating: before, count: times) + middle + String(repeating: after, count: times)
      let (expression, diagnostics) = Self.parse(text)
      #expect(expression == nil)
      #expect(diagnostics.map(\.code.number) == [122])
    }
  }

  @Test("a tree may be as high as promised")
  func height() {
    #expect(Self.parse(String(repeating: "a+", count: 99) + "a").diagnostics.isEmpty)
    #expect(Self.parse(String(repeating: "(", count: 99) + "a" + String(repeating: ")", count: 99)).diagnostics.isEmpty)
  }
}
