import EventModel
import Testing

@Suite("JSON")
struct JSONTests {
  @Test(
    "a text comes back without white space, numbers as written, members in order",
    arguments: [
      (#" { "b" : [1, 2.50 ,-0.0e+1], "a" : null } "#, #"{"b":[1,2.50,-0.0e+1],"a":null}"#), (#""""#, #""""#), ("[]", "[]"), ("{}", "{}"),
      ("true", "true"),
      (#""\u00e9\ud83d\ude00\/\n\u0000""#, "\"é😀/\\n\\u0000\""), (#"{"a":1,"a":2}"#, #"{"a":1,"a":2}"#), ("[[[]]]", "[[[]]]"),
    ])
  func reads(_ text: String, _ compact: String) throws {
    #expect(try JSONValue.parse(Array(text.utf8)).compact == compact)
  }

  @Test(
    "what is no JSON text is refused at its place",
    arguments: [
      ("", JSONError.Problem.unexpectedEnd, 0), ("{", .unexpectedEnd, 1), ("[1,]", .unexpectedByte, 3), ("[1 2]", .unexpectedByte, 3),
      ("{\"a\" 1}", .unexpectedByte, 5),
      ("{a:1}", .unexpectedByte, 1), ("01", .invalidNumber, 0), ("1.", .invalidNumber, 0), ("-", .invalidNumber, 0),
      ("1e", .invalidNumber, 0), ("+1", .unexpectedByte, 0),
      ("tru", .unexpectedEnd, 3), ("\"\\x\"", .invalidEscape, 1), ("\"\\ud800\"", .invalidEscape, 1), ("\"\\udc00\"", .invalidEscape, 1),
      ("\"\\u12\"", .invalidEscape, 1),
      ("\"a\nb\"", .controlCharacter, 2), ("\"a", .unexpectedEnd, 2), ("1 1", .trailingBytes, 2), ("\u{FEFF}1", .unexpectedByte, 0),
      ("nul!", .unexpectedByte, 3), ("\"\\", .invalidEscape, 1),
    ])
  func refuses(_ text: String, _ problem: JSONError.Problem, _ offset: Int) {
    #expect(throws: JSONError(problem: problem, offset: offset)) { try JSONValue.parse(Array(text.utf8)) }
  }

  @Test("bytes that are no UTF-8 are refused")
  func invalidText() {
    for bad: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF5, 0x80, 0x80, 0x80]] {
      #expect(throws: JSONError(problem: .invalidText, offset: 1)) { try JSONValue.parse([0x5B, 0x22] + bad + [0x22, 0x5D]) }
    }
  }

  @Test("values nest as deeply as allowed and no deeper")
  func depth() throws {
    let deep = { (n: Int) in Array((String(repeating: "[", count: n) + String(repeating: "]", count: n)).utf8) }
    _ = try JSONValue.parse(deep(100))
    #expect(throws: JSONError(problem: .tooDeep, offset: 100)) { try JSONValue.parse(deep(101)) }
    #expect(throws: JSONError(problem: .tooDeep, offset: 100)) { try JSONValue.parse(deep(1_000_000)) }
  }

  @Test("of members with one name the last holds, and names are compared by code points")
  func members() throws {
    let value = try JSONValue.parse(Array(#"{"a":1,"e\u0301":2,"a":3}"#.utf8))
    #expect(value["a"] == .number("3"))
    #expect(value["é"] == nil)
    #expect(value["e\u{301}"] == .number("2"))
  }

  @Test("a pointer leads to a value, and to its place in the text")
  func pointers() throws {
    let text = #"{ "x": {"y/z": [10, {"~": true}]}, "x2": 5 }"#
    let bytes = Array(text.utf8)
    let pointer = try #require(JSONPointer(text: "/x/y~1z/1/~0"))
    #expect(pointer.description == "/x/y~1z/1/~0")
    #expect(try JSONValue.parse(bytes)[pointer] == .bool(true))
    let at = { (pointer: String, key: Bool) in
      String(decoding: bytes[JSONValue.range(of: JSONPointer(text: pointer)!, key: key, in: bytes)], as: UTF8.self)
    }
    #expect(at("/x/y~1z/1/~0", false) == "true")
    #expect(at("/x/y~1z/1/~0", true) == "\"~\"")
    #expect(at("/x/y~1z/0", false) == "10")
    #expect(at("/x2", true) == "\"x2\"")
    #expect(at("/x/none", false) == #"{"y/z": [10, {"~": true}]}"#)
    #expect(at("", false) == text)
    #expect(JSONPointer(text: "x") == nil)
  }
}
