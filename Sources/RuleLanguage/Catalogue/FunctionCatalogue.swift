/// What there is to say of a function or macro: for the page of expressions, and for editors.
package struct FunctionDescription: Sendable {
  package var name: String
  /// One sentence, without a full stop.
  package var meaning: String
  /// A call that `tenet eval` evaluates, and what it gives; window functions, which need events, have none.
  package var example: String?
  package var result: String?
  /// Rules have it, and not CEL's own dialect alone.
  package var isForRules = true

  init(_ name: String, _ meaning: String, _ example: String? = nil, gives result: String? = nil, isForRules: Bool = true) {
    (self.name, self.meaning, self.example, self.result, self.isForRules) = (name, meaning, example, result, isForRules)
  }
}

/// All functions and macros that an expression may call, by subject.
package enum FunctionCatalogue {
  package struct Group: Sendable {
    package var title: String
    package var functions: [FunctionDescription]
  }

  package static let groups = [presence, macros, windows, text, numbers, mathematics, lists, times, conversions, network]

  package static let functions: [FunctionDescription] = groups.flatMap { $0.functions }

  /// The description of a function by its full name: `math.abs`.
  package static func description(of name: String) -> FunctionDescription? { functions.first { $0.name == name } }

  /// The ways to call it, as an author writes them: `string.contains(string) → bool`. None for macros.
  package static func signatures(of name: String) -> [String] {
    FunctionTable.entry(name)?.overloads.map { "\($0.example(name)) → \($0.result.described)" } ?? []
  }

  private static let presence = Group(
    title: "Presence",
    functions: [
      .init("has", "whether a field is there, and not null", "has({\"a\": 1}.a)", gives: "true"),
      .init("hasValue", "whether an optional has a value", "{\"a\": 1}.?b.hasValue()", gives: "false"),
      .init("value", "what an optional holds; an error without a value", "{\"a\": 1}.?a.value()", gives: "1"),
      .init("orValue", "what an optional holds, else the other value", "{\"a\": 1}.?b.orValue(0)", gives: "0"),
      .init("or", "the optional, if it has a value, else the other optional", "optional.none().or(optional.of(2)).value()", gives: "2"),
      .init(
        "optMap", "an optional of an expression over what the optional holds", "optional.of(2).optMap(x, x * x)", gives: "optional.of(4)"),
      .init(
        "optFlatMap", "the same where the expression is an optional itself", "optional.of({\"a\": 1}).optFlatMap(x, x.?a)",
        gives: "optional.of(1)"),
      .init("optional.of", "an optional of a value", "optional.of(1)", gives: "optional.of(1)"),
      .init("optional.none", "an optional without a value", "optional.none()", gives: "optional.none()"),
      .init(
        "optional.ofNonZeroValue", "an optional of a value that is not 0, false or empty", "optional.ofNonZeroValue(\"\")",
        gives: "optional.none()"),
    ])

  private static let macros = Group(
    title: "Over the elements of lists and the keys of maps",
    functions: [
      .init("exists", "whether one is so; of two names the first is the position or key", "[1, 2].exists(x, x > 1)", gives: "true"),
      .init("all", "whether all are so", "{\"a\": 1}.all(k, v, k == \"a\" && v == 1)", gives: "true"),
      .init("exists_one", "whether exactly one is so", "[1, 2, 2].exists_one(x, x == 2)", gives: "false"),
      .init("existsOne", "the same", "[1, 2].existsOne(i, x, i + x == 3)", gives: "true"),
      .init("filter", "those that are so", "[1, 2, 3].filter(x, x > 1)", gives: "[2, 3]"),
      .init("map", "a list of an expression over each, or over those that are so", "[1, 2, 3].map(x, x > 1, x * x)", gives: "[4, 9]"),
      .init("transformList", "the same with two names", "[\"a\", \"b\"].transformList(i, x, x + string(i))", gives: "[\"a0\", \"b1\"]"),
      .init(
        "transformMap", "a map with an expression over each key and value", "{\"a\": 1}.transformMap(k, v, v + 1)", gives: "{\"a\": 2}"),
      .init(
        "transformMapEntry", "a map of the entries that an expression gives", "[\"a\", \"b\"].transformMapEntry(i, x, {x: i})",
        gives: "{\"a\": 0, \"b\": 1}"),
      .init(
        "sortBy", "the elements in the order of an expression over each", "[\"bb\", \"a\"].sortBy(x, x.size())", gives: "[\"a\", \"bb\"]"),
      .init("cel.bind", "an expression with a name for a value", "cel.bind(x, 3, x * x)", gives: "9"),
      .init(
        "cel.block", "an expression with numbers for values", "cel.block([3], cel.index(0) * 2)", gives: "6", isForRules: false),
    ])

  private static let windows = Group(
    title: "Over the events of a window, in rules with `over` and in KPIs",
    functions: [
      .init("count", "how many events there are, or events of one alias"), .init("sum", "the sum of an expression over each event"),
      .init("avg", "the mean; of decimals half to even, with the largest scale of its values + 4"),
      .init("min", "the least value, in windows; of two numbers, and of a list, anywhere", "min(2, 1)", gives: "1"),
      .init("max", "the greatest value, in windows; of two numbers, and of a list, anywhere", "[1, 3].max()", gives: "3"),
      .init("distinct", "how many different values, in windows; of a list its different elements", "[1, 1, 2].distinct()", gives: "[1, 2]"),
      .init("first", "the value of the first event; of a list an optional of its first element", "[1, 2].first()", gives: "optional.of(1)"),
      .init("percentile", "`percentile(e, 95)`: the value that 95 of 100 do not exceed, estimated; in KPIs without target"),
      .init("last", "the value of the last event; of a list an optional of its last element", "[1, 2].last()", gives: "optional.of(2)"),
    ])

  private static let network = Group(
    title: "Addresses of the internet",
    functions: ([
      .init("ip", "an address; of a block the address that it was written with", "ip(\"2001:db8:0::1\")", gives: "ip(\"2001:db8::1\")"),
      .init("cidr", "a block of addresses", "cidr(\"10.0.0.0/8\")", gives: "cidr(\"10.0.0.0/8\")"),
      .init("isIP", "whether a text is an address", "isIP(\"10.0.0.256\")", gives: "false"),
      .init("isCIDR", "whether a text is a block", "isCIDR(\"10.0.0.0/8\")", gives: "true"),
      .init("ip.isCanonical", "whether an address is written as RFC 5952 has it", "ip.isCanonical(\"2001:DB8::1\")", gives: "false"),
      .init("family", "4 or 6", "ip(\"::1\").family()", gives: "6"),
      .init("isLoopback", "whether it is the machine itself", "ip(\"127.0.0.1\").isLoopback()", gives: "true"),
      .init("isUnspecified", "whether it is all zeros", "ip(\"::\").isUnspecified()", gives: "true"),
      .init("isGlobalUnicast", "whether a single host may have it", "ip(\"192.168.0.1\").isGlobalUnicast()", gives: "true"),
      .init("isLinkLocalUnicast", "whether it holds in one network only", "ip(\"fe80::1\").isLinkLocalUnicast()", gives: "true"),
      .init(
        "isLinkLocalMulticast", "whether it is for many hosts of one network", "ip(\"224.0.0.1\").isLinkLocalMulticast()", gives: "true"),
      .init("containsIP", "whether the address lies in the block", "cidr(\"10.0.0.0/8\").containsIP(\"10.1.2.3\")", gives: "true"),
      .init("containsCIDR", "whether all of the other block does", "cidr(\"10.0.0.0/8\").containsCIDR(\"10.0.0.0/7\")", gives: "false"),
      .init("masked", "the block with zeros behind its bits in common", "cidr(\"10.1.2.3/8\").masked()", gives: "cidr(\"10.0.0.0/8\")"),
      .init("prefixLength", "how many bits are in common", "cidr(\"10.0.0.0/8\").prefixLength()", gives: "8"),
    ] as [FunctionDescription]).map { description in
      var description = description
      description.isForRules = false
      return description
    })
}
