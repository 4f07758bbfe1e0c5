/// The way to a value in a JSON text: names of members and numbers of elements.
package struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
  package var steps: [String]

  package init(_ steps: [String] = []) { self.steps = steps }

  /// Reads `/properties/total` (RFC 6901); nil when it neither is empty nor begins with `/`.
  package init?(text: String) {
    guard !text.isEmpty else {
      steps = []
      return
    }
    guard text.utf8.first == 0x2F else { return nil }
    steps = text.utf8.dropFirst().split(separator: 0x2F, omittingEmptySubsequences: false).map { step in
      var (out, rest) = ([UInt8](), step)
      while let byte = rest.popFirst() {
        guard byte == 0x7E, let code = rest.popFirst() else {
          out.append(byte)
          continue
        }
        out.append(code == 0x31 ? 0x2F : 0x7E)
      }
      return String(decoding: out, as: UTF8.self)
    }
  }

  package func appending(_ step: String) -> JSONPointer { JSONPointer(steps + [step]) }
  package func appending(_ index: Int) -> JSONPointer { appending(String(index)) }

  package var description: String {
    steps.map { step in
      var out: [UInt8] = [0x2F]
      for byte in step.utf8 {
        switch byte {
        case 0x7E: out += [0x7E, 0x30]
        case 0x2F: out += [0x7E, 0x31]
        default: out.append(byte)
        }
      }
      return String(decoding: out, as: UTF8.self)
    }.joined()
  }
}

extension JSONValue {
  /// The value to which the pointer leads.
  package subscript(pointer: JSONPointer) -> JSONValue? {
    var value = self
    for step in pointer.steps {
      switch value {
      case .object:
        guard let member = value[step] else { return nil }
        value = member
      case .array(let elements):
        guard let index = Int(step), elements.indices.contains(index) else { return nil }
        value = elements[index]
      default: return nil
      }
    }
    return value
  }

  /// Where the value to which the pointer leads stands in the text it was parsed from: bytes from its beginning. Where the way ends
  /// early, the last value on it. With `key`, the name of the last step's member instead of its value.
  package static func range(of pointer: JSONPointer, key: Bool = false, in bytes: [UInt8]) -> Range<Int> {
    var scanner = JSONParser(bytes: bytes, depthLimit: .max)
    return scanner.range(of: pointer.steps[...], key: key) ?? 0..<0
  }
}

extension JSONParser {
  fileprivate mutating func range(of steps: ArraySlice<String>, key: Bool) -> Range<Int>? {
    skipSpace()
    let start = at
    guard let step = steps.first else { return skipped() }
    var found: Range<Int>?
    if next == 0x7B {
      at += 1
      while true {
        skipSpace()
        if next == 0x2C { at += 1 }
        skipSpace()
        let keyStart = at
        guard next == 0x22, let name = try? string() else { break }
        let keyRange = keyStart..<at
        skipSpace()
        at += 1
        skipSpace()
        let valueStart = at
        guard skipped() != nil else { break }
        if name.utf8.elementsEqual(step.utf8) {
          let end = at
          at = valueStart
          found = key && steps.count == 1 ? keyRange : range(of: steps.dropFirst(), key: key)
          at = end
        }
      }
    } else if next == 0x5B, let index = Int(step) {
      at += 1
      for _ in 0..<index {
        guard skipped() != nil else { break }
        skipSpace()
        if next == 0x2C { at += 1 }
      }
      skipSpace()
      if next != 0x5D { found = range(of: steps.dropFirst(), key: key) }
    }
    if let found { return found }
    at = start
    return skipped()
  }

  /// Goes over one value, and says where it stands.
  private mutating func skipped() -> Range<Int>? {
    skipSpace()
    let start = at
    guard (try? value(depth: 0)) != nil else { return nil }
    return start..<at
  }
}
