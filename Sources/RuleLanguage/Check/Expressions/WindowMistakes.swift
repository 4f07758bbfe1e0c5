import Diagnostics
import EventModel

/// Currencies that are mixed, and window functions where they cannot be.
extension Diagnostic {
  static func mixedCurrencies(_ a: AmountCurrency, _ b: AmountCurrency, at span: SourceSpan) -> Diagnostic {
    let fields = [a, b].filter { if case .expression = $0.source { true } else { false } }
    let help =
      fields.isEmpty
      ? nil : "ask for one currency before: `\(a.name) == \(b.name) && …`, in a `where`, or make the currency a part of the key"
    return Diagnostic(
      .mixedCurrencies, .error, "these amounts may be of different currencies: one is in `\(a.name)`, the other in `\(b.name)`", at: span,
      help: help)
  }

  static func windowCurrency(_ function: String, _ currency: AmountCurrency, key: [KeyPart], at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .windowCurrency, .error, "`\(function)` goes over amounts of several currencies", at: span,
      help: "make `\(currency.name)` a part of the key: `by \((key.map(\.name) + [currency.name.lastStep]).joined(separator: ", "))`")
  }

  static func windowNotHere(_ name: Word) -> Diagnostic {
    Diagnostic(
      .windowNotHere, .error, "`\(name.text)` looks at the events of a window, and there is none here", at: name.span,
      help: "it stands in `when`, `measure` and the notes of what has `over`; of a list it is `list.\(name.text)()`")
  }

  static func windowNested(_ name: Word) -> Diagnostic {
    Diagnostic(.windowNested, .error, "`\(name.text)` stands inside another window function", at: name.span)
  }

  static func windowAlias(_ name: Word, isOfSeveral: Bool, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .windowAlias, .error, isOfSeveral ? "this names events of several patterns" : "this names no event of the window", at: span,
      help: "what stands in `\(name.text)(…)` names exactly one alias")
  }

  static func windowType(_ name: Word, _ operand: Operand) -> Diagnostic {
    Diagnostic(.windowArgument, .error, "`\(name.text)` does not take \(operand.type.described)", at: operand.span)
  }

  static func badWindowFunction(_ name: Word, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.windowArgument, .error, "`\(name.text)` takes one expression over the events of a window", at: span)
  }

  static func countArgument(_ span: SourceSpan, aliases: [String]) -> Diagnostic {
    Diagnostic(
      .windowArgument, .error, "`count` takes an alias, or nothing", at: span,
      help: aliases.isEmpty ? "`count()` counts all events of the window" : "as in `count(\(aliases[0]))`")
  }

  static func distinctUnbounded(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .distinctUnbounded, .error, "here `distinct` stands only against a number of at most 10,000", at: span,
      help: "as in `distinct(…) >= 3`: that many values are kept for each key")
  }

  static func windowedEventOutside(_ word: Word) -> Diagnostic {
    Diagnostic(
      .windowedEventOutside, .error, "`\(word.text)` is every event of the window, so its fields stand only in window functions",
      at: word.span,
      help: "`last(\(word.text).…)` is the last one's; parts of the key are named alone")
  }
}

extension String {
  fileprivate var lastStep: String { split(separator: ".").last.map(String.init) ?? self }
}
