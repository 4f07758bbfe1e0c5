package import EventModel

extension CheckedExpression {
  /// The expressions that it is made of.
  package var children: [CheckedExpression] {
    switch kind {
    case .literal, .field, .hasField, .optionalField, .keyPart, .wholeKey, .param, .aggregate, .ago, .transition, .exposure,
      .exposureCurrency, .local:
      []
    case .and(let a, let b), .or(let a, let b), .bind(let a, in: let b): [a, b]
    case .not(let a), .select(let a, _), .hasMember(let a, _), .optionalSelect(let a, _): [a]
    case .conditional(let a, let b, let c): [a, b, c]
    case .call(_, let parts), .list(let parts), .lookup(_, let parts, _): parts
    case .map(let members): members.flatMap { [$0.key, $0.value] }
    case .comprehension(let fold): [fold.range, fold.initial, fold.condition, fold.step, fold.result]
    }
  }

  /// The parts that `&&` holds together.
  package var conjuncts: [CheckedExpression] {
    guard case .and(let left, let right) = kind else { return [self] }
    return left.conjuncts + right.conjuncts
  }

  /// Whether no other pattern's events are read. The key of a pair is that of both.
  package func reads(only pattern: Int) -> Bool {
    switch kind {
    case .field(let other, _), .hasField(let other, _), .optionalField(let other, _): other == pattern
    default: children.allSatisfy { $0.reads(only: pattern) }
    }
  }

  /// Whether it reads the key of its rule.
  package var readsKey: Bool {
    switch kind {
    case .keyPart, .wholeKey: true
    default: children.contains { $0.readsKey }
    }
  }

  /// Calls `body` with each field that it reads.
  package func forEachField(_ body: (_ pattern: Int, _ path: FieldPath) -> Void) {
    switch kind {
    case .field(let pattern, let path), .hasField(let pattern, let path), .optionalField(let pattern, let path): body(pattern, path)
    default: for child in children { child.forEachField(body) }
    }
  }

  /// Calls `visit` with this expression and all inside it, the outer ones first.
  package func visitAll(unless isSkipped: (CheckedExpression) -> Bool = { _ in false }, _ visit: (CheckedExpression) -> Void) {
    if isSkipped(self) { return }
    visit(self)
    for child in children { child.visitAll(unless: isSkipped, visit) }
  }
}
