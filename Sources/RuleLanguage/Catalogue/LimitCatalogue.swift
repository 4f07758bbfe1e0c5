import Diagnostics

/// What is said once a program has more mistakes than are told: TN0100.
extension DiagnosticCode {
  static let moreMistakes = DiagnosticCode(100)
}

extension Diagnostic {
  /// So many mistakes of a program are told at once. The rest is not looked for.
  static let most = 500

  static func moreMistakes(at first: SourceSpan, severity: Severity) -> Diagnostic {
    let what = severity == .error ? "mistakes" : "warnings"
    return Diagnostic(
      .moreMistakes, severity, "there are more than \(most) \(what): from here on they are not told", at: first,
      help: "many have one cause, a stream's schema or a name that was changed: put the first ones right, and check again")
  }
}

/// Counts mistakes as they are found, each once: a program may have thousands of warnings.
struct MistakeCount {
  private var counted = 0
  private var errors = 0

  /// There is a mistake more than are told; warnings do not count. The list only grows.
  mutating func isFull(_ diagnostics: [Diagnostic]) -> Bool {
    for diagnostic in diagnostics[min(counted, diagnostics.count)...] where diagnostic.severity == .error { errors += 1 }
    counted = diagnostics.count
    return errors > Diagnostic.most
  }
}

extension [Diagnostic] {
  /// There is a mistake more than are told; warnings do not count.
  var areTooMany: Bool {
    count > Diagnostic.most && lazy.filter { $0.severity == .error }.prefix(Diagnostic.most + 1).count > Diagnostic.most
  }

  /// In reading order, and no more than are told: errors before warnings. What is left out is said at its first place.
  func readable() -> [Diagnostic] {
    let all = inReadingOrder()
    guard all.count > Diagnostic.most else { return all }
    let told = (all.filter { $0.severity == .error } + all.filter { $0.severity == .warning })
    let (kept, rest) = (told.prefix(Diagnostic.most), told.dropFirst(Diagnostic.most))
    let severity: Diagnostic.Severity = rest.hasErrors ? .error : .warning
    let first = rest.first { $0.severity == severity }.map { Diagnostic.moreMistakes(at: $0.span, severity: severity) }
    return (kept + [first].compactMap(\.self)).inReadingOrder()
  }
}

/// What no example shows.
enum LimitCatalogue {
  static let entries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .notUTF8, .error, "a file that is not UTF-8",
      explanation: "Rule files are UTF-8. What was written in another encoding would be read as other signs, in names and topics, too.",
      bad: "", good: ""),
    DiagnosticEntry(
      .moreMistakes, .error, "more mistakes than are told",
      explanation: """
        A program's first 500 mistakes are told, and the rest is not looked for. So many have one cause, as a rule: a schema or a stream \
        that was renamed, a quote that was lost.
        """,
      bad: "", good: ""),
  ]
}
