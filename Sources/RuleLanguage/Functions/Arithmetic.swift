internal import EventModel

extension FunctionTable {
  static let arithmetic: [FunctionEntry] = [
    FunctionEntry(
      "_+_", .binary(add), .function(.int, .int, gives: .int), .function(.uint, .uint, gives: .uint),
      .function(.double, .double, gives: .double),
      .function(.decimal, .decimal, gives: .decimal), .function(.string, .string, gives: .string), .function(.bytes, .bytes, gives: .bytes),
      .function(.list(.a), .list(.a), gives: .list(.a)), .function(.duration, .duration, gives: .duration),
      .function(.timestamp, .duration, gives: .timestamp), .function(.duration, .timestamp, gives: .timestamp)),
    FunctionEntry(
      "_-_", .binary(subtract), .function(.int, .int, gives: .int), .function(.uint, .uint, gives: .uint),
      .function(.double, .double, gives: .double), .function(.decimal, .decimal, gives: .decimal),
      .function(.duration, .duration, gives: .duration), .function(.timestamp, .duration, gives: .timestamp),
      .function(.timestamp, .timestamp, gives: .duration)),
    FunctionEntry(
      "_*_", .binary(multiply), .function(.int, .int, gives: .int), .function(.uint, .uint, gives: .uint),
      .function(.double, .double, gives: .double), .function(.decimal, .decimal, gives: .decimal)),
    FunctionEntry(
      "_/_", .binary(divide), .function(.int, .int, gives: .int), .function(.uint, .uint, gives: .uint),
      .function(.double, .double, gives: .double)),
    FunctionEntry("_%_", .binary(remainder), .function(.int, .int, gives: .int), .function(.uint, .uint, gives: .uint)),
    FunctionEntry(
      "-_", .unary(negate), .function(.int, gives: .int), .function(.double, gives: .double), .function(.decimal, gives: .decimal)),
  ]

  private static func add(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
    switch (a, b) {
    case (.int(let x), .int(let y)): return .int(try exact(x.addingReportingOverflow(y)))
    case (.decimal(let x), .decimal(let y)): return .decimal(try decimal { () throws(DecimalError) in try x + y })
    case (.double(let x), .double(let y)): return .double(x + y)
    case (.uint(let x), .uint(let y)): return .uint(try exact(x.addingReportingOverflow(y)))
    case (.string(let x), .string(let y)):
      guard x.utf8.count + y.utf8.count <= largestText else { throw .overflow("a text") }
      return .string(x + y)
    case (.bytes(let x), .bytes(let y)):
      guard x.count + y.count <= largestText else { throw .overflow("a sequence of bytes") }
      return .bytes(x + y)
    case (.list(let x), .list(let y)):
      guard x.count + y.count <= largestList else { throw .overflow("a list") }
      return .list(x + y)
    case (.duration(let x), .duration(let y)): return .duration(try bounded(x + y))
    case (.timestamp(let time), .duration(let step)), (.duration(let step), .timestamp(let time)):
      return .timestamp(try time.advanced(by: step))
    default:
      guard let x = a.widened, let y = b.widened, a.isDecimal || b.isDecimal else { throw .noSuchOverload("_+_", [a, b]) }
      return .decimal(try decimal { () throws(DecimalError) in try x + y })
    }
  }

  private static func subtract(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
    switch (a, b) {
    case (.int(let x), .int(let y)): return .int(try exact(x.subtractingReportingOverflow(y)))
    case (.decimal(let x), .decimal(let y)): return .decimal(try decimal { () throws(DecimalError) in try x - y })
    case (.double(let x), .double(let y)): return .double(x - y)
    case (.uint(let x), .uint(let y)): return .uint(try exact(x.subtractingReportingOverflow(y)))
    case (.duration(let x), .duration(let y)): return .duration(try bounded(x - y))
    case (.timestamp(let time), .duration(let step)): return .timestamp(try time.advanced(by: .zero - step))
    case (.timestamp(let x), .timestamp(let y)):
      let span = Duration.seconds(x.seconds - y.seconds) + .nanoseconds(Int64(x.nanoseconds) - Int64(y.nanoseconds))
      return .duration(try bounded(span))
    default:
      guard let x = a.widened, let y = b.widened, a.isDecimal || b.isDecimal else { throw .noSuchOverload("_-_", [a, b]) }
      return .decimal(try decimal { () throws(DecimalError) in try x - y })
    }
  }

  private static func multiply(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
    switch (a, b) {
    case (.int(let x), .int(let y)): return .int(try exact(x.multipliedReportingOverflow(by: y)))
    case (.double(let x), .double(let y)): return .double(x * y)
    case (.uint(let x), .uint(let y)): return .uint(try exact(x.multipliedReportingOverflow(by: y)))
    default:
      guard let x = a.widened, let y = b.widened, a.isDecimal || b.isDecimal else { throw .noSuchOverload("_*_", [a, b]) }
      return .decimal(try decimal { () throws(DecimalError) in try x * y })
    }
  }

  private static func divide(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
    switch (a, b) {
    case (.int(_), .int(0)), (.uint(_), .uint(0)): throw EvaluationError(.divisionByZero, "division by zero")
    case (.int(let x), .int(let y)): return .int(try exact(x.dividedReportingOverflow(by: y)))
    case (.uint(let x), .uint(let y)): return .uint(x / y)
    case (.double(let x), .double(let y)): return .double(x / y)
    default: throw .noSuchOverload("_/_", [a, b])
    }
  }

  private static func remainder(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
    switch (a, b) {
    case (.int(_), .int(0)), (.uint(_), .uint(0)): throw EvaluationError(.divisionByZero, "remainder of a division by zero")
    case (.int(let x), .int(let y)): return .int(try exact(x.remainderReportingOverflow(dividingBy: y)))
    case (.uint(let x), .uint(let y)): return .uint(x % y)
    default: throw .noSuchOverload("_%_", [a, b])
    }
  }

  private static func negate(_ a: Value) throws(EvaluationError) -> Value {
    switch a {
    case .int(let x): return .int(try exact((0 as Int64).subtractingReportingOverflow(x)))
    case .double(let x): return .double(-x)
    case .decimal(let x): return .decimal(-x)
    default: throw .noSuchOverload("-_", [a])
    }
  }

  static func exact<I>(_ result: (partialValue: I, overflow: Bool)) throws(EvaluationError) -> I {
    guard !result.overflow else { throw .overflow("an integer") }
    return result.partialValue
  }

  static func decimal(_ operation: () throws(DecimalError) -> ExactDecimal) throws(EvaluationError) -> ExactDecimal {
    do throws(DecimalError) {
      return try operation()
    } catch {
      switch error {
      case .overflow: throw .overflow("a decimal of 34 digits")
      case .divisionByZero: throw EvaluationError(.divisionByZero, "division by zero")
      }
    }
  }

  /// CEL's durations have at most 64 bits of nanoseconds.
  static func bounded(_ duration: Duration) throws(EvaluationError) -> Duration {
    let (seconds, attoseconds) = duration.components
    let nanoseconds = Int128(seconds) * 1_000_000_000 + Int128(attoseconds / 1_000_000_000)
    guard Int64(exactly: nanoseconds) != nil else { throw .overflow("a duration") }
    return duration
  }
}

extension Value {
  var isDecimal: Bool { if case .decimal = self { true } else { false } }
}

extension Timestamp {
  func advanced(by step: Duration) throws(EvaluationError) -> Timestamp {
    let (seconds, attoseconds) = step.components
    var (sum, overflow) = self.seconds.addingReportingOverflow(seconds)
    var nanoseconds = Int64(self.nanoseconds) + attoseconds / 1_000_000_000
    if nanoseconds < 0 { (sum, nanoseconds) = (sum &- 1, nanoseconds + 1_000_000_000) }
    if nanoseconds >= 1_000_000_000 { (sum, nanoseconds) = (sum &+ 1, nanoseconds - 1_000_000_000) }
    let result = Timestamp(seconds: sum, nanoseconds: Int32(nanoseconds))
    guard !overflow, Timestamp.representable.contains(result) else { throw .overflow("a timestamp") }
    return result
  }
}
