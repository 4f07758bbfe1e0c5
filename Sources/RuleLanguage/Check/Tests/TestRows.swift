import EventModel

// Rows of tables in tests: `prices { sku: "a", amount: 5.00 }`, `prices { sku: "a" } deleted` (language.md 26.2).

extension TestChecker {
  /// Index into `CheckedProgram.tables`; nil: it is no table's name, or its table has a mistake.
  func table(_ name: DottedName) -> Int? {
    name.parts.count == 1 ? context.tables.firstIndex { $0.name.utf8.elementsEqual(name.parts[0].text.utf8) } : nil
  }

  mutating func row(
    of base: DottedName, _ layers: [InitializersSyntax], isDeleted: Bool, at time: EventTime, partition: Int32
  ) -> CheckedTest.Row? {
    if base.parts.count > 1 {
      found.append(.badClaim("`\(base.parts[0].text)` is a table: it has no kinds", at: base.span, help: "write `\(base.parts[0].text)`"))
    }
    guard let index = table(base) else { return nil }
    let table = context.tables[index]
    if FieldType.object(table.row).hasMinorUnits { missing.insert("amounts in minor units in tests") }
    let sample = SampleEvent(time: time)
    var value = sample.object(table.row)
    if let path = table.time { sample.set(&value, path.steps[...], table.row, to: .string(time.rfc3339)) }
    for layer in layers.reversed() {
      for member in layer.members { set(member, of: &value, table.row, label: "`\(base.text)`", sample) }
    }
    let key = JSONValue.array(table.key.map { path in path.steps.reduce(value) { $0[$1] ?? .null } }).compact
    return CheckedTest.Row(table: index, partition: partition, key: key, value: isDeleted ? nil : value)
  }
}
