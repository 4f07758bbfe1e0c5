extension JSONValue {
  /// The same text for the same value (RFC 8785): members sorted by their names' UTF-16, of several with one name the last, numbers in
  /// one form. Integers keep all their digits.
  package var canonical: JSONValue {
    switch self {
    case .null, .bool, .string: return self
    case .number(let digits):
      let isInteger = digits.utf8.allSatisfy { $0 != 0x2E && $0 | 0x20 != 0x65 } && digits != "-0"
      guard !isInteger, let number = Double(digits), number.isFinite else { return self }
      return .number(number.shortestText)
    case .array(let elements): return .array(elements.map(\.canonical))
    case .object(let members):
      let sorted = members.enumerated().sorted { a, b in
        let (x, y) = (a.element.key.utf16, b.element.key.utf16)
        return x.elementsEqual(y) ? a.offset < b.offset : x.lexicographicallyPrecedes(y)
      }
      var kept: [(key: String, value: JSONValue)] = []
      for (_, (key, value)) in sorted {
        if let last = kept.last, last.key.utf8.elementsEqual(key.utf8) { kept.removeLast() }
        kept.append((key, value.canonical))
      }
      return .object(kept)
    }
  }
}
