package import Diagnostics

/// Every diagnostic that checking a program can give, in order of code.
package enum DiagnosticCatalogue {
  package static let entries: [DiagnosticEntry] =
    (TextCatalogue.entries + GrammarCatalogue.entries + ExpressionCatalogue.entries + SchemaCatalogue.entries + StreamCatalogue.entries
    + NameCatalogue.entries + PatternCatalogue.entries
    + NoteCatalogue.entries + WarningCatalogue.entries + SupportCatalogue.entries)
    .sorted { $0.code < $1.code }
}
