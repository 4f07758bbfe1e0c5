import Diagnostics
import EventModel

// Conditions that are always true, or never, in rules.

extension ExpressionChecker {
  /// Warns of a condition, or a side of one, that is decided before events come, or by what stands before it.
  ///
  /// - Parameter isAlternative: it is a side of `||`: then the whole is true where it is, and without it would be another condition.
  mutating func warnIfDecided(_ operand: Operand, _ context: Context, isAlternative: Bool = false) {
    guard dialect == .rules, operand.type == .bool, let (truth, reason) = decision(operand, context) else { return }
    let whole = isAlternative && truth ? "so is the whole `||`" : nil
    let why = [reason, whole].compactMap { $0 }.joined(separator: "; ")
    report(truth ? .alwaysTrue(at: operand.span, why.isEmpty ? nil : why, isNeedless: whole == nil) : .neverTrue(at: operand.span, reason))
  }

  /// Warns of `&&` or `||` that `false` or `true` decides as it is written.
  mutating func warnIfOneSideDecides(_ sides: [Operand], isAnd: Bool, at span: SourceSpan) {
    guard dialect == .rules else { return }
    let isDecided = sides.contains { side in
      guard case .literal(.bool(let truth)) = side.expression.kind, case .literal = side.syntax.withoutParentheses.kind else {
        return false
      }
      return truth != isAnd
    }
    // Said of the innermost: what stands around it is as it was written.
    guard isDecided, !sides.contains(where: { isSaidToBeDecided(within: $0.span) }) else { return }
    report(isAnd ? .neverTrue(at: span, "one side is `false`") : .alwaysTrue(at: span, "one side is `true`"))
  }

  private func isSaidToBeDecided(within span: SourceSpan) -> Bool {
    diagnostics.contains {
      [.alwaysTrue, .neverTrue].contains($0.code) && $0.span.file == span.file && span.range.contains($0.span.range.lowerBound)
    }
  }

  /// What comparisons of a thing with itself are.
  private static let ofEqualSides = ["_==_": true, "_<=_": true, "_>=_": true, "_!=_": false, "_<_": false, "_>_": false]

  private func decision(_ operand: Operand, _ context: Context) -> (Bool, String?)? {
    switch operand.expression.kind {
    case .and, .or, .not, .conditional: return nil  // Their parts are looked at.
    case .literal(.bool(let truth)):
      // Who writes `true` means it, and so does who switches with a let.
      switch operand.syntax.withoutParentheses.kind {
      case .literal, .unary: return nil
      default: return operand.syntax.namesInIt.contains { context.scope.lets[$0] != nil } ? nil : (truth, nil)
      }
    case .call(let function, let sides) where sides.count == 2:
      if let truth = Self.ofEqualSides[function.name], sides[0].type != .double, !sides.contains(where: \.isLiteral),
        sides[0].canonicalText == sides[1].canonicalText
      {
        return (truth, "both sides are the same")
      }
      if let truth = operand.schemaTruth { return (truth, "its schema lists no other value") }
      guard let (subject, comparison) = Comparison.read(operand.expression) else { return nil }
      if let truth = operand.schemaRange?.decide(comparison) { return (truth, "its bounds say so") }
      var range = operand.schemaRange ?? KnownRange()
      for known in context.scope.facts.comparisons(of: subject.canonicalText) { range.narrow(known) }
      return range.decide(comparison).map { ($0, "what stands before it says so") }
    default: return nil
    }
  }
}

extension CheckedExpression {
  fileprivate var isLiteral: Bool { if case .literal = kind { true } else { false } }
}

extension Diagnostic {
  fileprivate static func alwaysTrue(at span: SourceSpan, _ reason: String?, isNeedless: Bool = true) -> Diagnostic {
    Diagnostic(
      .alwaysTrue, .warning, "this is always true" + (reason.map { ": \($0)" } ?? ""), at: span, help: isNeedless ? "leave it out" : nil)
  }

  fileprivate static func neverTrue(at span: SourceSpan, _ reason: String?) -> Diagnostic {
    Diagnostic(.neverTrue, .warning, "this is never true" + (reason.map { ": \($0)" } ?? ""), at: span)
  }
}
