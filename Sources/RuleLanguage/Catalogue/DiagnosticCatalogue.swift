package import Diagnostics
internal import EventModel

/// Every diagnostic that checking a program can give, in order of code.
package enum DiagnosticCatalogue {
  /// Mistakes of rule files: their examples are such files.
  package static let rules: [DiagnosticEntry] =
    (TextCatalogue.entries + GrammarCatalogue.entries + ExpressionCatalogue.entries + StreamCatalogue.entries + NameCatalogue.entries
    + PatternCatalogue.entries + NoteCatalogue.entries + FormCatalogue.entries + LifecycleCatalogue.entries + CorrectionCatalogue.entries
    + TestCatalogue.entries + WarningCatalogue.entries + SupportCatalogue.entries)
    .sorted { $0.code < $1.code }

  /// With those of schemas, whose examples are schemas, and of what no example shows.
  package static let entries: [DiagnosticEntry] = (rules + SchemaCatalogue.entries + LimitCatalogue.entries).sorted { $0.code < $1.code }
}
