import Diagnostics
import EventModel

extension Duration {
  /// As people say it: `15 minutes`, `1 hour 30 minutes`, `2 days`.
  var spoken: String {
    var rest = microseconds
    guard rest > 0 else { return "0 seconds" }
    var parts: [String] = []
    for (unit, size) in [("day", 86_400_000_000), ("hour", 3_600_000_000), ("minute", 60_000_000), ("second", 1_000_000)]
      as [(String, Int64)]
    where rest >= size {
      let count = rest / size
      parts.append("\(count) \(unit)\(count == 1 ? "" : "s")")
      rest %= size
    }
    if rest > 0 { parts.append("\(Duration.microseconds(rest).ruleText)") }
    return parts.joined(separator: " ")
  }
}

/// What is said of a rule, in the words and names of its own text.
struct RuleWords {
  let rule: CheckedRule
  let program: CheckedProgram
  let sources: SourceTexts

  /// An expression as it is written, on one line.
  func text(_ expression: CheckedExpression) -> String {
    let written = sources[expression.span.file]?.text(expression.span.range) ?? ""
    return written.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  func spoken(_ length: SpanLength) -> String {
    switch length {
    case .fixed(let duration): duration.spoken
    case .param(let index):
      "`\(program.params[index].name)` (\(Self.duration(program.params[index]).spoken) unless a region says otherwise)"
    }
  }

  private static func duration(_ param: CheckedParam) -> Duration {
    if case .duration(let duration) = param.defaultValue { return duration }
    return .zero
  }

  /// `orders.placed` or `orders.amended`, where `o.total > 0`.
  func pattern(_ index: Int) -> String {
    let pattern = rule.patterns[index]
    let shown = Self.either(
      program.names(of: pattern).map { name, kinds in kinds.count > 1 ? "event of `\(name)`" : "`\(name)`" })
    return shown + (pattern.where.map { " where `\(text($0))`" } ?? "")
  }

  /// "an `orders.placed` where …"
  func one(_ index: Int) -> String { Self.article(pattern(index)) }

  private static func article(_ phrase: String) -> String {
    let first = phrase.first { $0 != "`" }
    return (first.map { "aeio".contains($0) } == true ? "an " : "a ") + phrase
  }

  static func either(_ parts: [String], _ word: String = "or") -> String {
    parts.count < 2 ? parts.first ?? "" : parts.dropLast().joined(separator: ", ") + " \(word) " + (parts.last ?? "")
  }

  func hours(_ index: Int) -> String {
    let hours = program.hours[index]
    return "of the open time of `\(hours.name)` (\(hours.zone))"
  }
}
