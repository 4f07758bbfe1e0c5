internal import Diagnostics
internal import EventModel
internal import RuleLanguage
internal import RuleTesting

/// The rules in which a pinned test runs, again and again.
struct PinnedWorld {
  private static let file = "pinned.tenet"

  private let rule: String
  private let sources: [SourceText]
  /// The files without what the rule does not need.
  private let files: [(file: FileSyntax, diagnostics: [Diagnostic])]
  private let schemas: String

  init(rule: String, rules: String, schemas: String) throws {
    (self.rule, self.schemas) = (rule, schemas)
    sources = try RuleFiles.read([rules])
    files = sources.map { source in
      var (file, diagnostics) = FileSyntax.parse(source)
      file.declarations.removeAll { !Self.isNeeded($0, for: rule) }
      return (file, diagnostics)
    }
  }

  private static func isNeeded(_ declaration: DeclarationSyntax, for rule: String) -> Bool {
    switch declaration.kind {
    case .test, .fixture: false
    case .rule(let syntax): syntax.name.text == rule
    case .kpi(let syntax): syntax.name.text == rule
    case .lifecycle(let syntax): rule.hasPrefix(syntax.name.text + ".")
    default: true
    }
  }

  /// What the rule says in a test.
  func records(_ text: String) throws(InputFault) -> [JSONValue] {
    let pinned = FileSyntax.parse(SourceText(file: Self.file, text: text))
    let result = RuleProgram.check(parsed: files + [pinned]) { RuleFiles.schema($0, in: schemas) }
    guard let program = result.program, let test = program.tests.first else {
      throw InputFault("the test does not check:\n" + TextRenderer(sources: result.sources).render(result.diagnostics))
    }
    if !test.missing.isEmpty {
      throw InputFault("tests of `\(rule)` need what this version lacks: \(test.missing.joined(separator: ", "))")
    }
    return TestRun.records(of: rule, after: test, in: program)
  }

  /// The text in its layout, once it has passed among all the rules.
  func checked(_ text: String) throws(InputFault) -> String {
    let formatted = RuleFormatter.format(SourceText(file: Self.file, text: text)).text ?? text
    let result = RuleProgram.check(files: sources + [SourceText(file: Self.file, text: formatted)]) { RuleFiles.schema($0, in: schemas) }
    guard let program = result.program, let test = program.tests.first(where: { result.sources.place(of: $0.span).hasPrefix(Self.file) })
    else { throw InputFault("the test does not check:\n" + TextRenderer(sources: result.sources).render(result.diagnostics)) }
    let failures = TestRun.failures(of: test, in: program)
    if let first = failures.first {
      throw InputFault("the test does not pass: \(first.message)\n" + first.found.map { "  \($0)\n" }.joined() + formatted)
    }
    return formatted
  }
}
