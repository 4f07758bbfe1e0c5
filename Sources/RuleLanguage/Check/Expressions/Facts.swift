import EventModel

/// What is known where an expression stands: which fields are present, which texts are equal, which kinds an event may be of.
struct Facts: Sendable {
  /// Canonical texts of fields and members that `has` has been asked of.
  private var present: Set<String> = []
  /// Pairs of canonical texts that are equal.
  private var equal: [(String, String)] = []
  /// Comparisons of a pattern's field with one text, that hold: kinds without that value are out.
  private var values: [(pattern: Int, path: FieldPath, value: String)] = []

  /// Comparisons that hold, by the canonical text of what is compared.
  private var comparisons: [String: [Comparison]] = [:]

  init() {}

  func comparisons(of text: String) -> [Comparison] { comparisons[text] ?? [] }

  /// A condition is known to hold, or known not to.
  mutating func assume(_ condition: CheckedExpression, is truth: Bool) {
    // A double may be no number, of which no comparison holds.
    if let (subject, comparison) = Comparison.read(condition), let known = truth ? comparison : comparison.negated,
      truth || subject.type != .double
    {
      comparisons[subject.canonicalText, default: []].append(known)
    }
    switch condition.kind {
    case .and(let a, let b) where truth, .or(let a, let b) where !truth:
      assume(a, is: truth)
      assume(b, is: truth)
    case .not(let inner): assume(inner, is: !truth)
    case .hasField(let pattern, let path) where truth:
      // What holds a field that is there is there, too.
      for count in 1...max(path.steps.count, 1) { present.insert("event(\(pattern), \(FieldPath(Array(path.steps.prefix(count)))))") }
    case .hasMember(let object, let name) where truth:
      present.insert("\(object.canonicalText).\(name)")
      assumePresent(object)
    case .call(let function, let operands) where function.name == (truth ? "_==_" : "_!=_") && operands.count == 2:
      equal.append((operands[0].canonicalText, operands[1].canonicalText))
      for (field, value) in [(operands[0], operands[1]), (operands[1], operands[0])] {
        if case .field(let pattern, let path) = field.kind, case .literal(.string(let text)) = value.kind {
          values.append((pattern, path, text))
        }
      }
    default: break
    }
  }

  private mutating func assumePresent(_ object: CheckedExpression) {
    guard case .select(let outer, let name) = object.kind else { return }
    present.insert("\(outer.canonicalText).\(name)")
    assumePresent(outer)
  }

  /// The events of a rule that meet have one key: what gives a part in each pattern is equal.
  mutating func assume(_ part: KeyPart, _ index: Int) {
    for expression in part.expressions { equal.append(("key(\(index))", expression.canonicalText)) }
  }

  func isPresent(_ text: String) -> Bool { present.contains(text) }

  /// The texts that are known to be equal to this one, itself first.
  func equals(of text: String) -> [String] {
    var found = [text]
    var next = 0
    while next < found.count {
      for (a, b) in equal {
        if a == found[next], !found.contains(b) { found.append(b) }
        if b == found[next], !found.contains(a) { found.append(a) }
      }
      next += 1
    }
    return found
  }

  /// Of the kinds of a pattern those that it may still be of.
  func remaining(_ kinds: [(label: String, fields: ObjectType)], of pattern: Int) -> [(label: String, fields: ObjectType)] {
    let left = kinds.filter { kind in
      values.allSatisfy { known in known.pattern != pattern || kind.fields.allows(known.value, at: known.path.steps[...]) }
    }
    return left.isEmpty ? kinds : left
  }
}

extension ObjectType {
  fileprivate func allows(_ text: String, at path: ArraySlice<String>) -> Bool {
    guard let first = path.first, let field = self[first] else { return true }
    switch field.type {
    case .object(let inner): return inner.allows(text, at: path.dropFirst())
    case .string(let allowed?): return allowed.contains { $0.utf8.elementsEqual(text.utf8) }
    default: return true
    }
  }
}
