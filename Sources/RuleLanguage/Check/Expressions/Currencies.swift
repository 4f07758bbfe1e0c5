import Diagnostics
import EventModel

// Amounts are added and compared only where they are of one currency (language.md 4).

extension ExpressionChecker {
  /// False, and reported, when both are amounts and nothing says that their currencies are one.
  mutating func haveOneCurrency(_ a: Operand, _ b: Operand, _ span: SourceSpan, _ context: Context) -> Bool {
    guard let first = a.currency, let second = b.currency, first != second else { return true }
    if context.scope.facts.equals(of: first.text).contains(second.text) { return true }
    report(.mixedCurrencies(first, second, at: span))
    return false
  }

  /// The one currency of a window function's amounts: a constant, or a part of the key. Nil, and reported, when there is none.
  mutating func windowCurrency(_ operand: Operand, function: String, _ context: Context) -> AmountCurrency? {
    guard let currency = operand.currency else { return nil }
    if case .constant = currency.source { return currency }
    let equals = context.scope.facts.equals(of: currency.text)
    for (index, part) in context.scope.keyParts.enumerated() where equals.contains("key(\(index))") {
      return AmountCurrency(CheckedExpression(.keyPart(index), type: part.type, span: operand.span), name: part.name)
    }
    // An event beside the window has one currency.
    for pattern in context.scope.patterns where !pattern.isWindowed {
      let start = "event(\(pattern.index), "
      guard let text = equals.first(where: { $0.hasPrefix(start) }) else { continue }
      let path = FieldPath(text.dropFirst(start.count).dropLast().split(separator: ".").map(String.init))
      return AmountCurrency(
        CheckedExpression(.field(pattern: pattern.index, path), type: .string, span: operand.span),
        name: "\(pattern.alias ?? "event").\(path)")
    }
    if let code = equals.lazy.compactMap(\.literalCurrency).first { return AmountCurrency(constant: code) }
    report(.windowCurrency(function, currency, key: context.scope.keyParts, at: operand.span))
    return nil
  }
}

extension String {
  /// The code, if this is the canonical text of a literal currency.
  fileprivate var literalCurrency: String? {
    guard utf8.count == 12, hasPrefix("string \""), hasSuffix("\"") else { return nil }
    return String(dropFirst(8).dropLast())
  }
}
