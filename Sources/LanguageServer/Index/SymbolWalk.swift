import Diagnostics
import EventModel
import RuleLanguage

/// Walks one declaration and notes each name in it, with what it stands for.
struct SymbolWalk {
  let declaration: DeclarationSyntax
  let declared: [Symbol: Declared]
  let fields: StreamFields
  /// The parts of the keys of rules, by the rules' names.
  let keys: [String: Set<String>]
  private(set) var found: [Occurrence] = []
  private(set) var locals: [Declared] = []
  /// What names known here only stand for.
  var scope: [String: (symbol: Symbol, shape: Shape?)] = [:]

  init(_ declaration: DeclarationSyntax, declared: [Symbol: Declared], fields: StreamFields, keys: [String: Set<String>]) {
    (self.declaration, self.declared, self.fields, self.keys) = (declaration, declared, fields, keys)
  }

  // MARK: - Noting

  mutating func note(_ symbol: Symbol, _ span: SourceSpan, isDeclaration: Bool = false, field: Field? = nil) {
    found.append(Occurrence(symbol: symbol, span: span, isDeclaration: isDeclaration, field: field))
  }

  /// A name that is known in this declaration only.
  mutating func declare(_ name: Word, as keyword: String, _ signature: String, shape: Shape? = nil, within owner: SourceSpan? = nil) {
    let symbol = Symbol.local(name: name.text, owner: owner ?? declaration.span)
    note(symbol, name.span, isDeclaration: true)
    scope[name.text] = (symbol, shape)
    locals.append(
      Declared(
        symbol: symbol, keyword: keyword, name: name.text, span: name.span, whole: name.span, documentation: nil, signature: signature,
        shape: shape))
  }

  mutating func value(_ name: Word) { note(.value(name.text), name.span) }

  mutating func length(_ length: LengthSyntax?) {
    if case .param(let name)? = length { use(name) }
  }

  /// A name that stands by itself: a local one, else one of the program.
  mutating func use(_ name: Word) {
    if let local = scope[name.text] { note(local.symbol, name.span) } else if declared[.value(name.text)] != nil { value(name) }
  }

  /// A name of an event's kind, a stream, a fixture, or a rule, which may begin as a stream is called. Of all but a rule's each part is a
  /// name of its own.
  mutating func event(_ name: DottedName) {
    // A rule with dots in its name is never called as a kind is.
    let isRule = name.parts.count > 1 && declared[.rule(name.text)] != nil
    if isRule || declared[.value(name.parts[0].text)] == nil {
      rule(name)
      return
    }
    value(name.parts[0])
    guard let first = name.parts.dropFirst().first else { return }
    let kind = name.parts.dropFirst().map(\.text).joined(separator: ".")
    let span = first.span.joined(with: name.parts[name.parts.count - 1].span)
    note(.kind(stream: name.parts[0].text, kind: kind), span)
  }

  /// The fields that braces after an event's name set.
  mutating func initializers(_ braces: InitializersSyntax?, of shape: Shape?) {
    for member in braces?.members ?? [] {
      path(member.path, of: shape)
      expression(member.value)
    }
  }

  mutating func path(_ path: PathSyntax, of shape: Shape?) {
    var shape = shape
    for part in path.parts { shape = member(part, of: shape) }
  }

  /// A field after a dot; its own shape.
  mutating func member(_ word: Word, of shape: Shape?) -> Shape? {
    guard let (field, inner) = shape?.member(word.text) else { return nil }
    for stream in inner.streams { note(.field(stream: stream, path: inner.path.joined(separator: ".")), word.span, field: field) }
    return inner
  }

  /// The fields of an event, by its name: those of a fixture are of what it is made from.
  func shape(of name: DottedName) -> Shape? { declared[.value(name.text)]?.shape ?? fields.shape(of: [name.text]) }

  // MARK: - Declarations

  mutating func all() {
    if let head = Self.header(of: declaration, in: nil) { note(head.symbol, head.span, isDeclaration: true) }
    switch declaration.kind {
    case .stream(let stream): walk(stream)
    case .let(let value): expression(value.value)
    case .param(let param): walk(param)
    case .fixture(let fixture):
      event(fixture.base)
      initializers(fixture.fields, of: shape(of: fixture.base))
    case .rule(let rule): walk(rule)
    case .lifecycle(let lifecycle): walk(lifecycle)
    case .kpi(let kpi): walk(kpi)
    case .test(let test): walk(test)
    case .table, .hours, .unreadable: break
    }
  }

  private mutating func walk(_ stream: StreamSyntax) {
    let shape = fields.shape(of: [stream.name.text])
    for item in stream.items {
      switch item.content {
      case .kind(let path), .time(let path), .id(let path, within: _): self.path(path, of: shape)
      case .key(let paths): for path in paths { self.path(path, of: shape) }
      case .kinds(let names):
        for kind in names { note(.kind(stream: stream.name.text, kind: kind.name.text), kind.name.span, isDeclaration: true) }
      default: break
      }
    }
  }

  private mutating func walk(_ param: ParamSyntax) {
    expression(param.defaultValue)
    for regional in param.regional { expression(regional.value) }
  }

  private mutating func walk(_ rule: RuleSyntax) {
    for param in rule.params {
      declare(param.name, as: "param", "param \(param.name.text) \(param.type.text)", shape: param.type.shape)
      walk(param)
    }
    rule.on.patterns.forEach { alias($0) }
    switch rule.form {
    case .joins(let joins)?: joins.forEach { alias($0.pattern) }
    case .expect(let step)?: alias(step)
    case .forbid(let steps, let last)?: (steps + [last]).forEach { alias($0) }
    case .over?, nil: break
    }
    key(rule.by, patterns: rule.on.patterns)
    rule.on.patterns.forEach { pattern($0) }
    switch rule.form {
    case .joins(let joins)?:
      for join in joins {
        pattern(join.pattern)
        length(join.within)
        join.counting.map { value($0) }
      }
    case .expect(let step)?: walk(step)
    case .forbid(let steps, let last)?: for step in steps + [last] { walk(step) }
    case .over(let window)?: walk(window)
    case nil: break
    }
    if let when = rule.when { expression(when.condition) }
    rule.notes.forEach { walk($0) }
  }

  private mutating func walk(_ kpi: KPISyntax) {
    kpi.on.patterns.forEach { alias($0) }
    key(kpi.by, patterns: kpi.on.patterns)
    kpi.on.patterns.forEach { pattern($0) }
    walk(kpi.window)
    expression(kpi.measure)
    if let when = kpi.when { expression(when.condition) }
    for case .target(_, let target) in kpi.items.map(\.content) { expression(target) }
    kpi.notes.forEach { walk($0) }
  }

  private mutating func walk(_ lifecycle: LifecycleSyntax) {
    lifecycle.on.patterns.forEach { alias($0) }
    key(lifecycle.by, patterns: lifecycle.on.patterns)
    lifecycle.on.patterns.forEach { pattern($0) }
    for state in lifecycle.states {
      declare(state.name, as: "state", "state \(state.name.text) = \(state.pattern.names.map(\.text).joined(separator: " or "))")
      alias(state.pattern)
      pattern(state.pattern)
    }
    for arrow in lifecycle.arrows {
      for name in [arrow.from] + arrow.to { self.state(name) }
      length(arrow.within)
      arrow.counting.map { value($0) }
    }
    for name in lifecycle.start + lifecycle.end { state(name) }
    length(lifecycle.retain)
    lifecycle.notes.forEach { walk($0) }
  }

  /// A state that no line declares is that of its first arrow.
  private mutating func state(_ name: Word) {
    if let known = scope[name.text] { note(known.symbol, name.span) } else { declare(name, as: "state", "state \(name.text)") }
  }
}
