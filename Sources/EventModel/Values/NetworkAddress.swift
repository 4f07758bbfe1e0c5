/// An address of the internet, or a block of them: all addresses that begin with the first bits of one.
package struct NetworkAddress: Hashable, Sendable {
  /// The bits of IPv6; those of IPv4 are the last 32.
  private var high: UInt64
  private var low: UInt64
  package let isIPv6: Bool
  /// Of a block: how many first bits its addresses have in common. Nil: this is an address.
  package let prefixLength: UInt8?

  private init(high: UInt64, low: UInt64, isIPv6: Bool, prefixLength: UInt8?) {
    (self.high, self.low, self.isIPv6, self.prefixLength) = (high, low, isIPv6, prefixLength)
  }

  private var bitWidth: UInt8 { isIPv6 ? 128 : 32 }
  private var bits: UInt128 { UInt128(high) << 64 | UInt128(low) }

  private init(_ bits: UInt128, isIPv6: Bool, prefixLength: UInt8?) {
    self.init(
      high: UInt64(truncatingIfNeeded: bits >> 64), low: UInt64(truncatingIfNeeded: bits), isIPv6: isIPv6, prefixLength: prefixLength)
  }

  // MARK: - Blocks

  /// The address that the block was written with.
  package var address: NetworkAddress { NetworkAddress(high: high, low: low, isIPv6: isIPv6, prefixLength: nil) }

  /// The block with zeros behind the bits in common.
  package var masked: NetworkAddress { NetworkAddress(bits & mask, isIPv6: isIPv6, prefixLength: prefixLength) }

  private var mask: UInt128 {
    guard let prefixLength, prefixLength < bitWidth else { return .max }
    return ~(UInt128.max >> (128 - UInt128(bitWidth - prefixLength)))
  }

  /// Whether the address, or all of the block, lies in this block.
  package func contains(_ other: NetworkAddress) -> Bool {
    guard isIPv6 == other.isIPv6, let prefixLength, prefixLength <= other.prefixLength ?? bitWidth else { return false }
    return bits & mask == other.bits & mask
  }

  // MARK: - Kinds of addresses

  package var isUnspecified: Bool { bits == 0 }
  package var isLoopback: Bool { isIPv6 ? bits == 1 : low >> 24 == 127 }
  package var isMulticast: Bool { isIPv6 ? high >> 56 == 0xFF : low >> 28 == 0xE }
  package var isLinkLocalMulticast: Bool { isIPv6 ? high >> 48 & 0xFF0F == 0xFF02 : low >> 8 == 0xE0_00_00 }
  package var isLinkLocalUnicast: Bool { isIPv6 ? high >> 54 == 0x3FA : low >> 16 == 0xA9FE }
  /// One that a single host may have in a network, and none of the others.
  package var isGlobalUnicast: Bool {
    !isUnspecified && !isLoopback && !isMulticast && !isLinkLocalUnicast && (isIPv6 || low != 0xFFFF_FFFF)
  }
}

// MARK: - Text

extension NetworkAddress {
  /// Why a text is no address.
  package enum Mistake: Error {
    case notAnAddress, notABlock
    /// `::ffff:1.2.3.4`: an address of IPv4 in the form of IPv6.
    case mapped
  }

  /// Reads `192.168.0.1` and `2001:db8::1`. An address of IPv4 among those of IPv6, written in hexadecimal digits, is one of IPv4.
  package init(address text: String) throws(Mistake) {
    let bytes = Array(text.utf8)
    if let bits = Self.ipv4(bytes[...]) {
      self.init(UInt128(bits), isIPv6: false, prefixLength: nil)
      return
    }
    guard let bits = Self.ipv6(bytes[...]) else { throw .notAnAddress }
    if bits >> 32 == 0xFFFF {
      guard !bytes.contains(0x2E) else { throw .mapped }
      self.init(bits & 0xFFFF_FFFF, isIPv6: false, prefixLength: nil)
    } else {
      self.init(bits, isIPv6: true, prefixLength: nil)
    }
  }

  /// Reads `192.168.0.0/24`: an address, and how many bits are in common.
  package init(block text: String) throws(Mistake) {
    let parts = text.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
    guard parts.count == 2, let length = Self.decimal(ArraySlice(Array(parts[1])), atMost: 128) else { throw .notABlock }
    let bytes = Array(parts[0])[...]
    if let bits = Self.ipv4(bytes) {
      guard length <= 32 else { throw .notABlock }
      self.init(UInt128(bits), isIPv6: false, prefixLength: UInt8(length))
    } else if let bits = Self.ipv6(bytes) {
      guard bits >> 32 != 0xFFFF else { throw .mapped }
      self.init(bits, isIPv6: true, prefixLength: UInt8(length))
    } else {
      throw .notABlock
    }
  }

  /// A number without zeros before it.
  private static func decimal(_ digits: ArraySlice<UInt8>, atMost most: UInt32) -> UInt32? {
    guard (1...3).contains(digits.count), digits.count == 1 || digits.first != 0x30 else { return nil }
    var value: UInt32 = 0
    for byte in digits {
      guard case let digit = byte &- 0x30, digit <= 9 else { return nil }
      value = value * 10 + UInt32(digit)
    }
    return value <= most ? value : nil
  }

  private static func ipv4(_ text: ArraySlice<UInt8>) -> UInt32? {
    let parts = text.split(separator: 0x2E, omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bits: UInt32 = 0
    for part in parts {
      guard let byte = decimal(part, atMost: 255) else { return nil }
      bits = bits << 8 | byte
    }
    return bits
  }

  private static func ipv6(_ text: ArraySlice<UInt8>) -> UInt128? {
    guard text.count <= 45 else { return nil }
    var before: [UInt16] = []
    var after: [UInt16]?
    let parts = text.split(separator: 0x3A, omittingEmptySubsequences: false)
    guard parts.count >= 3 else { return nil }
    for (index, part) in parts.enumerated() {
      if part.isEmpty {
        // `::` is an empty part, at either end of the text two.
        let isEdge = index == 0 && parts[1].isEmpty || index == parts.count - 1 && parts[index - 1].isEmpty
        if isEdge { continue }
        guard after == nil, index > 0, index < parts.count - 1 else { return nil }
        after = []
        continue
      }
      var groups: [UInt16]
      if index == parts.count - 1, let bits = ipv4(part) {
        groups = [UInt16(bits >> 16), UInt16(truncatingIfNeeded: bits)]
      } else {
        guard part.count <= 4, let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16), part.first != 0x2B else { return nil }
        groups = [group]
      }
      if after == nil { before += groups } else { after? += groups }
      groups = []
    }
    let count = before.count + (after?.count ?? 0)
    guard after == nil ? count == 8 : count <= 7 else { return nil }
    let all = before + [UInt16](repeating: 0, count: 8 - count) + (after ?? [])
    return all.reduce(0) { $0 << 16 | UInt128($1) }
  }

  /// As RFC 5952 writes it: hexadecimal digits in lower case, the longest run of zeros as `::`; of a block with `/` and the bits in common.
  package var text: String {
    var text: String
    if isIPv6 {
      let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> (112 - 16 * UInt128($0))) }
      var longest = 0..<0
      var start = 0
      while start < 8 {
        var end = start
        while end < 8, groups[end] == 0 { end += 1 }
        if end - start > max(longest.count, 1) { longest = start..<end }
        start = max(end, start + 1)
      }
      func joined(_ range: Range<Int>) -> String { range.map { String(groups[$0], radix: 16) }.joined(separator: ":") }
      text = longest.isEmpty ? joined(0..<8) : joined(0..<longest.lowerBound) + "::" + joined(longest.upperBound..<8)
    } else {
      text = (0..<4).map { String(low >> (24 - 8 * UInt64($0)) & 0xFF) }.joined(separator: ".")
    }
    if let prefixLength { text += "/\(prefixLength)" }
    return text
  }
}
