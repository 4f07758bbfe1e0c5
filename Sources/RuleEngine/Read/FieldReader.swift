internal import CHotPath
internal import EventModel

/// How one field of one kind of event gets into its column.
struct FieldReader {
  enum Form { case text, date, integer, decimal, minorUnits, double, bool, time, list, object }

  let form: Form
  let isRequired: Bool
  let isNullable: Bool
  let column: Int
  let node: Int
  /// Objects on the way, from the outermost.
  let steps: [Step]
  let bounds: Bounds
  let currency: Currency

  struct Step {
    let node: Int
    let isRequired: Bool
    let isNullable: Bool
  }

  /// Least and largest value.
  enum Bounds {
    case none
    case integers(minimum: Int64, maximum: Int64)
    case doubles(minimum: Double, maximum: Double)
    case decimal(minimum: ExactDecimal)
  }

  /// Of an amount in minor units.
  enum Currency {
    case none
    case node(Int)
    case digits(Int)
  }

  init(_ field: ResolvedField, column: Int, tree: FieldTree) {
    self.column = column
    node = tree.node(of: field.path)
    isRequired = field.isRequired
    isNullable = field.isNullable
    steps = field.steps.map { Step(node: tree.node(of: $0.path), isRequired: $0.isRequired, isNullable: $0.isNullable) }
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
      if let minimum { bounds = .decimal(minimum: minimum) }
      switch (isMinor, origin) {
      case (true, .field): currency = field.currencyPath.map { .node(tree.node(of: $0)) } ?? .none
      case (true, .constant(let code)): currency = EventModel.Currency.minorDigits(of: code).map { .digits($0) } ?? .none
      default: break
      }
    case .list: form = .list
    case .object, .map: form = .object
    case .unknown: preconditionFailure("a field of no known type has no column")
    }
    self.bounds = bounds
    self.currency = currency
  }

  /// What `hp_fill` does of it: the plain cases. `listed`: the symbols of texts that the schema lists; nil: any.
  func plain(decimalScale: Int, listed: Set<Int>?) -> hp_field {
    var field = hp_field()
    field.take = UInt8(take(decimalScale).rawValue)
    field.may_lack = !isRequired && steps.isEmpty
    field.may_be_null = isNullable
    (field.node, field.column) = (Int32(node), Int32(column))
    (field.minimum, field.maximum) = (.min, .max)
    switch bounds {
    case .integers(let minimum, let maximum): (field.minimum, field.maximum) = (minimum, maximum)
    case .decimal(let minimum): field.minimum = minimum.multiple(ofScale: decimalScale) ?? .min
    case .none, .doubles: break
    }
    field.listed = listed.map { $0.reduce(0) { $1 < 64 ? $0 | 1 << UInt64($1) : $0 } } ?? ~0
    return field
  }

  private func take(_ decimalScale: Int) -> hp_take {
    switch (form, bounds) {
    case (.text, _): HP_TAKE_TEXT
    case (.integer, _): HP_TAKE_INTEGER
    case (.decimal, .decimal(let minimum)): minimum.multiple(ofScale: decimalScale) == nil ? HP_TAKE_NOTHING : HP_TAKE_DECIMAL
    case (.decimal, _): HP_TAKE_DECIMAL
    case (.double, .none): HP_TAKE_DOUBLE
    case (.bool, _): HP_TAKE_BOOL
    case (.time, _): HP_TAKE_TIME
    case (.double, _), (.date, _), (.minorUnits, _), (.list, _), (.object, _): HP_TAKE_NOTHING
    }
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
