internal import EventModel

/// How one field of one kind of event gets into its column. Plain bytes: it is walked for every event.
struct FieldReader {
  enum Form: UInt8 { case text, date, integer, decimal, minorUnits, double, bool, time, list, object }

  let form: Form
  let isRequired: Bool
  let isNullable: Bool
  let column: Int32
  let node: Int32
  let kind: Int32
  /// The schema lists the texts.
  let isListed: Bool
  /// Objects on the way, from the outermost: nodes, and whether they are required and nullable.
  let steps: [Step]
  let bounds: Bounds
  let currency: Currency

  struct Step {
    let node: Int32
    let isRequired: Bool
    let isNullable: Bool
  }

  /// Least and largest value. In a decimal column multiples of 10^-scale; a bound that is none is kept exact.
  enum Bounds {
    case none
    case integers(minimum: Int64, maximum: Int64)
    case doubles(minimum: Double, maximum: Double)
    case decimal(minimum: ExactDecimal, scaled: Int64?)
  }

  /// Of an amount in minor units.
  enum Currency {
    case none
    case node(Int32)
    case digits(Int)
  }

  init(_ field: ResolvedField, kind: Int, column: Int, tree: FieldTree, layout: inout ColumnLayout) {
    self.column = Int32(column)
    self.kind = Int32(kind)
    isListed = field.allowed != nil
    node = Int32(tree.node(of: field.path))
    isRequired = field.isRequired
    isNullable = field.isNullable
    steps = field.steps.map { Step(node: Int32(tree.node(of: $0.path)), isRequired: $0.isRequired, isNullable: $0.isNullable) }
    var (bounds, currency) = (Bounds.none, Currency.none)
    switch field.type {
    case .string: form = .text
    case .date: form = .date
    case .bool: form = .bool
    case .timestamp: form = .time
    case .integer(let minimum, let maximum):
      form = .integer
      if minimum != nil || maximum != nil { bounds = .integers(minimum: minimum ?? .min, maximum: maximum ?? .max) }
    case .number(let minimum, let maximum):
      form = .double
      if minimum != nil || maximum != nil { bounds = .doubles(minimum: minimum ?? -.infinity, maximum: maximum ?? .infinity) }
    case .decimal(let minimum, let isMinor, let origin):
      form = isMinor ? .minorUnits : .decimal
      if let minimum { bounds = .decimal(minimum: minimum, scaled: minimum.multiple(ofScale: layout.decimalScale)) }
      switch (isMinor, origin) {
      case (true, .field): currency = field.currencyPath.map { .node(Int32(tree.node(of: $0))) } ?? .none
      case (true, .constant(let code)): currency = MinorUnits.digits(of: code).map { .digits($0) } ?? .none
      default: break
      }
    case .list: form = .list
    case .object, .map: form = .object
    case .unknown: preconditionFailure("a field of no known type has no column")
    }
    self.bounds = bounds
    self.currency = currency
  }
}

extension ExactDecimal {
  /// The number as a multiple of 10^-scale; nil: it is none, or too large.
  func multiple(ofScale scale: Int) -> Int64? {
    let plain = normalized
    guard plain.scale <= scale else { return nil }
    var result = plain.coefficient
    for _ in 0..<scale - Int(plain.scale) {
      let (product, overflow) = result.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      result = product
    }
    return Int64(exactly: result)
  }
}
