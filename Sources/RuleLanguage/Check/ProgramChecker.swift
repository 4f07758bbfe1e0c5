import Diagnostics
import EventModel

/// Checks the declarations of all files, in the order in which they need each other: names, streams, params, lets, rules.
struct ProgramChecker {
  private let files: [FileSyntax]
  private var context: ProgramContext
  private(set) var diagnostics: [Diagnostic] = []

  init(_ files: [FileSyntax]) {
    self.files = files
    context = ProgramContext(names: Names(files, diagnostics: &diagnostics))
  }

  /// The program as far as it is right: with errors among the diagnostics it lacks something.
  mutating func check(schemas load: (String) -> [UInt8]?) -> CheckedProgram {
    reportUnsupported()
    checkStreams(load)
    for declaration in whole {
      if case .let(let value) = declaration.kind, isFirst(value.name, in: \.values) { context.lets[value.name.text] = value.value }
    }
    checkParams()
    checkLets()
    let rules = checkRules().sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    let tests = checkTests(rules)
    let schemas = context.streams.map { (stream: $0.name, canonical: $0.schema.canonical) }
    return CheckedProgram(
      streams: context.streams, params: context.params, rules: rules, fingerprint: ProgramFingerprint.of(files, schemas: schemas),
      tests: tests)
  }

  /// The declarations in which no mistake was found so far.
  private var whole: [DeclarationSyntax] { files.flatMap(\.declarations).filter { !$0.isBroken } }

  private mutating func checkStreams(_ load: (String) -> [UInt8]?) {
    var topics: [String: CheckedStream] = [:]
    for declaration in whole {
      guard case .stream(let syntax) = declaration.kind, isFirst(syntax.name, in: \.values) else { continue }
      var checker = StreamChecker(syntax)
      if let stream = checker.check(schemas: load) {
        context.streams.append(stream)
        context.kindNames[stream.name] = checker.kindNames(of: stream)
        if let topic = syntax.topic, let first = topics[topic.value] {
          diagnostics.append(.topicTwice(topic, stream: first.name, first: first.span))
        }
        topics[stream.topic] = topics[stream.topic] ?? stream
        if stream.id == nil { diagnostics.append(.streamWithoutID(syntax.name)) }
      }
      diagnostics += checker.diagnostics
    }
    context.streams.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    for declaration in whole {
      guard case .rule(let rule) = declaration.kind else { continue }
      checkRuleName(rule.name)
    }
    for declaration in whole {
      if case .kpi(let kpi) = declaration.kind { checkRuleName(kpi.name) }
    }
  }

  /// A rule's name is not also that of a kind of event.
  private mutating func checkRuleName(_ name: DottedName) {
    guard let stream = context.streams.first(where: { $0.name == name.parts[0].text }) else { return }
    if context.isKind(name) {
      diagnostics.append(.nameIsKind(name, stream: stream.span))
    }
  }

  private mutating func checkParams() {
    var params: [(syntax: ParamSyntax, name: String)] = []
    for declaration in whole {
      switch declaration.kind {
      case .param(let param): if isFirst(param.name, in: \.values) { params.append((param, param.name.text)) }
      case .rule(let rule):
        for (index, param) in rule.params.enumerated() {
          context.names.checkLocal(param.name, as: "param", &diagnostics)
          if let first = rule.params[..<index].first(where: { $0.name.text == param.name.text }) {
            diagnostics.append(
              .nameTaken(param.name.text, at: param.name.span, as: "param", first: Names.Declared(keyword: "param", span: first.name.span)))
          } else {
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
      if let param { context.params.append(param) }
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
    let all = context.outerScope
    for declaration in whole {
      guard case .let(let value) = declaration.kind, isFirst(value.name, in: \.values) else { continue }
      if namesLostLet(value.value) { context.lets[value.name.text] = nil }
      if context.lets[value.name.text] == nil { continue }
      var expressions = ExpressionChecker()
      var unsupported: [(what: String, span: SourceSpan)] = []
      value.value.forEach { context.findUnsupported(in: $0, &unsupported) }
      diagnostics += unsupported.map { .notSupported($0.what, at: $0.span) }
      if unsupported.isEmpty { _ = expressions.check(value.value, in: all, for: "a let") }
      diagnostics += expressions.diagnostics
      if !unsupported.isEmpty || expressions.diagnostics.hasErrors { context.lets[value.name.text] = nil }
    }
  }

  /// It names a let that is not among the lets any more: that was said.
  private func namesLostLet(_ expression: ExpressionSyntax) -> Bool {
    expression.namesInIt.contains { context.names.values[$0]?.keyword == "let" && context.lets[$0] == nil }
  }

  private mutating func checkRules() -> [CheckedRule] {
    var rules: [CheckedRule] = []
    for declaration in whole {
      switch declaration.kind {
      case .rule(let rule):
        guard isFirst(rule.name.parts[0], in: \.rules, name: rule.name) else { continue }
        var checker = RuleChecker(rule.name, owner: "rule `\(rule.name.text)`", in: context)
        let checked = checker.check(rule, documentation: declaration.documentation, span: rule.name.span)
        diagnostics += allowing(rule.notes, checker.allDiagnostics)
        if let checked { rules.append(checked) }
      case .kpi(let kpi):
        guard isFirst(kpi.name.parts[0], in: \.rules, name: kpi.name) else { continue }
        var checker = RuleChecker(kpi.name, owner: "KPI `\(kpi.name.text)`", in: context)
        let checked = checker.check(kpi, documentation: declaration.documentation, span: kpi.name.span)
        diagnostics += allowing(kpi.notes, checker.allDiagnostics)
        if let checked { rules.append(checked) }
      default: break
      }
    }
    return rules
  }

  private mutating func checkTests(_ rules: [CheckedRule]) -> [CheckedTest] {
    var fixtures: [FixtureSyntax] = []
    var tests: [TestSyntax] = []
    for declaration in whole {
      switch declaration.kind {
      case .fixture(let fixture): if isFirst(fixture.name, in: \.values) { fixtures.append(fixture) }
      case .test(let test): tests.append(test)
      default: break
      }
    }
    let checked = ProgramTests(fixtures: fixtures, tests: tests, rules: rules, in: context)
    diagnostics += checked.diagnostics
    return checked.tests
  }

  /// Without the warnings that a rule's `allow` silences.
  private func allowing(_ notes: [NoteSyntax], _ diagnostics: [Diagnostic]) -> [Diagnostic] {
    let codes = Set(notes.compactMap { note in if case .allow(let code, _) = note.content { code.text } else { nil } })
    return diagnostics.filter { $0.severity == .error || !codes.contains($0.code.description) }
  }

  /// This declaration has the name, not one that came too late for it.
  private func isFirst(_ name: Word, in space: KeyPath<Names, [String: Names.Declared]>, name dotted: DottedName? = nil) -> Bool {
    context.names[keyPath: space][dotted?.text ?? name.text]?.span == (dotted?.span ?? name.span)
  }
}

/// Declarations that nothing is made of yet.
extension ProgramChecker {
  fileprivate mutating func reportUnsupported() {
    for file in files {
      for declaration in file.declarations {
        switch declaration.kind {
        case .table(let table): diagnostics.append(.notSupported("`table`", at: table.name.span))
        case .hours(let hours): diagnostics.append(.notSupported("`hours`", at: hours.name.span))
        case .lifecycle(let lifecycle): diagnostics.append(.notSupported("`lifecycle`", at: lifecycle.name.span))
        case .stream, .let, .param, .fixture, .rule, .kpi, .test, .unreadable: break
        }
      }
    }
  }
}

extension StreamSyntax {
  var topic: Spanned<String>? {
    for item in items { if case .topic(let topic) = item.content { return topic } }
    return nil
  }
}
