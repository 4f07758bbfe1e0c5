internal import EventModel

extension FunctionTable {
  /// Exact numbers (language.md 3.1, 3.3).
  static let decimals: [FunctionEntry] = [
    FunctionEntry(
      "decimal", .binary(convert), .function(.double, .int, gives: .decimal), .function(.decimal, .int, gives: .decimal)),
    FunctionEntry("div", .variadic(divide), .function(.decimal, .decimal, .int, gives: .decimal)),
    FunctionEntry(
      "round", .binary { (a, b) throws(EvaluationError) in try rounded("round", a, b, .halfToEven) },
      .function(.decimal, .int, gives: .decimal)),
    FunctionEntry(
      "roundHalfUp", .binary { (a, b) throws(EvaluationError) in try rounded("roundHalfUp", a, b, .halfUp) },
      .function(.decimal, .int, gives: .decimal)),
    FunctionEntry(
      "abs", .unary(absolute), .function(.int, gives: .int), .function(.uint, gives: .uint), .function(.double, gives: .double),
      .function(.decimal, gives: .decimal)),
    extreme("min", .ascending),
    extreme("max", .descending),
    FunctionEntry("ratio", .binary(ratio)).or(ratios),
  ]

  private static let ratios: [Overload] = {
    let numbers: [ValueType] = [.int, .uint, .double, .decimal]
    return numbers.flatMap { a in numbers.map { b in Overload.function(a, b, gives: .double) } }
  }()

  private static func scale(_ value: Value, of name: String, _ arguments: [Value]) throws(EvaluationError) -> Int {
    guard case .int(let scale) = value else { throw .noSuchOverload(name, arguments) }
    guard 0...Int64(ExactDecimal.maximumDigits) ~= scale else { throw .invalid("a scale is from 0 to 34") }
    return Int(scale)
  }

  private static func convert(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
    let scale = try scale(b, of: "decimal", [a, b])
    if case .double(let x) = a {
      guard let result = ExactDecimal(x, scale: scale) else { throw .overflow("a decimal of 34 digits") }
      return .decimal(result)
    }
    return try rounded("decimal", a, b, .halfToEven)
  }

  private static func divide(_ arguments: [Value]) throws(EvaluationError) -> Value {
    guard arguments.count == 3, let a = arguments[0].widened, let b = arguments[1].widened else { throw .noSuchOverload("div", arguments) }
    let scale = try scale(arguments[2], of: "div", arguments)
    return .decimal(try decimal { () throws(DecimalError) in try a.divided(by: b, scale: scale) })
  }

  private static func rounded(_ name: String, _ a: Value, _ b: Value, _ rounding: ExactDecimal.Rounding) throws(EvaluationError) -> Value {
    guard let x = a.widened else { throw .noSuchOverload(name, [a, b]) }
    let scale = try scale(b, of: name, [a, b])
    return .decimal(try decimal { () throws(DecimalError) in try x.rounded(toScale: scale, rounding) })
  }

  static func absolute(_ a: Value) throws(EvaluationError) -> Value {
    switch a {
    case .int(let x):
      guard x != .min else { throw .overflow("an int") }
      return .int(abs(x))
    case .uint: return a
    case .double(let x): return .double(x.magnitude)
    case .decimal(let x): return .decimal(x.magnitude)
    default: throw .noSuchOverload("abs", [a])
    }
  }

  /// The lesser or greater of two numbers, and of the elements of a list.
  private static func extreme(_ name: String, _ wanted: ValueOrder) -> FunctionEntry {
    var entry = FunctionEntry(
      name,
      .variadic { (arguments) throws(EvaluationError) in
        var elements = arguments
        if arguments.count == 1 {
          guard case .list(let list) = arguments[0] else { throw .noSuchOverload(name, arguments) }
          elements = list
        }
        guard var result = elements.first else { throw EvaluationError(.noValue, "`\(name)` of nothing") }
        for element in elements.dropFirst() {
          guard let order = element.order(to: result) else { throw .noSuchOverload(name, arguments) }
          if order == wanted { result = element }
        }
        return result
      })
    for type in [ValueType.int, .uint, .double, .decimal] {
      entry.overloads += [.function(type, type, gives: type), .method(.list(type), gives: type)]
    }
    return entry
  }

  private static func ratio(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
    guard let x = a.nearestDouble, let y = b.nearestDouble else { throw .noSuchOverload("ratio", [a, b]) }
    guard y != 0 else { throw EvaluationError(.noValue, "`ratio` of something to 0") }
    return .double(x / y)
  }
}

extension Value {
  fileprivate var nearestDouble: Double? {
    switch self {
    case .int(let x): Double(x)
    case .uint(let x): Double(x)
    case .double(let x): x
    case .decimal(let x): x.nearestDouble
    default: nil
    }
  }
}
