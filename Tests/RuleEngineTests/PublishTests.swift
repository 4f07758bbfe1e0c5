import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

@Suite("What goes out")
struct PublishTests {
  @Test("hashes with a secret are those of RFC 4231")
  func hmac() {
    #expect(
      Identity.hex(Identity.hmac(Array("what do ya want for nothing?".utf8), secret: Array("Jefe".utf8)))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    #expect(
      Identity.hex(
        Identity.hmac(
          Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8), secret: [UInt8](repeating: 0xaa, count: 131)))
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }

  @Test("a part of a key that is personal goes out as a hash: in the record key, the id, `key` and the message")
  func personalKeys() throws {
    var streams = Hand.streams
    for kind in streams[1].schema.kinds.indices {
      var fields = streams[1].schema.kinds[kind].fields.fields
      for index in fields.indices where fields[index].name == "note" { fields[index].isPersonal = true }
      streams[1].schema.kinds[kind].fields = ObjectType(fields: fields)
    }
    var rule = Hand.rule(
      "rule", [Hand.pattern([Hand.captured])], .limit(.sliding(.fixed(.seconds(60)))),
      when: .call(">=", Hand.aggregate(0), Expression.int(1)),
      functions: [Hand.function(.count)],
      notes: Hand.notes([.expression(CheckedExpression(.wholeKey, type: .string, span: Fixture.nowhere))]))
    rule.key.append(KeyPart(name: "note", type: .string, expressions: [.field("note")]))
    let program = Fixture.program(streams, [rule])
    #expect(Engine.rulesWithPersonalKeys(program) == ["rule"])
    #expect(Engine.rulesWithPersonalKeys(MatchBoundsTests.timeout) == [])

    func record(_ secret: String) throws -> (key: JSONValue, value: JSONValue) {
      let driver = EngineDriver(program, options: .init(region: "us-east-1", slots: 1, privacyKey: Array(secret.utf8)))
      _ = driver.run(EventScript("10:00 payments captured e-1 order_id=o-1 note=a@b.example"))
      let output = try #require(driver.outputs.first)
      #expect(!String(decoding: output.value ?? [], as: UTF8.self).contains("a@b"))
      return (try JSONValue.parse(output.key ?? []), try JSONValue.parse(output.value ?? []))
    }
    let (one, same, other) = (try record("s"), try record("s"), try record("t"))
    let hash = Identity.hex(Identity.hmac(Array(#""a@b.example""#.utf8), secret: Array("s".utf8)).prefix(16))
    #expect(one.key == .array([.string("o-1"), .string(hash)]))
    #expect(one.value["key"]?["note"]?.text == hash)
    #expect(one.value["message"]?.text == "o-1/\(hash)")
    #expect(one.value["id"] == same.value["id"])
    #expect(one.value["id"] != other.value["id"])
  }
}
