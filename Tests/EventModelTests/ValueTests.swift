import EventModel
import Testing

@Suite("Values")
struct ValueTests {
  @Test("numbers of different types are equal, and hash alike, when their values are")
  func equality() {
    let ones: [Value] = [.int(1), .uint(1), .double(1), .decimal(ExactDecimal(coefficient: 100, scale: 2))]
    for a in ones {
      for b in ones where !(a.isDouble && b.isDecimal || a.isDecimal && b.isDouble) {
        #expect(a == b)
        #expect(a.hashValue == b.hashValue)
        #expect(a.order(to: b) == .same)
      }
    }
    #expect(Value.double(.nan) != .double(.nan))
    #expect(Value.string("e\u{301}") != .string("\u{e9}"))
    #expect(Value.int(-1) != .uint(.max))
  }

  @Test("integers and doubles compare without loss")
  func order() {
    let big = Int64(1) << 53
    #expect(Value.int(big + 1).order(to: .double(Double(big))) == .descending)
    #expect(Value.double(Double(big)).order(to: .int(big + 1)) == .ascending)
    #expect(Value.int(.max).order(to: .double(9.3e18)) == .ascending)
    #expect(Value.uint(.max).order(to: .double(-1)) == .descending)
    #expect(Value.int(-1).order(to: .double(-1.5)) == .descending)
    #expect(Value.int(1).order(to: .double(1.5)) == .ascending)
    #expect(Value.int(1).order(to: .double(.nan)) == .unordered)
    #expect(Value.int(-1).order(to: .uint(0)) == .ascending)
    #expect(Value.string("\u{FFFF}").order(to: .string("\u{10000}")) == .ascending)
    #expect(Value.string("a").order(to: .int(1)) == nil)
    #expect(Value.double(1).order(to: .decimal(.zero)) == nil)
  }

  @Test(
    "a double prints as the shortest text of JSON that reads back",
    arguments: [
      (0.1, "0.1"), (-0.0, "0"), (100, "100"), (1e21, "1e+21"), (1e20, "100000000000000000000"), (123456789012345680, "123456789012345680"),
      (1e-6, "0.000001"),
      (1e-7, "1e-7"), (1.5e-9, "1.5e-9"), (-4.35, "-4.35"), (1.7976931348623157e308, "1.7976931348623157e+308"),
      (333333333.33333329, "333333333.3333333"),
      (.infinity, "Infinity"), (0.000123, "0.000123"), (1234.5, "1234.5"), (10, "10"),
    ] as [(Double, String)])
  func doubles(_ number: Double, _ text: String) {
    #expect(number.shortestText == text)
  }

  @Test("in records, keys and messages each type has its own form")
  func forms() {
    let cases: [(Value, record: String, key: String, message: String)] = [
      (.decimal(ExactDecimal(coefficient: 2000, scale: 2)), "\"20.00\"", "\"20\"", "20.00"),
      (.int(1 << 53), "9007199254740992", "9007199254740992", "9007199254740992"),
      (.int(-(1 << 53) - 1), "\"-9007199254740993\"", "-9007199254740993", "-9007199254740993"),
      (.uint(.max), "\"18446744073709551615\"", "18446744073709551615", "18446744073709551615"),
      (.double(.nan), "\"NaN\"", "\"NaN\"", "NaN"),
      (.string("é\"\u{1}\n"), "\"é\\\"\\u0001\\n\"", "\"é\\\"\\u0001\\n\"", "é\"\u{1}\n"),
      (
        .timestamp(Timestamp(seconds: 0, nanoseconds: 500_000_000)), "\"1970-01-01T00:00:00.5Z\"", "\"1970-01-01T00:00:00.5Z\"",
        "1970-01-01T00:00:00.5Z"
      ),
      (.duration(.seconds(5400)), "\"1h30m\"", "\"1h30m\"", "1h30m"),
      (.bytes([1, 2, 3, 4]), "\"AQIDBA==\"", "\"AQIDBA==\"", "\u{1}\u{2}\u{3}\u{4}"),
      (.list([.int(1), .null]), "[1,null]", "[1,null]", "[1,null]"),
      (.map([.string("b"): .bool(true), .string("a"): .int(2)]), "{\"a\":2,\"b\":true}", "{\"a\":2,\"b\":true}", "{\"a\":2,\"b\":true}"),
      (.null, "null", "null", "–"),
    ]
    for (value, record, key, message) in cases {
      var (records, keys) = (JSONWriter(), JSONWriter())
      records.write(value)
      keys.writeKeyPart(value)
      #expect(records.text == record)
      #expect(keys.text == key)
      #expect(value.messageText == message)
    }
  }

  @Test("base64 comes back as it was")
  func base64() {
    for count in 0..<10 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 89 &+ 200) }
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }
    #expect(Base64.decode("aGk") == Array("hi".utf8))
    #expect(Base64.decode("a") == nil)
    #expect(Base64.decode("a!==") == nil)
  }
}

extension Value {
  fileprivate var isDouble: Bool { if case .double = self { true } else { false } }
  fileprivate var isDecimal: Bool { if case .decimal = self { true } else { false } }
}
