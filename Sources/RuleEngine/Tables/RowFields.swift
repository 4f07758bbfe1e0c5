internal import RuleLanguage

/// Which fields of a table's rows the rules read: one broken field spoils no row of which only others are read.
struct RowFields {
  /// By table: names of top-level fields; nil: rows are read as a whole.
  private(set) var names: [Set<String>?]

  init(_ program: CheckedProgram) {
    names = program.tables.map { _ in [] }
    for expression in program.rules.flatMap(\.everyExpression) { visit(expression) }
  }

  private mutating func visit(_ expression: CheckedExpression) {
    switch expression.kind {
    case .select(let object, let name), .hasMember(let object, let name), .optionalSelect(let object, let name):
      guard let (table, key) = Self.lookup(object) else { return visit(object) }
      names[table]?.insert(name)
      key.forEach { visit($0) }
    case .lookup(let table, let key, _):
      names[table] = nil
      key.forEach { visit($0) }
    case .call(let function, let arguments):
      if function.name == "hasValue", arguments.count == 1, let (_, key) = Self.lookup(arguments[0]) { return key.forEach { visit($0) } }
      arguments.forEach { visit($0) }
    default: expression.children.forEach { visit($0) }
    }
  }

  /// A row, or what an optional of it holds.
  private static func lookup(_ expression: CheckedExpression) -> (table: Int, key: [CheckedExpression])? {
    switch expression.kind {
    case .lookup(let table, let key, _): (table, key)
    case .call(let function, let arguments) where function.name == "value" && arguments.count == 1: lookup(arguments[0])
    default: nil
    }
  }
}
