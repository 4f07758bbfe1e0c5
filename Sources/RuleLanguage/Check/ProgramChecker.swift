import Diagnostics
import EventModel

/// Checks the declarations of all files, in the order in which they need each other: names, streams, params, lets, rules.
struct ProgramChecker {
  private let files: [FileSyntax]
  /// The declarations in which no mistake was found so far.
  private let whole: [DeclarationSyntax]
  private var context: ProgramContext
  private(set) var diagnostics: [Diagnostic] = []
  /// Who reads a topic.
  private var topics: [String: (declared: Names.Declared, name: String)] = [:]

  init(_ files: [FileSyntax]) {
    self.files = files
    whole = files.flatMap(\.declarations).filter { !$0.isBroken }
    context = ProgramContext(names: Names(files, diagnostics: &diagnostics))
  }

  /// The program as far as it is right: with errors among the diagnostics it lacks something.
  mutating func check(schemas load: (String) -> [UInt8]?) -> CheckedProgram {
    checkStreams(load)
    checkTables(load)
    for declaration in whole {
      if case .let(let value) = declaration.kind, isFirst(value.name, in: \.values) { context.lets[value.name.text] = value.value }
    }
    checkParams()
    checkLets()
    let rules = RulesChecker(whole, in: context)
    diagnostics += rules.diagnostics
    context = rules.context
    let all = (rules.rules + rules.unevaluated.map(\.rule)).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    diagnostics += ProgramMistakes(all, allowed: allowed).diagnostics
    if let warning = Diagnostic.notEvaluated(rules.unevaluated, of: all.count) { diagnostics.append(warning) }
    let tests = checkTests(rules.rules, rules.unevaluated)
    let schemas =
      context.streams[..<context.topicStreams].map { (stream: $0.name, canonical: $0.schema.canonical) }
      + context.tables.map { (stream: $0.name, canonical: $0.schema.canonical) }
    var program = CheckedProgram(
      streams: Array(context.streams[..<context.topicStreams]), params: context.params, rules: rules.rules,
      fingerprint: ProgramFingerprint.of(files, schemas: schemas), tests: tests)
    program.unevaluated = rules.unevaluated
    program.tables = context.tables
    program.hours = context.hours
    program.verdicts = Array(context.streams[context.topicStreams...])
    return program
  }

  /// Codes of warnings that each rule silences.
  private var allowed: [String: Set<String>] {
    var allowed: [String: Set<String>] = [:]
    for declaration in whole {
      switch declaration.kind {
      case .rule(let rule): allowed[rule.name.text] = RulesChecker.allowed(rule.notes)
      case .kpi(let kpi): allowed[kpi.name.text] = RulesChecker.allowed(kpi.notes)
      default: break
      }
    }
    return allowed
  }

  private mutating func checkStreams(_ load: (String) -> [UInt8]?) {
    var streams: [CheckedStream] = []
    var mistakes = MistakeCount()
    for declaration in whole where !mistakes.isFull(diagnostics) {
      guard case .stream(let syntax) = declaration.kind, isFirst(syntax.name, in: \.values) else { continue }
      var checker = StreamChecker(syntax)
      if var stream = checker.check(schemas: load) {
        let names = checker.kindNames(of: stream)
        for (name, index) in names where name != stream.kinds[index] { stream.kindNames[index] = name }
        streams.append(stream)
        context.kindNames[stream.name] = names
        if let topic = syntax.topic { take(topic, for: "stream", stream.name, at: stream.span) }
        if stream.id == nil { diagnostics.append(.streamWithoutID(syntax.name)) }
      }
      diagnostics += checker.diagnostics
    }
    context.setStreams(streams)
    context.topicStreams = context.streams.count
    for declaration in whole {
      guard case .rule(let rule) = declaration.kind else { continue }
      checkRuleName(rule.name)
    }
    for declaration in whole {
      if case .kpi(let kpi) = declaration.kind { checkRuleName(kpi.name) }
    }
  }

  /// A topic is read by one stream or table.
  private mutating func take(_ topic: Spanned<String>, for keyword: String, _ name: String, at span: SourceSpan) {
    if let first = topics[topic.value] {
      diagnostics.append(.topicTwice(topic, first: first.declared, name: first.name))
    } else {
      topics[topic.value] = (Names.Declared(keyword: keyword, span: span), name)
    }
  }

  private mutating func checkTables(_ load: (String) -> [UInt8]?) {
    var mistakes = MistakeCount()
    for declaration in whole where !mistakes.isFull(diagnostics) {
      switch declaration.kind {
      case .table(let syntax):
        guard isFirst(syntax.name, in: \.values) else { continue }
        var checker = TableChecker(syntax)
        if let table = checker.check(schemas: load) {
          context.tables.append(table)
          if let topic = checker.topic { take(topic, for: "table", table.name, at: table.span) }
        }
        diagnostics += checker.diagnostics
      case .hours(let syntax):
        guard isFirst(syntax.name, in: \.values) else { continue }
        var checker = HoursChecker()
        context.hours.append(checker.check(syntax))
        diagnostics += checker.diagnostics
      default: break
      }
    }
    context.tables.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    context.hours.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// A rule's name is not also that of a kind of event.
  private mutating func checkRuleName(_ name: DottedName) {
    guard let stream = context.streamIndex(name.parts[0].text), context.isKind(name) else { return }
    diagnostics.append(.nameIsKind(name, stream: context.streams[stream].span))
  }

  private mutating func checkParams() {
    var params: [(syntax: ParamSyntax, name: String)] = []
    for declaration in whole {
      switch declaration.kind {
      case .param(let param): if isFirst(param.name, in: \.values) { params.append((param, param.name.text)) }
      case .rule(let rule):
        var own: [String: Names.Declared] = [:]
        for param in rule.params {
          context.names.checkLocal(param.name, as: "param", &diagnostics)
          if let first = own[param.name.text] {
            diagnostics.append(.nameTaken(param.name.text, at: param.name.span, as: "param", first: first))
          } else {
            own[param.name.text] = Names.Declared(keyword: "param", span: param.name.span)
            params.append((param, "\(rule.name.text).\(param.name.text)"))
          }
        }
      default: break
      }
    }
    for (syntax, name) in params.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
      var checker = ParamChecker(syntax, name: name)
      let param = checker.check(in: context)
      diagnostics += checker.diagnostics
      if let param { context.add(param) }
    }
  }

  /// Each let by itself, so that a mistake in it is found though nobody uses it, and is found once.
  private mutating func checkLets() {
    let bounds = LetBounds(context.lets)
    for declaration in whole {
      guard case .let(let value) = declaration.kind, isFirst(value.name, in: \.values), bounds.isTooLarge(value.name.text) else { continue }
      // What names a let that is too large is too large, too: it is said of the first.
      let names = value.value.namesInIt
      if !names.contains(where: { bounds.isTooLarge($0) }) { diagnostics.append(.letTooLarge(value.name)) }
    }
    context.lets = context.lets.filter { !bounds.isTooLarge($0.key) }
    context.letHeights = bounds.measures.mapValues(\.height)
    context.letSizes = bounds.measures.mapValues(\.nodes)
    let all = context.outerScope
    var mistakes = MistakeCount()
    for declaration in whole where !mistakes.isFull(diagnostics) {
      guard case .let(let value) = declaration.kind, isFirst(value.name, in: \.values) else { continue }
      if namesLostLet(value.value) { context.lets[value.name.text] = nil }
      if context.lets[value.name.text] == nil { continue }
      var expressions = ExpressionChecker()
      _ = expressions.check(value.value, in: all, for: "a let")
      diagnostics += expressions.diagnostics
      if expressions.diagnostics.hasErrors { context.lets[value.name.text] = nil }
      for name in expressions.lostLets { context.lets[name] = nil }
    }
  }

  /// It names a let that is not among the lets any more: that was said.
  private func namesLostLet(_ expression: ExpressionSyntax) -> Bool {
    expression.namesInIt.contains { context.names.values[$0]?.keyword == "let" && context.lets[$0] == nil }
  }

  private mutating func checkTests(_ rules: [CheckedRule], _ unevaluated: [UnevaluatedRule]) -> [CheckedTest] {
    var fixtures: [FixtureSyntax] = []
    var tests: [TestSyntax] = []
    for declaration in whole {
      switch declaration.kind {
      case .fixture(let fixture): if isFirst(fixture.name, in: \.values) { fixtures.append(fixture) }
      case .test(let test): tests.append(test)
      default: break
      }
    }
    let checked = ProgramTests(fixtures: fixtures, tests: tests, rules: rules, unevaluated: unevaluated, in: context)
    diagnostics += checked.diagnostics
    return checked.tests
  }

  /// This declaration has the name, not one that came too late for it.
  private func isFirst(_ name: Word, in space: KeyPath<Names, [String: Names.Declared]>, name dotted: DottedName? = nil) -> Bool {
    context.names[keyPath: space][dotted?.text ?? name.text]?.span == (dotted?.span ?? name.span)
  }
}

extension StreamSyntax {
  var topic: Spanned<String>? {
    for item in items { if case .topic(let topic) = item.content { return topic } }
    return nil
  }
}
