import EventModel
import RuleLanguage
import Testing

@testable import RuleEngine

/// A field of a type, its JSON, and what is read.
struct FieldCase: CustomTestStringConvertible, Sendable {
  var type: FieldType
  var json: String
  var value: FieldValue
  var testDescription: String { "\(json.prefix(50))" }
  init(_ type: FieldType, _ json: String, _ value: FieldValue) { (self.type, self.json, self.value) = (type, json, value) }
}

@Suite struct ReadFieldTests {
  static let text = FieldType.string(allowed: nil)
  static let integer = FieldType.integer(minimum: nil, maximum: nil)
  static let number = FieldType.number(minimum: nil, maximum: nil)
  static let money = FieldType.decimal(minimum: nil, minorUnits: false, currency: nil)
  static let cents = FieldType.decimal(minimum: nil, minorUnits: true, currency: .field("currency"))
  static func decimal(_ digits: String) -> FieldValue { .value(.decimal(ExactDecimal(digits: digits)!)) }  // a bug of the test else

  static let cases: [FieldCase] = [
    FieldCase(text, #""plain""#, .value(.string("plain"))),
    FieldCase(text, #""""#, .value(.string(""))),
    FieldCase(text, #""a\"\\\/\b\f\n\r\tz""#, .value(.string("a\"\\/\u{8}\u{c}\n\r\tz"))),
    FieldCase(text, #""\u00e9\u20ac\ud83d\ude00\u0000""#, .value(.string("é€😀\0"))),
    FieldCase(
      text, #""é€😀 and a text that is longer than thirty-two bytes""#,
      .value(.string("é€😀 and a text that is longer than thirty-two bytes"))),
    FieldCase(text, "5", .invalid), FieldCase(text, "null", .invalid), FieldCase(text, "true", .invalid), FieldCase(text, "{}", .invalid),
    FieldCase(.string(allowed: ["a", "b"]), #""c""#, .value(.string("c"))),
    FieldCase(.bool, "true", .value(.bool(true))), FieldCase(.bool, "false", .value(.bool(false))), FieldCase(.bool, #""true""#, .invalid),
    FieldCase(integer, "0", .value(.int(0))), FieldCase(integer, "-0", .value(.int(0))), FieldCase(integer, "-17", .value(.int(-17))),
    FieldCase(integer, "9223372036854775807", .value(.int(.max))), FieldCase(integer, "-9223372036854775808", .value(.int(.min))),
    FieldCase(integer, "9223372036854775808", .invalid), FieldCase(integer, "1.0", .value(.int(1))),
    FieldCase(integer, "12e2", .value(.int(1200))),
    FieldCase(integer, "1.5", .invalid), FieldCase(integer, "1e-1", .invalid), FieldCase(integer, #""1""#, .invalid),
    FieldCase(integer, "1e99", .invalid),
    FieldCase(.integer(minimum: 2, maximum: 4), "2", .value(.int(2))), FieldCase(.integer(minimum: 2, maximum: 4), "1", .invalid),
    FieldCase(.integer(minimum: 2, maximum: 4), "5", .invalid),
    FieldCase(number, "0.1", .value(.double(0.1))), FieldCase(number, "-2.5e3", .value(.double(-2500))),
    FieldCase(number, "1e400", .invalid),
    FieldCase(number, "123456789012345678", .value(.double(123456789012345680))),
    FieldCase(number, "0.1234567890123456789", .value(.double(0.1234567890123456789))), FieldCase(number, "3", .value(.double(3))),
    FieldCase(number, "5e-324", .value(.double(.leastNonzeroMagnitude))), FieldCase(number, #""3""#, .invalid),
    FieldCase(.number(minimum: 0, maximum: 1), "1.0000001", .invalid), FieldCase(.number(minimum: 0, maximum: 1), "-0.1", .invalid),
    FieldCase(money, "20.00", decimal("20.00")), FieldCase(money, #""20.00""#, decimal("20.00")), FieldCase(money, "-0.5", decimal("-0.5")),
    FieldCase(money, "0.1234567", decimal("0.1234567")),
    FieldCase(money, "9999999999999999999999999999.999999", decimal("9999999999999999999999999999.999999")),
    FieldCase(money, "1e3", decimal("1000")), FieldCase(money, "1.5E+2", decimal("150")), FieldCase(money, #""1.5e2""#, decimal("150")),
    FieldCase(money, "12345678901234567890123456789012345", .invalid), FieldCase(money, #""""#, .invalid),
    FieldCase(money, #"".5""#, .invalid),
    FieldCase(money, #""1.""#, .invalid), FieldCase(money, #""+1""#, .invalid), FieldCase(money, #""01""#, .invalid),
    FieldCase(money, #""1 ""#, .invalid),
    FieldCase(money, #""\u0031""#, decimal("1")), FieldCase(money, "true", .invalid),
    FieldCase(money, "922337203685477.5807", decimal("922337203685477.5807")),
    FieldCase(.decimal(minimum: ExactDecimal(1 as Int64), minorUnits: false, currency: nil), "0.9999999", .invalid),
    FieldCase(.decimal(minimum: ExactDecimal(1 as Int64), minorUnits: false, currency: nil), "0.99", .invalid),
    FieldCase(.decimal(minimum: ExactDecimal(1 as Int64), minorUnits: false, currency: nil), "1.0000000", decimal("1.0000000")),
    FieldCase(.decimal(minimum: ExactDecimal(digits: "0.00000001"), minorUnits: false, currency: nil), "0", .invalid),
    FieldCase(cents, #"1234,"currency":"EUR""#, decimal("12.34")), FieldCase(cents, #"1234,"currency":"JPY""#, decimal("1234")),
    FieldCase(cents, #"1234,"currency":"KWD""#, decimal("1.234")), FieldCase(cents, #"1e2,"currency":"EUR""#, decimal("1.00")),
    FieldCase(cents, #"100.0,"currency":"EUR""#, decimal("1.00")), FieldCase(cents, "1234", .invalid),
    FieldCase(cents, #"1.5,"currency":"EUR""#, .invalid),
    FieldCase(cents, #"1234,"currency":"euro""#, .invalid),
    FieldCase(.decimal(minimum: nil, minorUnits: true, currency: .constant("JPY")), "7", decimal("7")),
    FieldCase(.timestamp, #""2026-01-05T10:00:00Z""#, .value(.timestamp(Timestamp(Fixture.time(0))))),
    FieldCase(.timestamp, #""2026-01-05t11:00:00.1234567+01:00""#, .value(.timestamp(Timestamp(Fixture.time(0.123456))))),
    FieldCase(.timestamp, #""2026-01-05T10:00:60Z""#, .invalid), FieldCase(.timestamp, "5", .invalid),
    FieldCase(.timestamp, #""2026-02-29T10:00:00Z""#, .invalid),
    FieldCase(.date, #""2024-02-29""#, .value(.string("2024-02-29"))), FieldCase(.date, #""2026-02-29""#, .invalid),
    FieldCase(.date, #""2026-2-09""#, .invalid),
    FieldCase(.list(integer), "[1, 2]", .value(.list([.int(1), .int(2)]))), FieldCase(.list(integer), "[]", .value(.list([]))),
    FieldCase(.list(integer), #"[1, "2"]"#, .invalid), FieldCase(.list(integer), "{}", .invalid),
    FieldCase(.map(text), #"{"a":"b"}"#, .value(.map([.string("a"): .string("b")]))), FieldCase(.map(text), #"{"a":1}"#, .invalid),
    FieldCase(
      .list(
        .object(
          ObjectType(fields: [Fixture.field("sku", text), Fixture.field("price", money), Fixture.field("n", integer, required: false)]))),
      #"[{"sku":"s","price":1.50,"other":[{}]}]"#,
      .value(.list([.map([.string("sku"): .string("s"), .string("price"): .decimal(ExactDecimal(coefficient: 150, scale: 2))])]))),
  ]

  @Test("a field is read as its schema says, exactly", arguments: cases) func field(_ test: FieldCase) {
    let fields = [Fixture.field("f", test.type), Fixture.field("currency", Self.text, required: false)]
    let program = Fixture.program([Fixture.stream(fields: fields)], [Fixture.rule("r", on: [.init(stream: 0, kind: 0)], fields: ["f"])])
    let batch = ReadBench(program).read([Fixture.order(#""f" : \#(test.json)"#)])
    #expect(batch.events.count == 1)
    let value = batch.field(0, rule: 0, pattern: 0, field: 0)
    #expect(value == test.value)
    if case .value(.decimal(let read)) = value, case .value(.decimal(let wanted)) = test.value { #expect(read.scale == wanted.scale) }
  }

  static let nestings: [(String, FieldValue)] = [
    (#""ship":{"country":"KP"}"#, .value(.string("KP"))), (#""ship":{"country":"KP","country":"SY"}"#, .value(.string("SY"))),
    (#""ship":{"country":"KP"},"ship":{}"#, .invalid), (#""ship":{"country":"KP"},"ship":null"#, .absent), (#""ship":{}"#, .invalid),
    (#""ship":null"#, .absent), ("", .absent), (#""ship":"KP""#, .invalid), (#""ship":[{"country":"KP"}]"#, .invalid),
    (#""ship":{"inner":{"country":"XX"},"country":"KP"}"#, .value(.string("KP"))),
    (#""sh\u0069p":{"c\u006funtry":"KP"}"#, .value(.string("KP"))),
    (#""country":"XX""#, .absent),
  ]

  @Test("a field inside an object is found there and nowhere else", arguments: nestings) func nested(_ json: String, _ value: FieldValue) {
    let ship = Fixture.field("ship", .object(ObjectType(fields: [Fixture.field("country", Self.text)])), required: false, nullable: true)
    let program = Fixture.program(
      [Fixture.stream(fields: [ship])], [Fixture.rule("r", on: [.init(stream: 0, kind: 0)], fields: ["ship.country"])])
    let batch = ReadBench(program).read([Fixture.order(json)])
    #expect(batch.field(0, rule: 0, pattern: 0, field: 0) == value)
  }

  @Test("white space may stand anywhere, and names may share their first eight bytes") func spaces() {
    let fields = ["discount_a", "discount_b", "discount", "discoun"].map { Fixture.field($0, Self.integer) }
    let program = Fixture.program(
      [Fixture.stream(fields: fields)], [Fixture.rule("r", on: [.init(stream: 0, kind: 0)], fields: fields.map(\.name))])
    let common = Fixture.order().dropFirst().dropLast()
    let text = " \n{\t" + common + #" , "discount_b"  :2 , "discoun":4,"discount_a" :  1,"discount_c":9,"discount":3 } "# + "\r\n"
    let batch = ReadBench(program).read([text])
    #expect((0..<4).map { batch.field(0, rule: 0, pattern: 0, field: $0) } == [1, 2, 3, 4].map { .value(.int($0)) })
  }

  @Test("kinds may have a field with different types, or not at all") func kinds() {
    var stream = Fixture.stream(kinds: ["a", "b", "c"])
    stream.schema.kinds[0].fields.fields.append(Fixture.field("x", Self.integer))
    stream.schema.kinds[1].fields.fields.append(Fixture.field("x", Self.text))
    let rule = Fixture.rule("r", on: (0..<3).map { .init(stream: 0, kind: $0) }, fields: ["x"])
    let batch = ReadBench(Fixture.program([stream], [rule])).read([
      Fixture.order(#""x":1"#, id: "1", type: "a"), Fixture.order(#""x":"t""#, id: "2", type: "b"),
      Fixture.order(#""x":1"#, id: "3", type: "c"),
      Fixture.order(#""x":1"#, id: "4", type: "b"),
    ])
    #expect((0..<4).map { batch.field($0, rule: 0, pattern: 0, field: 0) } == [.value(.int(1)), .value(.string("t")), .absent, .invalid])
  }

  @Test("values outside a schema's list are taken as they are, and counted") func unlisted() {
    let program = Fixture.program(
      [Fixture.stream(fields: [Fixture.field("tier", .string(allowed: ["gold", "silver"]))])],
      [Fixture.rule("r", on: [.init(stream: 0, kind: 0)], fields: ["tier"])])
    let bench = ReadBench(program)
    _ = bench.read([Fixture.order(#""tier":"gold""#, id: "1"), Fixture.order(#""tier":"tin""#, id: "2")])
    #expect(bench.reader.counts.unlistedValues == [StreamField(stream: 0, path: Fixture.path("tier")): 1])
    #expect(bench.reader.counts.invalidFields.isEmpty)
  }

  @Test("an integer id is an id, and a stream without one has its place") func ids() {
    var stream = Fixture.stream()
    for kind in 0..<2 { stream.schema.kinds[kind].fields.fields[3].type = Self.integer }
    let rule = Fixture.rule("r", on: [.init(stream: 0, kind: 0)])
    let texts = ["1", "1", "2"].map { Fixture.order().replacing(#""e-1""#, with: $0) }
    let bench = ReadBench(Fixture.program([stream], [rule]))
    let batch = bench.read(texts)
    #expect(batch.events.indices.map { batch.id(of: $0) } == [.int(1), .int(2)])
    (stream.id, stream.idSpan) = (nil, nil)
    let placed = ReadBench(Fixture.program([stream], [rule])).read(texts)
    #expect(placed.events.indices.map { placed.id(of: $0) } == [.place, .place, .place])
  }
}
