internal import EventModel

extension FunctionTable {
  /// Addresses of the internet, and blocks of them. Rules have none of this.
  static let network: [FunctionEntry] = [
    FunctionEntry(
      "isIP", .unary { (a) throws(EvaluationError) in .bool((try? address(a, "isIP")) != nil) }, .function(.string, gives: .bool)),
    FunctionEntry(
      "isCIDR", .unary { (a) throws(EvaluationError) in .bool((try? block(a, "isCIDR")) != nil) }, .function(.string, gives: .bool)),
    FunctionEntry(
      "ip",
      .unary { (a) throws(EvaluationError) in
        if case .address(let block) = a, block.prefixLength != nil { return .address(block.address) }
        return .address(try address(a, "ip"))
      }, .function(.string, gives: .address), .method(.addressBlock, gives: .address)),
    FunctionEntry(
      "cidr", .unary { (a) throws(EvaluationError) in .address(try block(a, "cidr")) }, .function(.string, gives: .addressBlock)),
    FunctionEntry(
      "ip.isCanonical",
      .unary { (a) throws(EvaluationError) in
        guard case .string(let text) = a else { throw .noSuchOverload("ip.isCanonical", [a]) }
        return .bool(try address(a, "ip.isCanonical").text.utf8.elementsEqual(text.utf8))
      }, .function(.string, gives: .bool)),
    FunctionEntry(
      "family", .unary { (a) throws(EvaluationError) in .int(try a.address("family").isIPv6 ? 6 : 4) },
      .method(.address, gives: .int)),
    test("isUnspecified", \.isUnspecified), test("isLoopback", \.isLoopback), test("isGlobalUnicast", \.isGlobalUnicast),
    test("isLinkLocalMulticast", \.isLinkLocalMulticast), test("isLinkLocalUnicast", \.isLinkLocalUnicast),
    FunctionEntry(
      "containsIP",
      .binary { (a, b) throws(EvaluationError) in
        .bool(try a.block("containsIP").contains(b.isText ? address(b, "containsIP") : b.address("containsIP")))
      }, .method(.addressBlock, .address, gives: .bool), .method(.addressBlock, .string, gives: .bool)),
    FunctionEntry(
      "containsCIDR",
      .binary { (a, b) throws(EvaluationError) in
        .bool(try a.block("containsCIDR").contains(b.isText ? block(b, "containsCIDR") : b.block("containsCIDR")))
      }, .method(.addressBlock, .addressBlock, gives: .bool), .method(.addressBlock, .string, gives: .bool)),
    FunctionEntry(
      "masked", .unary { (a) throws(EvaluationError) in .address(try a.block("masked").masked) },
      .method(.addressBlock, gives: .addressBlock)),
    FunctionEntry(
      "prefixLength", .unary { (a) throws(EvaluationError) in .int(Int64(try a.block("prefixLength").prefixLength ?? 0)) },
      .method(.addressBlock, gives: .int)),
  ]

  private static func test(_ name: String, _ property: any KeyPath<NetworkAddress, Bool> & Sendable) -> FunctionEntry {
    FunctionEntry(
      name, .unary { (a) throws(EvaluationError) in .bool(try a.address(name)[keyPath: property]) }, .method(.address, gives: .bool))
  }

  private static func address(_ a: Value, _ function: String) throws(EvaluationError) -> NetworkAddress {
    guard case .string(let text) = a else { throw .noSuchOverload(function, [a]) }
    do throws(NetworkAddress.Mistake) {
      return try NetworkAddress(address: text)
    } catch {
      throw mistake(error, text)
    }
  }

  private static func block(_ a: Value, _ function: String) throws(EvaluationError) -> NetworkAddress {
    guard case .string(let text) = a else { throw .noSuchOverload(function, [a]) }
    do throws(NetworkAddress.Mistake) {
      return try NetworkAddress(block: text)
    } catch {
      throw mistake(error, text)
    }
  }

  private static func mistake(_ mistake: NetworkAddress.Mistake, _ text: String) -> EvaluationError {
    switch mistake {
    case .notAnAddress: .invalid("`\(text)` is not an address")
    case .notABlock: .invalid("`\(text)` is not a block of addresses")
    case .mapped: .invalid("`\(text)` is an address of IPv4 in the form of IPv6")
    }
  }
}

extension Value {
  fileprivate var isText: Bool { if case .string = self { true } else { false } }

  fileprivate func address(_ function: String) throws(EvaluationError) -> NetworkAddress {
    guard case .address(let address) = self, address.prefixLength == nil else { throw .noSuchOverload(function, [self]) }
    return address
  }

  fileprivate func block(_ function: String) throws(EvaluationError) -> NetworkAddress {
    guard case .address(let address) = self, address.prefixLength != nil else { throw .noSuchOverload(function, [self]) }
    return address
  }
}
