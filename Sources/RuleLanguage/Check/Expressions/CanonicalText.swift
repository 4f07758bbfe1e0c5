import EventModel

extension CheckedExpression {
  /// A text that is the same for expressions that mean the same thing at the same place, wherever they stand.
  var canonicalText: String {
    switch kind {
    case .literal(let value):
      var json = JSONWriter()
      json.write(value)
      return "\(value.typeName) \(json.text)"
    case .field(let pattern, let path): return "event(\(pattern), \(path))"
    case .hasField(let pattern, let path): return "has(event(\(pattern), \(path)))"
    case .optionalField(let pattern, let path): return "optional(event(\(pattern), \(path)))"
    case .keyPart(let index): return "key(\(index))"
    case .wholeKey: return "key()"
    case .param(let index): return "param(\(index))"
    case .aggregate(let index): return "window(\(index))"
    case .lookup(let table, let key, let isOptional): return call("\(isOptional ? "find" : "get")\(table)", key)
    case .ago(let duration): return "ago(\(duration.ruleText))"
    case .transition(let isTarget): return isTarget ? "to()" : "from()"
    case .exposure: return "exposure()"
    case .exposureCurrency: return "currency()"
    case .local(let index): return "local(\(index))"
    case .and(let a, let b): return call("&&", [a, b])
    case .or(let a, let b): return call("||", [a, b])
    case .not(let a): return call("!", [a])
    case .conditional(let a, let b, let c): return call("?:", [a, b, c])
    case .call(let function, let arguments): return call(function.name, arguments)
    case .select(let object, let name): return "\(object.canonicalText).\(name)"
    case .hasMember(let object, let name): return "has(\(object.canonicalText).\(name))"
    case .optionalSelect(let object, let name): return "\(object.canonicalText).?\(name)"
    case .list(let elements): return call("list", elements)
    case .map(let entries): return call("map", entries.flatMap { [$0.key, $0.value] })
    case .comprehension(let fold):
      return call(fold.isTwoVariable ? "fold2" : "fold", [fold.range, fold.initial, fold.condition, fold.step, fold.result])
    case .bind(let value, let inner): return call("bind", [value, inner])
    }
  }

  private func call(_ name: String, _ arguments: [CheckedExpression]) -> String {
    "\(name)(\(arguments.map(\.canonicalText).joined(separator: ", ")))"
  }

  /// Calls `visit` with this expression and all inside it, the outer ones first.
  func visitAll(unless isSkipped: (CheckedExpression) -> Bool = { _ in false }, _ visit: (CheckedExpression) -> Void) {
    if isSkipped(self) { return }
    visit(self)
    switch kind {
    case .literal, .field, .hasField, .optionalField, .keyPart, .wholeKey, .param, .aggregate, .ago, .transition, .exposure,
      .exposureCurrency, .local:
      break
    case .and(let a, let b), .or(let a, let b), .bind(let a, let b):
      a.visitAll(unless: isSkipped, visit)
      b.visitAll(unless: isSkipped, visit)
    case .not(let a), .select(let a, _), .hasMember(let a, _), .optionalSelect(let a, _): a.visitAll(unless: isSkipped, visit)
    case .conditional(let a, let b, let c): for part in [a, b, c] { part.visitAll(unless: isSkipped, visit) }
    case .call(_, let arguments), .list(let arguments), .lookup(_, let arguments, _):
      for part in arguments { part.visitAll(unless: isSkipped, visit) }
    case .map(let entries):
      for entry in entries {
        entry.key.visitAll(unless: isSkipped, visit)
        entry.value.visitAll(unless: isSkipped, visit)
      }
    case .comprehension(let fold):
      for part in [fold.range, fold.initial, fold.condition, fold.step, fold.result] { part.visitAll(unless: isSkipped, visit) }
    }
  }
}
