package import Diagnostics
import EventModel

/// A rule, lifecycle or KPI in words and as a plan: what it demands, reads, keeps, when it decides, and what it says.
///
///     for line in RuleExplanation(of: "payments.capture_timeout", in: program, sources: texts)?.demands ?? [] { print(line) }
package struct RuleExplanation: Sendable {
  /// A pattern, and what is read of its events.
  package struct Input: Sendable {
    /// `orders.placed`, or the stream alone for all its kinds.
    package var kind: String
    /// nil: they are the violations of a rule.
    package var topic: String?
    /// The word before it: "on", "expect", "unless", …
    package var role: String
    package var fields: [String]
  }

  /// One thing that a violation or value says: "severity", "message", …, and its text.
  package struct Saying: Sendable {
    package var name: String
    package var text: String
  }

  package struct Param: Sendable {
    package var name: String
    package var value: String
    package var regional: [(region: String, value: String)]
  }

  package var name: String
  package var documentation: String?
  package var span: SourceSpan
  /// In sentences, with Markdown's backticks around what is quoted.
  package var demands: [String]
  package var timing: [String]
  package var inputs: [Input]
  /// What is kept for a key, about how many bytes, and what bounds it.
  package var state: RuleSummary
  /// The parts of the key, each with its expressions where they are no fields of that name.
  package var key: [String]
  package var sayings: [Saying]
  package var params: [Param]
  /// Of tests that expect something of it.
  package var tests: [String]
  /// What this version lacks to evaluate it.
  package var missing: [String]

  /// nil: there is no such rule.
  package init?(of name: String, in program: CheckedProgram, sources: SourceTexts) {
    let unevaluated = program.unevaluated.first { $0.rule.name == name }
    guard let rule = unevaluated?.rule ?? program.rules.first(where: { $0.name == name }) else { return nil }
    let words = RuleWords(rule: rule, program: program, sources: sources)
    (self.name, documentation, span) = (name, rule.documentation, rule.span)
    (demands, timing, inputs, key) = (words.demands, words.timing, words.inputs, words.key)
    (sayings, params) = (words.sayings, words.params)
    state = RuleSummary(rule, in: program)
    missing = unevaluated?.needs ?? []
    // What a lifecycle says is named below its own name.
    let isLifecycle = if case .lifecycle = rule.form { true } else { false }
    var titles: [String] = []
    for test in program.tests where titles.last != test.title {
      if test.namedRules.contains(where: { $0 == name || isLifecycle && $0.hasPrefix(name + ".") }) { titles.append(test.title) }
    }
    tests = titles
  }

  /// Of all that can be explained, in order.
  package static func names(in program: CheckedProgram) -> [String] {
    (program.rules + program.unevaluated.map(\.rule)).map(\.name).sorted()
  }
}

extension RuleWords {
  fileprivate var inputs: [RuleExplanation.Input] {
    rule.patterns.flatMap { pattern in
      program.names(of: pattern).map { name, kinds in
        let topic = program.stream(of: kinds[0]).topic
        return RuleExplanation.Input(
          kind: name, topic: topic.isEmpty ? nil : topic, role: pattern.role == .opening ? "from" : "\(pattern.role)",
          fields: pattern.fields.map(\.description))
      }
    }
  }

  fileprivate var key: [String] {
    rule.key.map { part in
      var written: [String] = []
      for expression in part.expressions where !written.contains(text(expression)) { written.append(text(expression)) }
      return written == [part.name] ? part.name : "\(part.name) = \(written.joined(separator: " | "))"
    }
  }

  fileprivate var sayings: [RuleExplanation.Saying] {
    let notes = rule.notes
    var all: [RuleExplanation.Saying] = []
    func say(_ name: String, _ text: String?) { if let text { all.append(.init(name: name, text: text)) } }
    var saysValuesOnly = false
    if case .kpi(let measure) = rule.form {
      say("value", text(measure.expression))
      saysValuesOnly = measure.target == nil
    }
    if !saysValuesOnly {
      let levels = notes.severities.enumerated().map { index, severity in
        severity.when.map { "\(severity.level) when `\(text($0))`" } ?? (index == 0 ? "\(severity.level)" : "else \(severity.level)")
      }
      say("severity", levels.joined(separator: ", "))
      say("message", message)
      say("exposure", notes.exposure.map { text($0) })
      say("expected", notes.expected.map { text($0) })
      say("actual", notes.actual.map { text($0) })
      for detail in notes.details { say(detail.name, text(detail.value)) }
    }
    say("owner", notes.owner)
    say("runbook", notes.runbook)
    say("tags", notes.tags.isEmpty ? nil : notes.tags.joined(separator: ", "))
    say("suppress", notes.suppress.map { "at most one violation of a key in \(spoken($0))" })
    say("mode", notes.mode == .active ? nil : notes.mode.rawValue)
    say("scope", notes.scope == .region ? nil : notes.scope.rawValue)
    say("effective", notes.effective.map { "\($0.from) to \($0.to) in \($0.zone)" })
    for correction in notes.corrections {
      let fields = correction.fields.map { "\($0.path): \(text($0.value))" }.joined(separator: ", ")
      say("corrects", "`\(program.label(of: correction.kind))` { \(fields) }" + (correction.when.map { " when `\(text($0))`" } ?? ""))
    }
    return all
  }

  private var message: String {
    rule.notes.message.map { part in
      switch part {
      case .text(let text): text
      case .expression(let expression): "{\(text(expression))}"
      }
    }.joined()
  }

  /// Those that the rule reads.
  fileprivate var params: [RuleExplanation.Param] {
    var used: Set<Int> = []
    for expression in expressions { expression.visitAll { if case .param(let index) = $0.kind { used.insert(index) } } }
    for length in lengths { if case .param(let index) = length { used.insert(index) } }
    return used.sorted().map { index in
      let param = program.params[index]
      return .init(
        name: param.name, value: param.defaultValue.celText,
        regional: param.regional.sorted { $0.key < $1.key }.map { ($0.key, $0.value.celText) })
    }
  }

  /// How far its steps look.
  private var reaches: [Reach] {
    switch rule.form {
    case .condition, .limit, .kpi: []
    case .obligation(let obligation): [obligation.reach]
    case .prohibition(let prohibition): prohibition.steps.map(\.reach)
    case .join(let joins): joins.map(\.reach)
    case .lifecycle(let lifecycle): lifecycle.states.compactMap(\.longestStay)
    }
  }

  private var lengths: [SpanLength] {
    var all = [rule.notes.remember] + (rule.notes.suppress.map { [$0] } ?? []) + reaches.map(\.within)
    switch rule.form {
    case .limit(.sliding(let size)), .limit(.all(_, _, let size)): all.append(size)
    case .lifecycle(let lifecycle): all.append(lifecycle.retain)
    default: break
    }
    return all
  }

  /// All that the rule is made of.
  var expressions: [CheckedExpression] {
    var all = rule.patterns.compactMap(\.where) + (rule.when.map { [$0] } ?? []) + rule.notes.expressions
    all += rule.aggregates.compactMap(\.argument) + rule.key.flatMap(\.expressions) + reaches.compactMap(\.due)
    all += rule.notes.corrections.flatMap { $0.fields.map(\.value) + ($0.when.map { [$0] } ?? []) }
    if case .kpi(let measure) = rule.form { all += [measure.expression] + (measure.target.map { [$0.bound] } ?? []) }
    return all
  }
}
