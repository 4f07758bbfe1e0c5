import Diagnostics
import EventModel

/// What goes out with a verdict: its key, message, values and exposure, and a KPI's measure. Personal parts of a key go out as hashes
/// (language.md 9.3); elsewhere personal values are masked, which this version does not do (23.4). Values of a zone stay in it: they go out of
/// no rule that is published elsewhere, and a rule over all regions does not read them at all (23.5).
extension RuleChecker {
  mutating func checkProtected(_ notes: CheckedNotes, measure: CheckedExpression? = nil) {
    scope = notes.scope
    var out: [CheckedExpression] = []
    for part in notes.message { if case .expression(let expression) = part { out.append(expression) } }
    out += [notes.exposure, notes.expected, notes.actual, measure].compactMap(\.self) + notes.details.map(\.value)
    if case .expression(let currency)? = notes.currency { out.append(currency) }
    for expression in out { checkProtected(expression) }
    for expression in notes.corrections.flatMap(\.fields) { checkProtected(expression.value) }
    for expression in key.flatMap(\.expressions) { checkProtected(expression, isKey: true) }
    if key.isEmpty { checkProtectedStreamKeys() }
    if scope == .global { checkResidentReads() }
  }

  /// What a comparison says of a value is free. `place`: where the expression is named.
  private mutating func checkProtected(_ expression: CheckedExpression, isKey: Bool = false, at place: SourceSpan? = nil) {
    var read: [(pattern: Int, path: FieldPath, span: SourceSpan)] = []
    var aggregates: [Int] = []
    var parts: [(index: Int, span: SourceSpan)] = []
    expression.visitAll(unless: \.isVerdict) { part in
      switch part.kind {
      case .field(let pattern, let path), .optionalField(let pattern, let path): read.append((pattern, path, part.span))
      case .aggregate(let index): aggregates.append(index)
      case .keyPart(let index): parts.append((index, part.span))
      default: break
      }
    }
    for (pattern, path, span) in read {
      for kind in patterns[pattern].kinds { checkProtected(path, of: kind, at: place ?? span, isKey: isKey) }
    }
    for (index, span) in parts where index < key.count {
      for expression in key[index].expressions { checkProtected(expression, at: span) }
    }
    for index in aggregates where expressions.aggregates[index].name != .distinct {
      if let argument = expressions.aggregates[index].argument { checkProtected(argument) }
    }
  }

  /// A rule without `by` is keyed as its stream.
  private mutating func checkProtectedStreamKeys() {
    guard let pattern = patterns.first else { return }
    for kind in pattern.kinds {
      for path in context.streams[kind.stream].key { checkProtected(path, of: kind, at: pattern.syntax.span, isKey: true) }
    }
  }

  private mutating func checkProtected(_ path: FieldPath, of kind: EventPattern.Kind, at span: SourceSpan, isKey: Bool) {
    let fields = context.streams[kind.stream].schema.kinds[kind.kind].fields
    for protection in fields.protections(at: path.steps[...]) {
      switch protection {
      case .personal: if !isKey { missing.append(("masking of personal values", span)) }
      case .residency(let zone):
        guard scope != .local else { continue }
        let diagnostic = Diagnostic.resident(path, zone: zone, at: span, isGlobal: scope == .global)
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
      }
    }
  }

  /// A rule over all regions reads no value of a zone, wherever it stands.
  private mutating func checkResidentReads() {
    var read: [(pattern: Int, path: FieldPath, span: SourceSpan)] = []
    for expression in expressions.finished {
      expression.visitAll { part in
        switch part.kind {
        case .field(let pattern, let path), .optionalField(let pattern, let path), .hasField(let pattern, let path):
          read.append((pattern, path, part.span))
        default: break
        }
      }
    }
    for (pattern, path, span) in read {
      for kind in patterns[pattern].kinds {
        let fields = context.streams[kind.stream].schema.kinds[kind.kind].fields
        guard case .residency(let zone)? = fields.protections(at: path.steps[...]).first(where: { $0 != .personal }) else { continue }
        let diagnostic = Diagnostic.resident(path, zone: zone, at: span, isGlobal: true)
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
      }
    }
  }
}

/// What a schema says of who may see a value.
enum Protection: Equatable {
  case personal
  case residency(String)
}

extension ObjectType {
  /// How a value at a path is protected, by itself, by what is around it, or in a part of it.
  fileprivate func protections(at path: ArraySlice<String>) -> [Protection] {
    guard let name = path.first else { return fields.flatMap(\.protections) }
    guard let field = self[name] else { return [] }
    if path.count > 1, case .object(let inner) = field.type { return field.ownProtections + inner.protections(at: path.dropFirst()) }
    return field.protections
  }
}

extension Field {
  fileprivate var ownProtections: [Protection] { (isPersonal ? [.personal] : []) + (residency.map { [.residency($0)] } ?? []) }

  fileprivate var protections: [Protection] { ownProtections + type.protections }
}

extension FieldType {
  fileprivate var protections: [Protection] {
    switch self {
    case .object(let object): object.protections(at: [])
    case .list(let element), .map(let element): element.protections
    default: []
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
