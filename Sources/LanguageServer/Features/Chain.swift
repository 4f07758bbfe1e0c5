/// A name with dots that ends at a place, `o.ship_to.cou`, as the bytes show it: the text around may be broken.
struct Chain {
  /// The last one may be empty.
  var parts: [String]
  /// Of the last part.
  var last: Range<Int>
  /// Where all of it begins.
  var start: Int

  /// - Parameter throughWord: go on to the end of the word that the place lies in.
  init?(before offset: Int, in bytes: [UInt8], throughWord: Bool = false) {
    guard offset <= bytes.count else { return nil }
    var end = offset
    if throughWord { while end < bytes.count, Self.isName(bytes[end]) { end += 1 } }
    var at = Self.word(before: end, in: bytes).lowerBound
    last = at..<end
    var found = [String(decoding: bytes[at..<end], as: UTF8.self)]
    while at > 0 {
      var before = at
      if bytes[before - 1] == UInt8(ascii: "?"), before > 1 { before -= 1 }
      guard bytes[before - 1] == UInt8(ascii: ".") else { break }
      before -= 1
      // An index between leads to the elements.
      if before > 0, bytes[before - 1] == UInt8(ascii: "]") {
        guard let bracket = Self.opening(of: before - 1, in: bytes) else { return nil }
        before = bracket
        found.append("[]")
      }
      var start = max(0, before)
      while start > 0, Self.isName(bytes[start - 1]) { start -= 1 }
      guard start < before else { return nil }
      found.append(String(decoding: bytes[start..<before], as: UTF8.self))
      at = start
    }
    start = at
    parts = found.reversed()
  }

  /// What of a word stands before a place.
  static func word(before offset: Int, in bytes: [UInt8]) -> Range<Int> {
    var at = offset
    while at > 0, isName(bytes[at - 1]) { at -= 1 }
    return at..<offset
  }

  /// The bracket that the one at a place closes.
  private static func opening(of place: Int, in bytes: [UInt8]) -> Int? {
    var (at, depth) = (place, 0)
    while at >= 0, bytes[at] != UInt8(ascii: "\n") {
      if bytes[at] == UInt8(ascii: "]") { depth += 1 }
      if bytes[at] == UInt8(ascii: "[") { depth -= 1 }
      if depth == 0 { return at }
      at -= 1
    }
    return nil
  }

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
