import Diagnostics
import EventModel
import RuleLanguage

/// The parts of rules and tests.
extension SymbolWalk {
  mutating func alias(_ pattern: PatternSyntax) {
    guard let alias = pattern.alias else { return }
    let names = pattern.names.map(\.text)
    declare(alias, as: "alias", "\(names.joined(separator: " or ")) as \(alias.text)", shape: fields.shape(of: names))
  }

  mutating func alias(_ step: StepSyntax) {
    alias(step.pattern)
    if let unless = step.unless { alias(unless) }
  }

  mutating func pattern(_ pattern: PatternSyntax) {
    pattern.names.forEach { event($0) }
    if let condition = pattern.condition { expression(condition) }
  }

  mutating func walk(_ step: StepSyntax) {
    pattern(step.pattern)
    switch step.reach.kind {
    case .within(let within, let counting, _):
      length(within)
      counting.map { value($0) }
    case .due(let deadline, let atMost):
      expression(deadline)
      length(atMost)
    }
    if let unless = step.unless { pattern(unless) }
  }

  mutating func walk(_ window: WindowSyntax) {
    switch window.kind {
    case .sliding(let size): length(size)
    case .all(let opening, _, let retain):
      event(opening)
      length(retain)
    case .tumbling, .hopping, .session, .calendar: break
    }
  }

  mutating func key(_ key: KeySyntax?, patterns: [PatternSyntax]) {
    for part in key?.parts ?? [] {
      for value in part.expressions { expression(value) }
      guard part.expressions.isEmpty else {
        let known = shape(of: part.expressions[0])
        declare(part.name, as: "key part", "by \(part.name.text)", shape: known)
        continue
      }
      let known = fields
      let member = patterns.lazy.compactMap { known.shape(of: $0.names.map(\.text))?.member(part.name.text) }.first
      declare(part.name, as: "key part", "by \(part.name.text)", shape: member?.shape)
      if let (field, shape) = member {
        for stream in shape.streams {
          note(.field(stream: stream, path: shape.path.joined(separator: ".")), part.name.span, field: field)
        }
      }
    }
  }

  mutating func walk(_ note: NoteSyntax) {
    switch note.content {
    case .severity(let severity): for one in severity.cases { expression(one.condition) }
    case .suppress(let length), .remember(let length): self.length(length)
    case .violation(let violation):
      for case .expression(let part) in violation.message.parts { expression(part) }
      if let exposure = violation.exposure { expression(exposure) }
      initializers(violation.details, of: nil)
    case .correct(let name, let fields, let when):
      event(name)
      initializers(fields, of: shape(of: name))
      if let when { expression(when.condition) }
    default: break
    }
  }

  mutating func walk(_ test: TestSyntax) {
    for case .param(let name, let value) in test.givens {
      given(name)
      expression(value)
    }
    for name in test.cases?.names ?? [] { declare(name, as: "case", "cases (\(name.text))") }
    for row in test.cases?.rows ?? [] { row.values.forEach { expression($0) } }
    for line in test.lines {
      switch line {
      case .event(let event): walk(event)
      case .expect(let expect): walk(expect)
      }
    }
  }

  /// A param of the program, or a rule's: by the name of the rule and its own.
  private mutating func given(_ name: DottedName) {
    guard name.parts.count > 1 else { return use(name.parts[0]) }
    let rule = name.parts.dropLast()
    let symbol = Symbol.rule(rule.map(\.text).joined(separator: "."))
    note(symbol, rule[0].span.joined(with: rule[rule.count - 1].span))
    let param = name.parts[rule.count]
    if let owner = declared[symbol]?.whole { note(.local(name: param.text, owner: owner), param.span) }
  }

  private mutating func walk(_ line: EventLineSyntax) {
    switch line.happening {
    case .timePasses, .rulesStart: break
    case .lags(let name), .catchesUp(let name): event(name)
    case .event(let name, let fields, _, _):
      event(name)
      initializers(fields, of: shape(of: name))
    }
  }

  private mutating func walk(_ line: ExpectLineSyntax) {
    var shape: Shape?
    switch line.claim {
    case .correction(let name, _):
      event(name)
      shape = self.shape(of: name)
    case .violation(let name, _, _):
      rule(name)
      keyParts(line.fields, of: name)
    case .value(let name, _, let wanted, _):
      rule(name)
      keyParts(line.fields, of: name)
      expression(wanted)
    }
    initializers(line.fields, of: shape)
    if let when = line.when { expression(when.condition) }
  }

  /// The name of a rule; of a lifecycle with one of its two.
  mutating func rule(_ name: DottedName) {
    if declared[.rule(name.text)] == nil, name.parts.count == 2, declared[.rule(name.parts[0].text)]?.keyword == "lifecycle" {
      note(.rule(name.parts[0].text), name.parts[0].span)
    } else {
      note(.rule(name.text), name.span)
    }
  }

  /// The members of an expectation that are parts of the rule's key.
  private mutating func keyParts(_ braces: InitializersSyntax?, of name: DottedName) {
    let rule = keys[name.text] == nil ? name.parts[0].text : name.text
    guard let parts = keys[rule], let owner = declared[.rule(rule)]?.whole else { return }
    for member in braces?.members ?? [] where member.path.parts.count == 1 {
      let part = member.path.parts[0]
      if parts.contains(part.text) { note(.local(name: part.text, owner: owner), part.span) }
    }
  }
}
