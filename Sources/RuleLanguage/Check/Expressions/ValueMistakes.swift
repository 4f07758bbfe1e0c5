import Diagnostics
import EventModel

/// Values that may be absent, that cannot be, that are not known.
extension Diagnostic {
  static func unguarded(_ name: String, at span: SourceSpan, isInWindowFunction: Bool) -> Diagnostic {
    if isInWindowFunction {
      return Diagnostic(
        .unguardedInWindow, .error, "`\(name)` may be absent, and then the window has no value", at: span,
        help: "leave events without it out: `where has(\(name))`")
    }
    let optional = name.lastStepAsOptional
    return Diagnostic(
      .unguarded, .warning, "`\(name)` may be absent, and then this is undetermined", at: span,
      help: "ask first: `has(\(name)) && …`, or `where has(\(name))` in the pattern; or say what holds without it: `\(optional).orValue(…)`"
    )
  }

  static func comparedToNull(_ operand: Operand, isEqual: Bool, at span: SourceSpan) -> Diagnostic {
    let name = operand.syntax.text
    return Diagnostic(
      .comparedToNull, .error, "nothing is equal to `null`: a field that is null counts as absent", at: span,
      help: operand.syntax.dottedName?.path.contains(".") == true
        ? "write `\(isEqual ? "!" : "")has(\(name))`" : "`has(e.field)` asks whether a field is there")
  }

  static func impossibleValue(_ text: String, of field: Operand, allowed: [String], at span: SourceSpan) -> Diagnostic {
    let nearest = nearestName(to: text, among: allowed)
    // The span may be that of a list which holds the text.
    let isAlone = span.range.count == text.utf8.count + 2
    let known = allowed.count <= 12 ? "it is one of " + allowed.map { "`\"\($0)\"`" }.joined(separator: ", ") : nil
    return Diagnostic(
      .impossibleValue, .error, "`\(field.syntax.text)` is never `\"\(text)\"`: its schema does not list that value", at: span,
      help: nearest.map { "did you mean `\"\($0)\"`?" } ?? known,
      edit: isAlone ? nearest.map { Edit(replace: span, with: "\"\($0)\"") } : nil)
  }

  static func alwaysFails(_ error: EvaluationError, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.alwaysFails, .error, "this always ends in an error: \(error.message)", at: span)
  }

  static func unknownTimeZone(_ name: String, at span: SourceSpan) -> Diagnostic {
    let nearest = nearestName(to: name, among: CivilTimeZone.names)
    return Diagnostic(
      .alwaysFails, .error, "this always ends in an error: there is no time zone `\(name)`", at: span,
      help: nearest.map { "did you mean `\($0)`?" } ?? "zones are named as in `Europe/Dublin` or `+01:00`")
  }

  static func notConstant(_ param: Word) -> Diagnostic {
    Diagnostic(
      .notConstant, .error, "`\(param.text)` is a param, which a region or a test may set: here stands what is known without",
      at: param.span,
      help: "write the value, or give it a name with `let`, for both to use")
  }

  static func badMacro(_ name: String, _ use: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.badMacro, .error, "`\(name)` \(use)", at: span)
  }
}

extension String {
  /// `o.discount` as `o.?discount`.
  fileprivate var lastStepAsOptional: String {
    guard let dot = lastIndex(of: ".") else { return self }
    return self[...dot] + "?" + self[index(after: dot)...]
  }
}
