import Diagnostics
import EventModel

/// What goes out with a verdict: its key, message, values and exposure, and a KPI's measure. Personal values would have to be masked there,
/// and values of a zone kept in it (language.md 9.3, 23.4, 23.5); as long as neither is done, they are not let out at all.
extension RuleChecker {
  mutating func checkProtected(_ notes: CheckedNotes, measure: CheckedExpression? = nil) {
    var out = key.flatMap(\.expressions)
    for part in notes.message { if case .expression(let expression) = part { out.append(expression) } }
    out += [notes.exposure, notes.expected, notes.actual, measure].compactMap(\.self) + notes.details.map(\.value)
    if case .expression(let currency)? = notes.currency { out.append(currency) }
    for expression in out { checkProtected(expression) }
    if key.isEmpty { checkProtectedStreamKeys() }
  }

  /// What a comparison says of a value is free.
  private mutating func checkProtected(_ expression: CheckedExpression) {
    var read: [(pattern: Int, path: FieldPath, span: SourceSpan)] = []
    var aggregates: [Int] = []
    expression.visitAll(unless: \.isVerdict) { part in
      switch part.kind {
      case .field(let pattern, let path), .optionalField(let pattern, let path): read.append((pattern, path, part.span))
      case .aggregate(let index): aggregates.append(index)
      default: break
      }
    }
    for (pattern, path, span) in read {
      for kind in patterns[pattern].kinds { checkProtected(path, of: kind, at: span) }
    }
    for index in aggregates where expressions.aggregates[index].name != .distinct {
      if let argument = expressions.aggregates[index].argument { checkProtected(argument) }
    }
  }

  /// A rule without `by` is keyed as its stream.
  private mutating func checkProtectedStreamKeys() {
    guard let pattern = patterns.first else { return }
    for kind in pattern.kinds {
      for path in context.streams[kind.stream].key { checkProtected(path, of: kind, at: pattern.syntax.span) }
    }
  }

  private mutating func checkProtected(_ path: FieldPath, of kind: EventPattern.Kind, at span: SourceSpan) {
    let fields = context.streams[kind.stream].schema.kinds[kind.kind].fields
    guard let diagnostic = fields.protection(at: path.steps[...]).map({ Diagnostic.protected(path, $0, at: span) }),
      !diagnostics.contains(diagnostic)
    else { return }
    diagnostics.append(diagnostic)
  }
}

/// What a schema says of who may see a value.
enum Protection {
  case personal
  case residency(String)
}

extension ObjectType {
  /// How a value at a path is protected, by itself, by what is around it, or in a part of it.
  fileprivate func protection(at path: ArraySlice<String>) -> Protection? {
    guard let name = path.first else { return fields.lazy.compactMap(\.protection).first }
    guard let field = self[name] else { return nil }
    if let own = field.ownProtection { return own }
    if path.count > 1, case .object(let inner) = field.type { return inner.protection(at: path.dropFirst()) }
    return field.protection
  }
}

extension Field {
  fileprivate var ownProtection: Protection? { isPersonal ? .personal : residency.map { .residency($0) } }

  fileprivate var protection: Protection? { ownProtection ?? type.protection }
}

extension FieldType {
  fileprivate var protection: Protection? {
    switch self {
    case .object(let object): object.protection(at: [])
    case .list(let element), .map(let element): element.protection
    default: nil
    }
  }
}

extension CheckedExpression {
  /// A condition on values, and not one of them.
  fileprivate var isVerdict: Bool {
    switch kind {
    case .field, .optionalField: false
    default: type == .bool
    }
  }
}
