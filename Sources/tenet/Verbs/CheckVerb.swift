internal import Diagnostics
internal import EventModel
internal import RuleEngine
internal import RuleLanguage
internal import Settings

extension Verb {
  /// Every mistake in rules and schemas.
  static let check = Verb(
    name: "check", summary: "Checks rules and schemas, and says what each rule keeps.", operands: "[PATH…]",
    options: [
      Option("schemas", "DIR", "JSON Schemas", standard: "schemas of tenet.yaml, else Schemas"),
      Option("config", "FILE", "the configuration", standard: "tenet.yaml if there is one"),
      .format("text", "json", "sarif", "github"),
    ],
    example: "tenet check Rules --schemas Schemas"
  ) { invocation in
    let settings = try Configuration.loadIfThere(invocation)
    let paths = invocation.operands.isEmpty ? [settings.rulesPath] : invocation.operands
    let result = try Rulebook.check(paths, schemas: invocation["schemas"] ?? settings.schemas)
    let report = CheckReport(
      result: result, paths: paths, isColored: isColored(invocation.color, isTerminal: invocation.console.outIsTerminal))
    switch invocation["format"] {
    case "json": invocation.console.print(report.json)
    case "sarif": invocation.console.print(report.sarif)
    case "github": invocation.console.print(report.github)
    default: invocation.console.print(report.text)
    }
    return report.errors == 0 ? .good : .input
  }
}

/// What `tenet check` prints.
struct CheckReport {
  var result: RuleProgram.Result
  var paths: [String]
  var isColored: Bool

  var errors: Int { result.diagnostics.count { $0.severity == .error } }
  private var warnings: Int { result.diagnostics.count - errors }
  private var summary: String { "\(count(errors, "error")), \(count(warnings, "warning"))" }

  /// Said where nothing is wrong, and nothing would be evaluated; else empty.
  private var emptiness: String {
    guard errors == 0, result.summaries.isEmpty else { return "" }
    return "no rule and no KPI is in \(paths.map { "`\($0)`" }.joined(separator: ", "))"
  }

  private func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }

  /// Diagnostics, a line a rule, and the counts.
  var text: String {
    var text = TextRenderer(sources: result.sources, isColored: isColored).render(result.diagnostics)
    if !text.isEmpty { text += "\n" }
    let name = (result.summaries.map(\.name.count).max() ?? 0) + 2
    for rule in result.summaries {
      text +=
        pad(rule.name, name) + pad(rule.pattern, 12) + pad("\(rule.bytesAKey) B a key, \(rule.bytesAnEvent) B an event", 28) + "  "
        + rule.bound + "\n"
    }
    if !emptiness.isEmpty { text += emptiness + "\n" }
    return text + summary + "\n"
  }

  private func pad(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(1, width - text.count)) }

  /// One object: diagnostics, rules, counts.
  var json: String {
    let diagnostics = JSONRenderer(sources: result.sources).render(result.diagnostics)
    var rules = JSONWriter()
    rules.array { array in
      for rule in result.summaries {
        array.object {
          $0.member("name", rule.name)
          $0.member("pattern", rule.pattern)
          $0.member("bytes_a_key", rule.bytesAKey)
          $0.member("bytes_an_event", rule.bytesAnEvent)
          $0.member("bound", rule.bound)
        }
      }
    }
    return "{\"diagnostics\":\(diagnostics),\"rules\":\(rules.text),\"errors\":\(errors),\"warnings\":\(warnings)}\n"
  }

  /// A SARIF log.
  var sarif: String {
    SARIFRenderer(sources: result.sources, version: Engine.version, catalogue: DiagnosticReference.entries).render(result.diagnostics)
      + "\n"
  }

  /// Annotations of GitHub's workflows.
  var github: String {
    func escaped(_ text: String) -> String { text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A") }
    func property(_ text: String) -> String { escaped(text).replacing(":", with: "%3A").replacing(",", with: "%2C") }
    var text = ""
    for diagnostic in result.diagnostics {
      var place = "file=\(property(diagnostic.span.file))"
      if let source = result.sources[diagnostic.span.file] {
        let (start, end) = (source.position(of: diagnostic.span.range.lowerBound), source.position(of: diagnostic.span.range.upperBound))
        place += ",line=\(start.line),endLine=\(end.line),col=\(start.column)"
        // GitHub takes columns of an end only on the line of the beginning.
        if end.line == start.line { place += ",endColumn=\(end.column)" }
      }
      let message = diagnostic.message + (diagnostic.help.map { "\nhelp: \($0)" } ?? "")
      text += "::\(diagnostic.severity.rawValue) \(place),title=\(diagnostic.code)::\(escaped(message))\n"
    }
    if !emptiness.isEmpty { text += "::warning title=no rules::\(escaped(emptiness))\n" }
    return text + summary + "\n"
  }
}
