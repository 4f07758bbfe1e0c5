import Diagnostics
import EventModel

/// Checks a test for one row of its cases. What the row names are lets that nobody else has, so every expression is known at once.
struct TestChecker {
  let context: ProgramContext
  let rules: RulesOfTests
  let fixtures: FixtureTable
  let syntax: TestSyntax
  /// The row's values, by name.
  private var bound: [String: ExpressionSyntax] = [:]
  private var scope: Scope
  /// Of lets, and of the row's values.
  private var heights: [String: Int]
  private var expressions = ExpressionChecker()
  var found: [Diagnostic] = []
  /// nil: no line has moved it.
  private var wall: EventTime?
  /// How many events the lines have had.
  private var events = 0
  var missing: Set<String> = []

  var diagnostics: [Diagnostic] { found + expressions.diagnostics }

  init(_ syntax: TestSyntax, row: TestSyntax.Row?, rules: RulesOfTests, fixtures: FixtureTable, in context: ProgramContext) {
    (self.syntax, self.rules, self.fixtures, self.context) = (syntax, rules, fixtures, context)
    scope = context.constantScope
    heights = context.letHeights
    for (name, value) in zip(syntax.cases?.names ?? [], row?.values ?? []) {
      bound[name.text] = value
      scope.lets[name.text] = value
      heights[name.text] = value.height(context.letHeights)
    }
  }

  /// The mistakes of a fixture's own fields, and of the kind that it names; whoever uses it.
  static func mistakes(of fixture: FixtureSyntax, fixtures: FixtureTable, in context: ProgramContext) -> [Diagnostic] {
    guard let base = fixtures[fixture.base]?.base else { return [] }
    let nothing = TestSyntax(title: Spanned("", span: fixture.name.span), day: nil, givens: [], cases: nil, lines: [])
    var checker = TestChecker(nothing, row: nil, rules: RulesOfTests(), fixtures: fixtures, in: context)
    _ = checker.record(base, fixture.fields, isDeleted: false, at: checker.midnight, partition: 0)
    return checker.diagnostics
  }

  /// 2026-01-05
  private static let monday = CivilDate(year: 2026, month: 1, day: 5)

  private static func instant(of day: CivilDate, microseconds: Int64) -> EventTime {
    EventTime(microseconds: Int64(day.daysSinceEpoch) * 86_400_000_000 + microseconds)
  }

  private func instant(_ syntax: InstantSyntax) -> EventTime {
    Self.instant(of: syntax.day?.value ?? self.syntax.day?.value ?? Self.monday, microseconds: syntax.clock.value.microseconds)
  }

  /// Of the test's day.
  private var midnight: EventTime { Self.instant(of: syntax.day?.value ?? Self.monday, microseconds: 0) }

  private func later(_ length: Spanned<Duration>) -> EventTime {
    (wall ?? midnight).advanced(byMicroseconds: length.value.microseconds)
  }

  /// The value of an expression that is known at once. nil: there was a mistake.
  private mutating func constant(_ syntax: ExpressionSyntax, _ type: ValueType?, for role: String = "the value") -> Value? {
    guard syntax.height(heights) <= ExpressionSyntax.maximumHeight else {
      found.append(.tooDeepWithLets(at: syntax.span))
      return nil
    }
    // A let with a mistake says so at its declaration.
    if syntax.namesInIt.contains(where: { scope.lets[$0] == nil && context.names.values[$0]?.keyword == "let" }) { return nil }
    return expressions.literalValue(syntax, type: type, in: scope, for: role)
  }

  mutating func check() -> CheckedTest {
    var (region, params) = ("us-east-1", [Int: Value]())
    for given in syntax.givens {
      switch given {
      case .region(let name): region = name.value
      case .param(let name, let value):
        guard let index = context.params.firstIndex(where: { $0.name == name.text }) else {
          found.append(.unknownParamOfTest(name, params: context.params.map(\.name)))
          continue
        }
        params[index] = constant(value, context.params[index].type)
      }
    }
    let row = (syntax.cases?.names ?? []).compactMap { name in bound[name.text].map { (name: name.text, value: $0.span) } }
    var lines: [CheckedTest.Line] = []
    for line in syntax.lines {
      switch line {
      case .event(let event): if let line = check(event, region: region) { lines.append(line) }
      case .expect(let claim): if let line = check(claim) { lines.append(line) }
      }
    }
    return CheckedTest(
      title: syntax.title.value, row: row, region: region, params: params, lines: lines, missing: missing.sorted(), span: syntax.title.span)
  }

  // MARK: - Events

  private mutating func check(_ line: EventLineSyntax, region: String) -> CheckedTest.Line? {
    let time: EventTime
    switch line.moment {
    case .at(let moment): time = instant(moment)
    case .after(let length): time = later(length)
    }
    var read: EventTime? = time
    let content: CheckedTest.Content
    switch line.happening {
    case .timePasses: content = .timePasses
    case .rulesStart: content = .rulesStart
    case .lags(let name):
      guard let input = input(name) else { return nil }
      content = .lags(input)
    case .catchesUp(let name):
      guard let input = input(name) else { return nil }
      content = .catchesUp(input)
    case .event(let name, let fields, let isDeleted, let arrivals):
      var partition: Int32 = 0
      for arrival in arrivals {
        switch arrival {
        case .late: read = wall == nil ? time : nil
        case .at(let moment): read = instant(moment)
        case .after(let length): read = later(length)
        case .fromPartition(let number):
          if (0..<1_000).contains(number.value) {
            partition = Int32(number.value)
          } else {
            found.append(.badClaim("partitions of a test go from 0 to 999", at: number.span))
          }
        case .fromRegion(let name): if name.value != region { missing.insert("events of several regions") }
        }
      }
      guard let record = record(name, fields, isDeleted: isDeleted, at: time, partition: partition) else { return nil }
      content = record
    }
    if let read {
      if let wall, read < wall {
        let isEvent = if case .event = line.happening { true } else { false }
        found.append(.timeGoesBack(line.span, isEvent: isEvent))
      }
      wall = wall.map { max($0, read) } ?? read
    }
    return CheckedTest.Line(content: content, wall: read, span: line.span)
  }

  private mutating func input(_ name: DottedName) -> CheckedTest.Input? {
    if let table = table(name) { return .table(table) }
    guard let kinds = context.kinds(of: name, &found) else { return nil }
    if name.parts.count > 1 {
      found.append(.badClaim("a stream is read or not, with all its kinds", at: name.span, help: "write `\(name.parts[0].text)`"))
    }
    return kinds.first.map { .stream($0.stream) }
  }

  /// An event, or a row of a table.
  private mutating func record(
    _ name: DottedName, _ fields: InitializersSyntax?, isDeleted: Bool, at time: EventTime, partition: Int32
  ) -> CheckedTest.Content? {
    guard let (base, layers) = fixtures[name].map({ ($0.base, [fields].compactMap(\.self) + $0.layers) }) else { return nil }
    if context.names.values[base.parts[0].text]?.keyword == "table" {
      return row(of: base, layers, isDeleted: isDeleted, at: time, partition: partition).map { .row($0) }
    }
    if isDeleted { found.append(.badClaim("only rows of tables are deleted", at: name.span, help: "an event stays once it is read")) }
    return event(base, layers, at: time, partition: partition).map { .event($0) }
  }

  private mutating func event(
    _ base: DottedName, _ layers: [InitializersSyntax], at time: EventTime, partition: Int32
  ) -> CheckedTest.Event? {
    if context.names.values[base.parts[0].text] == nil, context.names.rules[base.text] == nil {
      found.append(.unknownEvent(base, known: context.names.names(of: "stream") + context.names.names(of: "fixture")))
      return nil
    }
    guard let kinds = context.kinds(of: base, &found), let kind = kinds.first else { return nil }
    let stream = context.streams[kind.stream]
    guard kinds.count == 1 else {
      found.append(.eventOfManyKinds(base, kinds: (context.kindNames[stream.name] ?? [:]).keys.sorted()))
      return nil
    }
    let type = stream.schema.kinds[kind.kind].fields
    if FieldType.object(type).hasMinorUnits { missing.insert("amounts in minor units in tests") }
    events += 1
    let sample = SampleEvent(time: time)
    var value = sample.object(type)
    if let path = stream.kind { sample.set(&value, path.steps[...], type, to: .string(stream.kinds[kind.kind])) }
    sample.set(&value, stream.time.steps[...], type, to: .string(time.rfc3339))
    if let id = stream.id {
      let digits = String(events)
      sample.set(&value, id.steps[...], type, to: .string("e" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits))
    }
    for layer in layers.reversed() {
      for member in layer.members { set(member, of: &value, type, label: "`\(base.text)`", sample) }
    }
    return CheckedTest.Event(kind: kind, partition: partition, value: value)
  }

  mutating func set(
    _ member: InitializersSyntax.Member, of event: inout JSONValue, _ type: ObjectType, label: String, _ sample: SampleEvent
  ) {
    var (object, owner) = (type, label)
    var field: Field?
    for (index, step) in member.path.parts.enumerated() {
      guard let next = object[step.text] else { return found.append(.unknownField(step, in: object, of: owner)) }
      field = next
      guard index + 1 < member.path.parts.count else { break }
      guard case .object(let inner) = next.type else {
        return found.append(.badClaim("`\(step.text)` is no object: it has no fields", at: step.span))
      }
      (object, owner) = (inner, "`\(step.text)`")
    }
    guard let field, let value = json(member.value, as: field.type, label: "`\(member.path.text)`", sample) else { return }
    sample.set(&event, member.path.parts.map(\.text)[...], type, to: value == .null ? nil : value)
  }

  /// The value as the schema wants it; null: the field is absent. nil: there was a mistake.
  private mutating func json(_ syntax: ExpressionSyntax, as type: FieldType, label: String, _ sample: SampleEvent) -> JSONValue? {
    switch (syntax.kind, type) {
    case (.parenthesized(let inner), _): return json(inner, as: type, label: label, sample)
    case (.name(let name, hasLeadingDot: false), _) where bound[name.text] != nil:
      // No value of a row names another.
      return bound[name.text].flatMap { json($0, as: type, label: label, sample) }
    case (.literal(.null), _): return .null
    case (.list(let elements), .list(let element)):
      return .array(elements.compactMap { json($0.value, as: element, label: label, sample) })
    case (.map(let entries), .object(let object)):
      var value = sample.object(object)
      for entry in entries {
        guard case .literal(.string(let name)) = entry.key.kind else {
          found.append(.fieldWithoutQuotes(entry.key, of: label))
          continue
        }
        guard let field = object[name] else {
          found.append(.unknownField(Word(name, span: entry.key.span), in: object, of: label))
          continue
        }
        if let new = json(entry.value, as: field.type, label: "`\(name)`", sample) {
          sample.set(&value, [name], object, to: new == .null ? nil : new)
        }
      }
      return value
    case (.map(let entries), .map(let element)):
      return .object(
        entries.compactMap { entry in
          guard case .literal(.string(let name)) = entry.key.kind else { return nil }
          return json(entry.value, as: element, label: label, sample).map { (name, $0) }
        })
    default:
      guard let wanted = type.valueType else {
        found.append(.badClaim("\(label) is nothing that rules can read", at: syntax.span))
        return nil
      }
      return constant(syntax, wanted, for: label).map(Self.json)
    }
  }

  private static func json(_ value: Value) -> JSONValue {
    switch value {
    case .null, .optional, .address, .type: .null
    case .bool(let flag): .bool(flag)
    case .int(let integer): .number(String(integer))
    case .uint(let integer): .number(String(integer))
    case .double(let number): .number(number.shortestText)
    case .decimal(let decimal): .number(decimal.description)
    case .string(let text): .string(text)
    case .bytes(let bytes): .string(Base64.encode(bytes))
    case .timestamp(let time): .string(time.rfc3339)
    case .duration(let duration): .string(duration.ruleText)
    case .list(let elements): .array(elements.map(json))
    case .map(let members):
      .object(members.sorted { Value.precedesAsKey($0.key, $1.key) }.map { ($0.key.messageText, json($0.value)) })
    }
  }

  // MARK: - Expectations

  private mutating func check(_ line: ExpectLineSyntax) -> CheckedTest.Line? {
    var holds = true
    if let when = line.when {
      if case .bool(let truth)? = constant(when.condition, .bool, for: "`when`") { holds = truth }
    }
    guard let content = content(line, holds: holds) else { return nil }
    return CheckedTest.Line(content: content, wall: nil, span: line.span)
  }

  private mutating func content(_ line: ExpectLineSyntax, holds: Bool) -> CheckedTest.Content? {
    switch line.claim {
    case .correction:
      missing.insert("corrections")
      return nil
    case .violation(let name, let state, let dated):
      guard let rule = rule(name) else { return nil }
      if case .kpi(let measure) = rule.form, measure.target == nil {
        found.append(.badClaim("`\(name.text)` is a KPI: its value is expected", at: name.span, help: "as in `expect \(name.text) == 5`"))
        return nil
      }
      if let state, state.text == "undetermined" || state.text == "waiting" {
        missing.insert("expectations of what is \(state.text)")
        return nil
      }
      if let state, line.isNegated {
        found.append(.badClaim("`expect no` asks for none that is open or resolved", at: state.span, help: "leave `\(state.text)` out"))
      }
      let state = state.flatMap { CheckedTest.State(rawValue: $0.text) } ?? .open
      return .violation(
        CheckedTest.ViolationClaim(
          rule: name.text, count: line.isNegated ? 0 : line.count.map { Int($0.value) } ?? 1, state: line.isNegated ? nil : state,
          at: dated.map(instant), fields: fields(line.fields, of: rule, ClaimField.ofViolations), holds: holds))
    case .value(let name, let comparison, let value, let start):
      guard let rule = rule(name) else { return nil }
      guard case .kpi(let measure) = rule.form else {
        found.append(
          .badClaim("`\(name.text)` is a rule: it has no value", at: name.span, help: "how many violations: `expect 2 \(name.text)`"))
        return nil
      }
      guard let wanted = constant(value, measure.expression.type, for: "`\(name.text)`") else {
        return nil
      }
      return .value(
        CheckedTest.ValueClaim(
          kpi: rule.name, comparison: comparison, value: wanted, start: start.map(instant),
          fields: fields(line.fields, of: rule, ClaimField.ofValues), holds: holds, isNegated: line.isNegated))
    }
  }

  private mutating func rule(_ name: DottedName) -> CheckedRule? {
    if let (rule, lacks) = rules[name.text] {
      missing.formUnion(lacks)
      return rule
    }
    // A rule with mistakes of its own says so at its declaration, and what a lifecycle says has names below its own.
    if context.names.rules[name.text] == nil, context.names.rules[name.parts[0].text]?.keyword != "lifecycle" {
      found.append(.unknownClaim(name, known: context.names.rules.keys.sorted()))
    }
    return nil
  }

  private mutating func fields(_ syntax: InitializersSyntax?, of rule: CheckedRule, _ known: [ClaimField]) -> [CheckedTest.Field] {
    var fields: [CheckedTest.Field] = []
    let key = keyParts(of: rule)
    let transitions = if case .lifecycle = rule.form { ["from", "to"] } else { [String]() }
    let known =
      known + transitions.map { ClaimField(name: $0, type: .string) }
      + rule.notes.details.map { ClaimField(name: $0.name, type: $0.value.type) }
    for member in syntax?.members ?? [] {
      let part = key.first { $0.name == member.path.text }
      guard let type = part?.type ?? known.first(where: { $0.name == member.path.text })?.type else {
        found.append(.unknownClaimField(member.path, of: "`\(rule.name)`", known: key.map(\.name) + known.map(\.name)))
        continue
      }
      let value =
        switch (type, member.value.withoutParentheses.kind) {
        case (.dyn, _), (_, .literal(.null)): constant(member.value, nil)
        default: constant(member.value, type, for: "`\(member.path.text)`")
        }
      if let value { fields.append(CheckedTest.Field(isKey: part != nil, name: member.path.text, value: value)) }
    }
    return fields
  }
}

extension TestChecker {
  /// The parts of the key as they are published: a condition without `by` has its stream's (7.2).
  private func keyParts(of rule: CheckedRule) -> [(name: String, type: ValueType)] {
    guard case .condition = rule.form, rule.key.isEmpty, let kind = rule.patterns.first?.kinds.first else {
      return rule.key.map { ($0.name, $0.type) }
    }
    let stream = context.streams[kind.stream]
    return stream.key.map { path in
      (path.description, stream.schema.kinds[kind.kind].fields.type(at: path.steps[...])?.valueType ?? .string)
    }
  }
}

/// What an expectation may ask of a published record, besides the parts of its key.
struct ClaimField {
  var name: String
  /// `dyn`: whatever the rule says it is.
  var type: ValueType

  static let ofViolations = [
    ClaimField(name: "severity", type: .string), ClaimField(name: "message", type: .string), ClaimField(name: "exposure", type: .decimal),
    ClaimField(name: "currency", type: .string), ClaimField(name: "expected", type: .dyn), ClaimField(name: "actual", type: .dyn),
    ClaimField(name: "settled", type: .bool), ClaimField(name: "reason", type: .string), ClaimField(name: "suppressed", type: .int),
    ClaimField(name: "revision", type: .int), ClaimField(name: "evidence", type: .list(.string)),
  ]
  static let ofValues = [
    ClaimField(name: "final", type: .bool), ClaimField(name: "partial", type: .bool), ClaimField(name: "events", type: .int),
    ClaimField(name: "revision", type: .int),
  ]
}
