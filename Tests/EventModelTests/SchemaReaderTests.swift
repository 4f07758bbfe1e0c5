import Diagnostics
import EventModel
import TestKit
import Testing

/// Reads `files["s.json"]`; a mistake is shown as its code, the text it points at, and the message.
private func read(_ files: [String: String], kind: String? = nil) -> (schema: EventSchema?, mistakes: [String]) {
  let (schema, diagnostics) = EventSchema.read(
    file: "s.json", kindField: kind.map { FieldPath($0.split(separator: ".").map(String.init)) },
    namedAt: SourceSpan(file: "shop.tenet", range: 3..<9)
  ) { name in files[name].map { Array($0.utf8) } }
  let mistakes = diagnostics.map { diagnostic in
    let text = Array((files[diagnostic.span.file] ?? "").utf8)
    let place = text.isEmpty ? "\(diagnostic.span.range)" : String(decoding: text[diagnostic.span.range], as: UTF8.self)
    return "\(diagnostic.code) [\(place)] \(diagnostic.message)"
  }
  return (schema, mistakes)
}

/// Fields as text: `name: type`, with `?` for optional, `|null` for nullable.
private func describe(_ type: FieldType) -> String {
  switch type {
  case .string(let allowed): "string" + (allowed.map { "(\($0.joined(separator: ",")))" } ?? "")
  case .bool: "bool"
  case .integer(let low, let high): "integer(\(low.map(String.init) ?? "")..\(high.map(String.init) ?? ""))"
  case .number(let low, let high): "number(\(low.map(\.shortestText) ?? "")..\(high.map(\.shortestText) ?? ""))"
  case .decimal(let low, let minor, let currency):
    "decimal(\(low.map(\.description) ?? "")..)" + (minor ? " minor" : "") + (currency.map { " \($0)" } ?? "")
  case .timestamp: "timestamp"
  case .date: "date"
  case .list(let element): "[\(describe(element))]"
  case .object(let object): describe(object)
  case .map(let value): "map(\(describe(value)))"
  case .unknown: "unknown"
  }
}

private func describe(_ object: ObjectType) -> String {
  "{"
    + object.fields.map { "\($0.name)\($0.isRequired ? "" : "?"): \(describe($0.type))\($0.isNullable ? "|null" : "")" }.joined(
      separator: ", ") + "}"
}

@Suite("Schemas")
struct SchemaReaderTests {
  @Test(
    "a field's type is told by its schema",
    arguments: [
      (#"{"type":"string"}"#, "string"), (#"{"enum":["a","b"]}"#, "string(a,b)"), (#"{"const":"a"}"#, "string(a)"),
      (#"{"type":"string","format":"date-time"}"#, "timestamp"), (#"{"type":"string","format":"date"}"#, "date"),
      (#"{"type":"string","format":"uuid"}"#, "string"),
      (#"{"type":"boolean"}"#, "bool"), (#"{"type":"integer","minimum":0,"maximum":99.5}"#, "integer(0..99)"),
      (#"{"type":"integer","minimum":0.5}"#, "integer(1..)"),
      (#"{"type":"number","minimum":-1.5}"#, "number(-1.5..)"), (#"{"type":["integer","number"]}"#, "number(..)"),
      (#"{"type":["number","string"],"format":"decimal","minimum":0.00}"#, "decimal(0.00..)"),
      (#"{"type":"number","format":"decimal","x-currency":"EUR"}"#, #"decimal(..) constant("EUR")"#),
      (#"{"type":"integer","x-minor-units":true,"x-currency":"currency"}"#, #"decimal(..) minor field("currency")"#),
      (#"{"type":["string","null"]}"#, "string|null"), (#"{"oneOf":[{"type":"string"},{"type":"null"}]}"#, "string|null"),
      (#"{"enum":["a",null]}"#, "string(a)|null"), (#"{"type":["string","null"],"enum":["a"]}"#, "string(a)"),
      (#"{"type":["string","integer"]}"#, "unknown"), (#"{"anyOf":[{"type":"string"},{"type":"integer"}]}"#, "unknown"), ("{}", "unknown"),
      ("true", "unknown"),
      (#"{"anyOf":[{"const":"a"},{"enum":["b","a"]}]}"#, "string(a,b)"),
      (#"{"anyOf":[{"type":"integer","minimum":1},{"type":"integer","minimum":0}]}"#, "integer(0..)"),
      (#"{"type":"array","items":{"type":"integer"}}"#, "[integer(..)]"), (#"{"type":"array"}"#, "[unknown]"),
      (#"{"type":"object","additionalProperties":{"type":"string"}}"#, "map(string)"), (#"{"type":"object"}"#, "unknown"),
      (#"{"properties":{"a":{"type":"string"},"b":{"type":"bool" }},"required":["a"]}"#, nil),
      (#"{"properties":{"a":{"type":"string"}},"required":["a"]}"#, "{a: string}"),
      (
        #"{"allOf":[{"properties":{"a":{"type":"integer"}}},{"properties":{"a":{"minimum":3},"b":{"const":"x"}},"required":["b"]}]}"#,
        "{a?: integer(3..), b: string(x)}"
      ),
      (##"{"$ref":"#/$defs/money"}"##, #"decimal(..) field("currency")"#),
      (##"{"$ref":"#/$defs/money","minimum":1}"##, #"decimal(1..) field("currency")"#),
      (#"{"$ref":"parts/money.json#/a%20b"}"#, #"decimal(..) constant("USD")"#), (#"{"$ref":"parts/address.json"}"#, "{street?: string}"),
      (
        #"{"oneOf":[{"properties":{"a":{"type":"string"},"k":{"const":"1"}},"required":["a","k"]},{"properties":{"k":{"const":"2"}},"required":["k"]}]}"#,
        "{a?: string, k: string(1,2)}"
      ),
    ] as [(String, String?)])
  func types(_ schema: String, _ type: String?) {
    let files = [
      "s.json": """
      {"type":"object","properties":{"currency":{"type":"string"},"x":\(schema)},"required":["x"],
       "$defs":{"money":{"type":"number","format":"decimal","x-currency":"currency"}}}
      """,
      "parts/money.json": #"{"a b":{"type":"number","format":"decimal","x-currency":"USD"}}"#,
      "parts/address.json": ##"{"properties":{"street":{"$ref":"./../parts/street.json#"}}}"##, "parts/street.json": #"{"type":"string"}"#,
    ]
    let (schema, mistakes) = read(files)
    let field = schema?.kinds.first?.fields["x"]
    #expect(field.map { describe($0.type) + ($0.isNullable ? "|null" : "") } == type, "\(mistakes)")
    #expect(field?.isRequired ?? true)
    #expect(mistakes.isEmpty == (type != nil))
  }

  @Test("kinds are the values of an enum, each with the fields of all")
  func enumKinds() {
    let (schema, mistakes) = read(
      ["s.json": #"{"properties":{"meta":{"properties":{"type":{"enum":["placed","cancelled"]}}},"total":{"type":"integer"}}}"#],
      kind: "meta.type")
    #expect(mistakes.isEmpty)
    #expect(schema?.kinds.map(\.name) == ["placed", "cancelled"])
    #expect(
      schema?.kinds.map { describe($0.fields) } == [
        "{meta?: {type?: string(placed)}, total?: integer(..)}", "{meta?: {type?: string(cancelled)}, total?: integer(..)}",
      ])
  }

  @Test("kinds are the alternatives of oneOf, each with its own fields and those around")
  func alternativeKinds() {
    let (schema, mistakes) = read(
      [
        "s.json": ##"""
        {"allOf":[{"$ref":"envelope.json"}],"required":["type"],
         "oneOf":[{"$ref":"#/$defs/placed"},{"properties":{"type":{"enum":["cancelled","expired"]},"reason":{"type":"string"}}}],
         "$defs":{"placed":{"properties":{"type":{"const":"placed"},"total":{"type":"integer"}},"required":["total"]}}}
        """##, "envelope.json": #"{"type":"object","properties":{"type":{"type":"string"},"id":{"type":"string"}},"required":["id"]}"#,
      ], kind: "type")
    #expect(mistakes.isEmpty)
    #expect(
      schema?.kinds.map { "\($0.name) \(describe($0.fields))" } == [
        "placed {type: string(placed), id: string, total: integer(..)}", "cancelled {type: string(cancelled), id: string, reason?: string}",
        "expired {type: string(expired), id: string, reason?: string}",
      ])
  }

  @Test("documentation and annotations come with a field")
  func annotations() {
    let (schema, _) = read(
      [
        "s.json":
          ##"{"properties":{"email":{"$ref":"#/$defs/e","description":"the customer's"}},"$defs":{"e":{"type":"string","x-personal":true,"x-residency":"eu"}}}"##
      ])
    let email = schema?.kinds.first?.fields["email"]
    #expect(email?.documentation == "the customer's")
    #expect(email?.isPersonal == true)
    #expect(email?.residency == "eu")
  }

  @Test("canonical bytes know all files and neither spaces nor the order of members")
  func canonical() {
    let a = read(["s.json": #"{ "properties": {"b": {"$ref":"t.json"}, "a": {"maximum": 1.0} } }"#, "t.json": "{}"]).schema
    let b = read(["s.json": #"{"properties":{"a":{"maximum":1e0},"b":{"$ref":"t.json"}}}"#, "t.json": "{ }"]).schema
    let c = read(["s.json": #"{"properties":{"a":{"maximum":1e0},"b":{"$ref":"t.json"}}}"#, "t.json": #"{"type":"string"}"#]).schema
    #expect(a?.canonical == b?.canonical)
    #expect(a?.canonical != c?.canonical)
    #expect(
      a.map { String(decoding: $0.canonical, as: UTF8.self) }
        == #"{"s.json":{"properties":{"a":{"maximum":1},"b":{"$ref":"t.json"}}},"t.json":{}}"#)
  }

  @Test(
    "each mistake has its place",
    arguments: [
      (#"{"properties": }"#, "TN0301 [}] `s.json` is not JSON: no value can begin or go on here"),
      (#"{"properties":{"a":{"type":"text"}}}"#, "TN0304 [\"text\"] `text` is no type of JSON Schema"),
      (#"{"properties":{"a":{"type":"string","type":"integer"}}}"#, "TN0305 [\"type\"] `type` stands twice in one object"),
      (##"{"properties":{"a":{"$ref":"#/$defs/x"}}}"##, ##"TN0302 ["#/$defs/x"] `#/$defs/x` leads to nothing"##),
      (#"{"properties":{"a":{"$ref":"t.json"}}}"#, #"TN0302 ["t.json"] there is no schema file `t.json`"#),
      (
        #"{"properties":{"a":{"$ref":"https://example.com/x"}}}"#,
        #"TN0302 ["https://example.com/x"] `https://example.com/x` is no reference that can be followed"#
      ),
      (##"{"properties":{"a":{"$ref":"#"}}}"##, ##"TN0303 ["#"] `#` leads back to itself"##),
      (
        ##"{"properties":{"a":{"$ref":"#/$defs/t"}},"$defs":{"t":{"properties":{"next":{"$ref":"#/$defs/u"}}},"u":{"items":{"$ref":"#/$defs/t"},"type":"array"}}}"##,
        ##"TN0303 ["#/$defs/t"] `#/$defs/t` leads back to itself"##
      ),
      (#"{"properties":[]}"#, "TN0304 [[]] `properties` is an object of schemas"),
      (#"{"type":"object","required":"a"}"#, "TN0304 [\"a\"] `required` is a list of names"),
      (#"{"properties":{"a":{"type":"integer","minimum":"0"}}}"#, "TN0304 [\"0\"] `minimum` is a number"),
      (#"{"properties":{"a":5}}"#, "TN0304 [5] a schema is an object, `true` or `false`"),
      (#"{"allOf":{}}"#, "TN0304 [{}] `allOf` is a list of schemas"),
      (
        #"{"properties":{"a":{"type":"number","format":"decimal","x-currency":"cur"}}}"#,
        #"TN0307 ["cur"] `cur` is neither a field nor a currency"#
      ),
      (
        #"{"properties":{"c":{"type":"integer"},"a":{"type":"number","format":"decimal","x-currency":"c"}}}"#,
        #"TN0307 ["c"] `c` is no string, so it names no currency"#
      ),
      (
        #"{"properties":{"a":{"type":"integer","x-minor-units":true}}}"#,
        #"TN0307 ["x-minor-units"] an amount in minor units needs a currency"#
      ),
      (
        #"{"properties":{"a":{"type":"number","x-minor-units":true,"x-currency":"EUR"}}}"#,
        #"TN0307 ["x-minor-units"] `x-minor-units` is for integers"#
      ),
      (
        #"{"properties":{"a":{"type":"boolean","format":"decimal"}}}"#,
        #"TN0304 [{"type":"boolean","format":"decimal"}] `"format": "decimal"` is for numbers and strings"#
      ),
      (#"{"properties":{"a":{"type":"string","x-personal":1}}}"#, "TN0307 [1] `x-personal` is `true` or `false`"),
      (#"{"properties":{"a":{"if":{},"then":{}}}}"#, #"TN0308 ["if"] `if` is not supported"#),
      (#"{"type":"string"}"#, #"TN0309 [{"type":"string"}] an event is an object, and this describes none"#),
    ])
  func mistakes(_ schema: String, _ mistake: String) {
    let (read, mistakes) = read(["s.json": schema])
    #expect(read == nil)
    #expect(mistakes.first == mistake)
  }

  @Test(
    "the kind field lists its values in every alternative",
    arguments: [
      (#"{"properties":{"type":{"type":"string"}}}"#, #"TN0306 [{"type":"string"}] the kind field `type` does not list its values"#),
      (
        #"{"properties":{"a":{"type":"string"}}}"#,
        #"TN0306 [{"properties":{"a":{"type":"string"}}}] the kind field `type` is not described here"#
      ),
      (#"{"properties":{"type":{"enum":[1,2]}}}"#, #"TN0306 [{"enum":[1,2]}] the kind field `type` does not list its values"#),
    ])
  func kindMistakes(_ schema: String, _ mistake: String) {
    #expect(read(["s.json": schema], kind: "type").mistakes == [mistake])
  }

  @Test("a file that is not there is reported where the stream names it, and all mistakes of a file are reported once")
  func several() {
    #expect(read([:]).mistakes == ["TN0300 [3..<9] there is no schema file `s.json`"])
    let twoKinds = #"{"properties":{"type":{"enum":["a","b"]},"x":{"type":"text"},"y":{"type":"words"}}}"#
    #expect(read(["s.json": twoKinds], kind: "type").mistakes.map { $0.prefix(15) } == ["TN0304 [\"text\"]", "TN0304 [\"words\""])
  }

  /// A schema with a property that leads to `a0`, and definitions of which each is made of the one after it.
  private static func chained(_ count: Int, _ link: (String) -> String) -> String {
    let links = (0..<count).map { "\"a\($0)\": \(link("{\"$ref\": \"#/$defs/a\($0 + 1)\"}"))" } + ["\"a\(count)\": {\"type\": \"string\"}"]
    return "{\"type\": \"object\", \"properties\": {\"x\": {\"$ref\": \"#/$defs/a0\"}}, \"$defs\": {\(links.joined(separator: ", "))}}"
  }

  @Test("a schema that its references make too deep or too large is refused, and does not fill the memory")
  func large() {
    let schemas = [
      Self.chained(5_000) { $0 }, Self.chained(2_000) { "{\"type\": \"object\", \"properties\": {\"a\": \($0)}}" },
      Self.chained(60) { "{\"type\": \"object\", \"properties\": {\"a\": \($0), \"b\": \($0)}}" },
      Self.chained(60) { "{\"allOf\": [\($0), \($0)]}" }, Self.chained(60) { "{\"oneOf\": [\($0), \($0)]}" },
    ]
    for schema in schemas {
      let read = read(["s.json": schema])
      #expect(read.mistakes.contains { $0.hasPrefix("TN0308") }, "\(schema.prefix(200))")
      #expect(read.mistakes.count < 5)
    }
    #expect(read(["s.json": Self.chained(20) { "{\"allOf\": [\($0)]}" }]).mistakes == [])
  }

  @Test("no mutation of a schema crashes its reader", arguments: 0..<4 as Range<UInt64>)
  func mutations(seed: UInt64) throws {
    var mutator = ByteMutator(seed: seed)
    let schema = Array(
      """
      {"oneOf": [{"$ref": "#/$defs/placed"}, {"properties": {"type": {"const": "b"}, "n": {"type": ["integer", "null"], "minimum": 0}}}],
      "$defs": {"amount": {"type": "string", "format": "decimal", "x-currency": "currency"}, "placed": {"allOf": [{"type": "object",
      "required": ["type", "at"], "properties": {"type": {"enum": ["a"]}, "at": {"type": "string", "format": "date-time"}}}],
      "properties": {"currency": {"type": "string"}, "total": {"$ref": "#/$defs/amount"}, "lines": {"type": "array", "items": {"type":
      "object", "properties": {"price": {"$ref": "#/$defs/amount"}}}}, "map": {"additionalProperties": {"type": "number"}}}}}}
      """.utf8)
    for _ in 0..<400 {
      let text = mutator.mutate(schema)
      let (schema, mistakes) = EventSchema.read(
        file: "s.json", kindField: FieldPath(["type"]), namedAt: SourceSpan(file: "r.tenet", range: 0..<1)
      ) { $0 == "s.json" ? text : nil }
      #expect((schema == nil) == mistakes.contains { $0.severity == .error })
      #expect(mistakes.allSatisfy { $0.span.range.upperBound <= text.count })
    }
  }

  @Test("minor units have the digits of ISO 4217")
  func minorUnits() {
    #expect(["EUR", "JPY", "KWD", "CLF", "eur", "EURO"].map { Currency.minorDigits(of: $0) } == [2, 0, 3, 4, nil, nil])
  }

  @Test("a code's bad example has that mistake and no other, its good one none", arguments: SchemaCatalogue.entries.map(\.code.number))
  func catalogue(_ number: Int) throws {
    let entry = try #require(SchemaCatalogue.entries.first { $0.code.number == number })
    let bad = read(entry.bad.isEmpty ? [:] : ["s.json": entry.bad], kind: "type")
    #expect(bad.mistakes.map { String($0.prefix(6)) } == [entry.code.description], "\(bad.mistakes)")
    #expect(read(["s.json": entry.good], kind: "type").mistakes == [])
  }
}
