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
}
