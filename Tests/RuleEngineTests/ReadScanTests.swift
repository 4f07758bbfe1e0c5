import CHotPath
import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

@Suite struct ReadScanTests {
  static let levels = [HP_PLAIN, HP_SSE2, HP_AVX2].filter { $0.rawValue <= hp_best_level().rawValue }
  let tree = FieldTree(
    [
      "a", "b.c", "b.d.e", "s", "seventeen_letters_", "seventeen_letters-", "discount_a", "discount_b", "n", "list", "deep",
    ].map(Fixture.path))
  static let texts =
    [
      #"{"a":1,"b":{"c":"x","d":{"e":null},"f":[1,{"c":2}]},"s":"some text of more than thirty-two bytes","n":-12.5e+3}"#,
      #" { "a" : [ ] , "list":[1,[2,{"a":3}],"é",true,false,null], "b":{}, "b":{"c":{"d":1}}, "discount_a":0.10,"discount_b":"z" } "#,
      #"{"seventeen_letters_":1,"seventeen_letters-":2,"seventeen_letters.":3,"\u0061":"esc\"aped\\\n\u00e9\ud83d\ude00","c":9}"#,
      #"{"long":"\#(String(repeating: "wörter ", count: 40))","x":{"y":{"z":[[[[]]]]}},"deep":{"a":1},"s":""}"#,
      #"{"deep":\#(String(repeating: "[", count: 99))\#(String(repeating: "]", count: 99)),"a":{"a":{"a":{}}}}"#,
      "{}", "[]", "\"text\"", "12", "",
    ].map { Array($0.utf8) }

  @Test(
    "the scanner takes what is JSON and nothing else, and finds what a parser finds, at every level", arguments: 0..<16 as Range<UInt64>)
  func agrees(seed: UInt64) {
    var mutator = ByteMutator(seed: seed)
    let bytes = RecordBytes()
    let scanners = Self.levels.map { RecordScanner(nodes: tree.count, level: $0) }
    for round in 0..<250 {
      let base = mutator.random.pick(Self.texts)
      let text = round == 0 ? base : mutator.mutate(base)
      let parsed = try? JSONValue.parse(text)
      for scanner in scanners { check(scanner, bytes.block(text), parsed) }
    }
  }

  private func check(_ scanner: RecordScanner, _ block: UnsafeRawBufferPointer, _ parsed: JSONValue?) {
    let text = { String(decoding: block, as: UTF8.self) }
    switch (scanner.scan(block, tree), parsed) {
    case (.failure(let fault), nil): #expect(fault.reason == .notJSON, "\(text())")
    case (.failure(let fault), let json?): #expect(fault.reason == .schema && json.members == nil, "\(text())")
    case (.success, nil): Issue.record("not JSON, but taken: \(text())")
    case (.success(let start), let json?):
      #expect(json.members != nil, "\(text())")
      let store = TextStore()
      for path in [
        "a", "b", "b.c", "b.d.e", "s", "seventeen_letters_", "seventeen_letters-", "discount_a", "discount_b", "n", "list", "deep",
      ] {
        let path = Fixture.path(path)
        let wanted = path.steps.reduce(Optional(json)) { $0?[$1] }
        let found = value(scanner.tokens[tree.node(of: path)], start, store)
        #expect(found == wanted, "\(path) of \(text())")
      }
    }
  }

  private func value(_ token: hp_token, _ text: UnsafePointer<UInt8>, _ store: TextStore) -> JSONValue? {
    let raw = Array(UnsafeBufferPointer(start: text + Int(token.start), count: Int(token.length)))
    switch hp_kind(token.kind) {
    case HP_ABSENT: return nil
    case HP_NULL: return .null
    case HP_TRUE: return .bool(true)
    case HP_FALSE: return .bool(false)
    case HP_NUMBER: return .number(String(decoding: raw, as: UTF8.self))
    case HP_STRING, HP_ESCAPED_STRING:
      guard let span = store.span(ofString: token, text) else { return nil }
      let start = (span.isStored ? store.base : text) + span.start
      return .string(String(decoding: UnsafeBufferPointer(start: start, count: span.length), as: UTF8.self))
    default: return try? JSONValue.parse(raw)
    }
  }

  static let numbers = [
    "0", "-0", "-0.0", "1", "-1", "20.00", "123456789012345678", "1234567890123456789", "0.000001", "0.0000001", "9223372036854.775807",
    "1e3",
    "1.5E-2", "00", "1.", ".5", "-", "+1", "1e", "0x1", "9007199254740993", "0.1", "123456.789", "999999999999999.9",
  ]

  @Test("numbers are read as the slow reader reads them, or left to it", arguments: 0..<4 as Range<UInt64>) func numbers(seed: UInt64) {
    var mutator = ByteMutator(seed: seed)
    for round in 0..<600 {
      let base = Array(Self.numbers[round % Self.numbers.count].utf8)
      let text = round < Self.numbers.count ? base : mutator.mutate(base)
      let exact = text.withUnsafeBufferPointer { ExactDecimal(digits: $0) }
      for scale in [0, 2, 6, 18] {
        var number: Int64 = 0
        switch hp_fixed(text, text.count, Int32(scale), &number) {
        case HP_FITS: #expect(exact == ExactDecimal(coefficient: Int128(number), scale: Int16(scale)), "\(text)")
        case HP_WIDE: break
        default: #expect(exact == nil, "\(text)")
        }
      }
      var double = 0.0
      if hp_double(text, text.count, &double) == HP_FITS { #expect(double == Double(String(decoding: text, as: UTF8.self)), "\(text)") }
    }
  }

  @Test("times and dates are read as the slow reader reads them", arguments: 0..<4 as Range<UInt64>) func times(seed: UInt64) {
    var mutator = ByteMutator(seed: seed)
    let bases = [
      "2026-01-05T10:30:00Z", "2024-02-29t23:59:59.999999999z", "2026-01-05T10:30:00.25+01:00", "0001-01-01T00:00:00Z",
      "9999-12-31T23:59:59-00:00",
      "1969-12-31T23:59:59.9999999Z", "2100-03-01T00:00:00-23:59", "2026-01-05",
    ].map { Array($0.utf8) }
    for round in 0..<1000 {
      let base = bases[round % bases.count]
      var text = round < bases.count ? base : mutator.mutate(base)
      if round % 3 == 0, !text.isEmpty {
        text[Int.random(in: 0..<text.count, using: &mutator.random)] = UInt8.random(in: 0x2b...0x3a, using: &mutator.random)
      }
      var time: Int64 = 0
      let read = hp_time(text, text.count, &time) ? EventTime(microseconds: time) : nil
      #expect(read == text.withUnsafeBufferPointer { EventTime(rfc3339: $0) }, "\(String(decoding: text, as: UTF8.self))")
      let isDate = text.count == 10 && EventTime(rfc3339: String(decoding: text, as: UTF8.self) + "T00:00:00Z") != nil
      #expect(hp_is_date(text, text.count) == isDate, "\(String(decoding: text, as: UTF8.self))")
    }
  }

  @Test("masks of columns are the same at every level") func columns() {
    var random = TestRandom(seed: 1)
    let left = (0..<192).map { _ in random.pick([0, 1, -1, 5, .min, .max] as [Int64]) }
    let right = (0..<192).map { _ in random.pick([0, 1, -1, 5, .min, .max] as [Int64]) }
    let symbols = (0..<192).map { _ in random.pick([0, 1, 2, 0x100, 0xffff] as [UInt16]) }
    func mask(_ fill: (UnsafeMutablePointer<UInt64>) -> Void) -> [Bool] {
      var words = [UInt64](repeating: 0, count: 3)
      words.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { fill(base) } }
      return (0..<192).map { words[$0 / 64] >> UInt64($0 % 64) & 1 == 1 }
    }
    for level in Self.levels {
      for (comparison, holds) in [(HP_LESS, { $0 < $1 }), (HP_LESS_EQUAL, { $0 <= $1 }), (HP_EQUAL, { $0 == $1 })]
        as [(hp_comparison, (Int64, Int64) -> Bool)]
      {
        #expect(mask { hp_compare_int(level, left, 192, comparison, 1, $0) } == left.map { holds($0, 1) })
        #expect(mask { hp_compare_ints(level, left, right, 192, comparison, $0) } == zip(left, right).map { holds($0, $1) })
      }
      for symbol in [0, 1, 0x100, 0xffff] as [UInt16] {
        #expect(mask { hp_equal_symbol(level, symbols, 192, symbol, $0) } == symbols.map { $0 == symbol })
      }
    }
  }

  @Test("hashes are what the rows of earlier runs hold, and every byte counts") func hashes() {
    let text = Array("an id, and a content of rather more than sixty-four bytes, so that all four sums take part in it".utf8)
    let short = hp_hash(text, 5, 0), long = hp_hash(text, text.count, 1)
    #expect(
      [short.low, short.high, long.low, long.high, hp_hash_content(text, text.count)]
        == [0xda3a_f2bf_dd30_d026, 0xba06_e880_5cf5_b3b1, 0x2fb3_298e_5eb4_4b9f, 0x528f_ab3c_ccc9_02ac, 0x7548_650a_840a_d749])
    var seen: Set<UInt64> = [hp_hash_content(text, text.count)]
    for place in text.indices {
      var other = text
      other[place] ^= 1
      seen.insert(hp_hash_content(other, other.count))
      seen.insert(hp_hash_content(text, place))
    }
    #expect(seen.count == 2 * text.count + 1)
  }
}
