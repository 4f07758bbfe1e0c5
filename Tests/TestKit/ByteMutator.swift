/// Spoils texts of JSON: parts of them are cut, doubled, and replaced by what a reader may stumble over.
package struct ByteMutator: Sendable {
  package var random: TestRandom

  package init(seed: UInt64) { random = TestRandom(seed: seed) }

  private static let pieces: [[UInt8]] =
    [
      "\"", "\\", "{", "}", "[", "]", ",", ":", " ", "\n", "0", "-", "1e5", "1.", ".5", "true", "nul", "null", "\\u00e9", "\\ud83d\\ude00",
      "\\ud83d", "\\u12", "\"a\":", "{}", "[]", "é", "\u{1F600}", "\u{0}", "\u{1f}", "\u{7f}", "99999999999999999999999999999999999999999",
      "-1e-400", "1e400", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z",
    ].map { Array($0.utf8) } + [[0x80], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff]]

  /// The text with one to three mistakes; now and then it is still JSON.
  package mutating func mutate(_ text: [UInt8]) -> [UInt8] {
    var bytes = text
    for _ in 0..<random.whole(1...3) {
      let place = random.whole(0...bytes.count)
      let end = min(bytes.count, place + random.whole(0...12))
      switch random.whole(0...5) {
      case 0: bytes.removeSubrange(place..<end)
      case 1: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
      case 2: bytes.replaceSubrange(place..<end, with: random.pick(Self.pieces))
      case 3: bytes.insert(contentsOf: random.pick(Self.pieces), at: place)
      case 4: if place < bytes.count { bytes[place] = UInt8(random.whole(0...255)) }
      default: if random.chance(0.3) { bytes.removeSubrange(place...) }
      }
    }
    return bytes
  }
}
