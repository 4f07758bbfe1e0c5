import RuleEngine
import Testing

@testable import StreamRuntime

@Test(
  "a key is placed where Kafka's Java clients place it",
  arguments: [
    ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536), ("abc", 479_470_107), ("", 275_646_681),
  ])
func murmur2OfJava(key: String, hash: Int32) {
  #expect(murmur2(Array(key.utf8)) == UInt32(bitPattern: hash))
}
