internal import Diagnostics
internal import RuleLanguage
internal import Settings

/// Every code that the program prints, as a page of the documentation.
enum DiagnosticReference {
  /// Of rules, schemas and the configuration, in order of code.
  static let entries: [DiagnosticEntry] = (DiagnosticCatalogue.entries + SettingsCatalogue.entries).sorted { $0.code < $1.code }

  static func markdown() -> String {
    var lines: [String] = []
    for entry in entries {
      let severity = entry.severity == .warning ? " (a warning)" : ""
      lines += ["## \(entry.code): \(entry.title)\(severity)", "", entry.explanation, ""]
      if !entry.bad.isEmpty { lines += ["```text", shortened(entry.bad), "```", ""] }
      if !entry.bad.isEmpty, !entry.good.isEmpty { lines += ["Put right:", "", "```text", shortened(entry.good), "```", ""] }
    }
    return lines.joined(separator: "\n")
  }

  /// What the catalogue says of a code (`TN0412`, in any case), for a terminal. nil: there is no such code.
  static func text(of code: String) -> String? {
    guard let entry = entries.first(where: { $0.code.description == code.uppercased() }) else { return nil }
    func indented(_ text: String) -> String { shortened(text).split(separator: "\n").map { "    \($0)\n" }.joined() }
    var text = "\(entry.severity.rawValue)[\(entry.code)]: \(entry.title)\n\n\(entry.explanation)\n"
    if !entry.bad.isEmpty { text += "\n" + indented(entry.bad) }
    if !entry.bad.isEmpty, !entry.good.isEmpty { text += "\nPut right:\n\n" + indented(entry.good) }
    return text
  }

  /// Without the line end, and no line longer than a screen is wide.
  private static func shortened(_ text: String) -> String {
    text.split(separator: "\n").map { $0.count > 140 ? $0.prefix(140) + "…" : $0 }.joined(separator: "\n")
  }
}
