import Diagnostics
import RuleLanguage
import Testing

@Suite("Literals")
struct LiteralTests {
  static func literal(_ text: String) -> LiteralSyntax? {
    let (expression, diagnostics) = ExpressionSyntax.parse(SourceText(file: "e", text: text))
    guard diagnostics.isEmpty, case .literal(let literal) = expression?.kind else { return nil }
    return literal
  }

  @Test(
    "numbers are read as CEL reads them",
    arguments: [
      ("42", .int(42)), ("007", .int(7)), ("0x1F", .int(31)), ("42u", .uint(42)), ("0xFFFFFFFFFFFFFFFFU", .uint(.max)),
      ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)), ("1.50", .double("1.50")), (".5", .double(".5")),
      ("1e3", .double("1e3")), ("1.5E-3", .double("1.5E-3")),
    ] as [(String, LiteralSyntax)])
  func numbers(text: String, expected: LiteralSyntax) { #expect(Self.literal(text) == expected) }

  @Test(
    "durations are whole numbers with units, repeated",
    arguments: [
      ("1ms", .milliseconds(1)), ("90s", .seconds(90)), ("30m", .seconds(1_800)), ("24h", .seconds(86_400)), ("7d", .seconds(604_800)),
      ("2w", .seconds(1_209_600)), ("1h30m", .seconds(5_400)), ("1m500ms", .milliseconds(60_500)), ("36500d", .seconds(3_153_600_000)),
    ] as [(String, Duration)])
  func durations(text: String, expected: Duration) { #expect(Self.literal(text) == .duration(expected)) }

  @Test(
    "what is not quite a number or a duration is a mistake",
    arguments: ["1.5h", "30x", "1h30", "1hh", "5uu", "0xG", "36501d", "99999999999999999999d"])
  func badNumbers(text: String) { #expect(Self.literal(text) == nil) }

  @Test(
    "strings with escapes, raw ones, and ones over several lines",
    arguments: [
      (#""a\tb\"c\\""#, "a\tb\"c\\"), (#"'it\'s'"#, "it's"), (#"r"\d+""#, "\\d+"), (#""\u00e9\U0001F642\x41\101""#, "é🙂AA"),
      ("\"\"\"a\r\nb \"c\" \"\"\"", "a\nb \"c\" "), ("'''x\ny'''", "x\ny"), ("R'''\\n'''", "\\n"), ("\"\"", ""), ("\"é漢🙂\"", "é漢🙂"),
    ])
  func strings(text: String, expected: String) { #expect(Self.literal(text) == .string(expected)) }

  @Test(
    "bytes hold UTF-8, and escapes are bytes",
    arguments: [("b\"é\"", [0xC3, 0xA9]), ("b'\\xff\\377a'", [0xFF, 0xFF, 0x61]), ("rb\"\\x\"", [0x5C, 0x78]), ("bR'a'", [0x61])]
      as [(String, [UInt8])])
  func bytes(text: String, expected: [UInt8]) { #expect(Self.literal(text) == .bytes(expected)) }

  @Test(
    "escapes that do not exist are mistakes",
    arguments: [#""\q""#, #""\u12""#, #""\ud800""#, #""\U00110000""#, #""\x4""#, #""\400""#, #"b"\u0041""#, "\"\\", "\"\\\n\"", "\"a\nb\""])
  func badEscapes(text: String) { #expect(Self.literal(text) == nil) }
}
