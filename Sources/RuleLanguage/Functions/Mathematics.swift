internal import EventModel

#if canImport(Glibc)
internal import Glibc
#endif

extension FunctionTable {
  /// The extension `math`.
  static let mathematics: [FunctionEntry] =
    [
      extreme("math.greatest", .descending), extreme("math.least", .ascending),
      rounding("math.ceil", .up), rounding("math.floor", .down), rounding("math.trunc", .towardZero),
      rounding("math.round", .toNearestOrAwayFromZero),
      FunctionEntry("math.abs", .unary(absolute), numbers.map { .function($0, gives: $0) }),
      FunctionEntry("math.sign", .unary(sign), numbers.map { .function($0, gives: $0) }),
      FunctionEntry("math.sqrt", .unary(squareRoot), [.int, .uint, .double].map { .function($0, gives: .double) }),
      test("math.isNaN") { $0.isNaN }, test("math.isInf") { $0.isInfinite }, test("math.isFinite") { $0.isFinite },
      bits("math.bitAnd", { $0 & $1 }, { $0 & $1 }), bits("math.bitOr", { $0 | $1 }, { $0 | $1 }),
      bits("math.bitXor", { $0 ^ $1 }, { $0 ^ $1 }),
      FunctionEntry("math.bitNot", .unary(complement), [.int, .uint].map { .function($0, gives: $0) }),
      shift("math.bitShiftLeft", { $0 << $1 }), shift("math.bitShiftRight", { $0 >> $1 }),
    ]

  private static let numbers: [ValueType] = [.int, .uint, .double, .decimal]

  /// Of one number, two, or the elements of a list.
  private static func extreme(_ name: String, _ wanted: ValueOrder) -> FunctionEntry {
    var overloads: [Overload] = numbers.flatMap { [.function($0, gives: $0), .function(.list($0), gives: $0)] }
    for a in numbers {
      for b in numbers where a == b || (a != .decimal && b != .decimal) { overloads.append(.function(a, b, gives: a == b ? a : .dyn)) }
    }
    return FunctionEntry(
      name,
      .variadic { (arguments) throws(EvaluationError) in
        var elements = arguments
        if arguments.count == 1, case .list(let list) = arguments[0] { elements = list }
        guard var result = elements.first else { throw .invalid("`\(name)` of an empty list") }
        guard result.isNumber else { throw .noSuchOverload(name, arguments) }
        for element in elements.dropFirst() {
          guard element.isNumber, let order = element.order(to: result) else { throw .noSuchOverload(name, arguments) }
          if order == wanted { result = element }
        }
        return result
      }, overloads)
  }

  private static func rounding(_ name: String, _ rule: FloatingPointRoundingRule) -> FunctionEntry {
    FunctionEntry(
      name,
      .unary { (a) throws(EvaluationError) in
        guard case .double(let x) = a else { throw .noSuchOverload(name, [a]) }
        return .double(x.rounded(rule))
      }, .function(.double, gives: .double))
  }

  private static func test(_ name: String, _ holds: @escaping @Sendable (Double) -> Bool) -> FunctionEntry {
    FunctionEntry(
      name,
      .unary { (a) throws(EvaluationError) in
        guard case .double(let x) = a else { throw .noSuchOverload(name, [a]) }
        return .bool(holds(x))
      }, .function(.double, gives: .bool))
  }

  private static func sign(_ a: Value) throws(EvaluationError) -> Value {
    switch a {
    case .int(let x): .int(x.signum())
    case .uint(let x): .uint(x == 0 ? 0 : 1)
    case .double(let x): .double(x.isNaN ? x : x > 0 ? 1 : x < 0 ? -1 : 0)
    case .decimal(let x): .decimal(ExactDecimal(Int64(x.coefficient.signum())))
    default: throw .noSuchOverload("math.sign", [a])
    }
  }

  private static func squareRoot(_ a: Value) throws(EvaluationError) -> Value {
    switch a {
    case .int(let x): .double(Double(x).squareRoot())
    case .uint(let x): .double(Double(x).squareRoot())
    case .double(let x): .double(x.squareRoot())
    default: throw .noSuchOverload("math.sqrt", [a])
    }
  }

  // MARK: - Bits

  private static func bits(
    _ name: String, _ signed: @escaping @Sendable (Int64, Int64) -> Int64, _ unsigned: @escaping @Sendable (UInt64, UInt64) -> UInt64
  ) -> FunctionEntry {
    FunctionEntry(
      name,
      .binary { (a, b) throws(EvaluationError) in
        switch (a, b) {
        case (.int(let x), .int(let y)): return .int(signed(x, y))
        case (.uint(let x), .uint(let y)): return .uint(unsigned(x, y))
        default: throw .noSuchOverload(name, [a, b])
        }
      }, [.int, .uint].map { .function($0, $0, gives: $0) })
  }

  private static func complement(_ a: Value) throws(EvaluationError) -> Value {
    switch a {
    case .int(let x): return .int(~x)
    case .uint(let x): return .uint(~x)
    default: throw .noSuchOverload("math.bitNot", [a])
    }
  }

  /// The bits of a number moved, and zeros in their place, those of a negative one too. By 64 and more nothing is left.
  private static func shift(_ name: String, _ move: @escaping @Sendable (UInt64, UInt64) -> UInt64) -> FunctionEntry {
    FunctionEntry(
      name,
      .binary { (a, b) throws(EvaluationError) in
        guard case .int(let count) = b else { throw .noSuchOverload(name, [a, b]) }
        let isNumber: Bool =
          switch a {
          case .int, .uint: true
          default: false
          }
        guard isNumber else { throw .noSuchOverload(name, [a, b]) }
        guard count >= 0 else { throw .invalid("`\(name)` by less than nothing") }
        switch a {
        case .int(let x): return .int(Int64(bitPattern: move(UInt64(bitPattern: x), UInt64(count))))
        case .uint(let x): return .uint(move(x, UInt64(count)))
        default: throw .noSuchOverload(name, [a, b])
        }
      }, [.int, .uint].map { .function($0, .int, gives: $0) })
  }
}

extension Value {
  fileprivate var isNumber: Bool {
    switch self {
    case .int, .uint, .double, .decimal: true
    default: false
    }
  }
}
