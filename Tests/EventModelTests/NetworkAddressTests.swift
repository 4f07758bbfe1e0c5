import EventModel
import Testing

@Suite("Addresses of the internet")
struct NetworkAddressTests {
  @Test("a value is no larger than a decimal needs")
  func size() { #expect(MemoryLayout<Value>.stride == 24) }

  @Test(
    "text that is read is written as RFC 5952 has it",
    arguments: [
      ("0.0.0.0", "0.0.0.0"), ("255.1.2.3", "255.1.2.3"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
      ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
      ("2001:0DB8::0", "2001:db8::"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:0:2:0:3:0:4:0", "1:0:2:0:3:0:4:0"),
      ("64:ff9b::1.2.3.4", "64:ff9b::102:304"),
      ("::ffff:c0a8:1", "192.168.0.1"), ("1::2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
    ])
  func text(_ text: String, _ canonical: String) throws { #expect(try NetworkAddress(address: text).text == canonical) }

  @Test(
    "what is no address is refused",
    arguments: [
      "", ":", ":::", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.1.1.1", "1.2.3.a", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3",
      "::12345", "g::",
      ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "1:2:3:4:5:6:7::8", "::1.2.3", "1.2.3.4::", "fe80::1%eth0", "::ffff:1.2.3.4", "+1::", "1.2.3.4/8",
    ])
  func refused(_ text: String) { #expect(throws: NetworkAddress.Mistake.self) { try NetworkAddress(address: text) } }

  @Test(
    "what is no block is refused",
    arguments: ["1.2.3.4", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/08", "1.2.3.4/", "::/129", "/8", "::/8/8", "::ffff:1:2/8", "::1%e/8"])
  func refusedBlocks(_ text: String) { #expect(throws: NetworkAddress.Mistake.self) { try NetworkAddress(block: text) } }

  @Test(
    "a block holds the addresses that begin alike",
    arguments: [
      ("0.0.0.0/0", "255.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.0.0.1/32", "10.0.0.1", true),
      ("10.0.0.1/32", "10.0.0.2", false),
      ("::/0", "1.2.3.4", false), ("2001:db8::/33", "2001:db8:7fff::", true), ("2001:db8::/33", "2001:db8:8000::", false),
      ("::1/128", "::1", true),
    ])
  func contains(_ block: String, _ address: String, _ holds: Bool) throws {
    #expect(try NetworkAddress(block: block).contains(NetworkAddress(address: address)) == holds)
  }
}
