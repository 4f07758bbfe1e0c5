import Diagnostics
import EventModel
import RuleLanguage

/// What can be done about diagnostics.
enum CodeActions {
  struct Action {
    var title: String
    var edits: [Diagnostic.Edit]
    var diagnostic: Diagnostic
    var isPreferred: Bool
  }

  /// For the diagnostics of a file that touch a range.
  static func actions(_ diagnostics: [Diagnostic], touching range: Range<Int>, of file: FileSyntax) -> [Action] {
    var actions: [Action] = []
    for diagnostic in diagnostics where diagnostic.span.file == file.source.file {
      let span = diagnostic.span.range
      guard span.lowerBound <= range.upperBound, range.lowerBound <= span.upperBound else { continue }
      if let edit = diagnostic.edit {
        let old = edit.span.file == file.source.file ? file.source.text(edit.span.range) : ""
        let title =
          old.isEmpty
          ? "insert `\(edit.replacement)`"
          : edit.replacement.isEmpty ? "remove `\(old)`" : "replace `\(old)` with `\(edit.replacement)`"
        actions.append(Action(title: title, edits: [edit], diagnostic: diagnostic, isPreferred: true))
      }
      if diagnostic.severity == .warning, let edit = allow(diagnostic, in: file) {
        actions.append(
          Action(title: "allow \(diagnostic.code) in this rule", edits: [edit], diagnostic: diagnostic, isPreferred: false))
      }
    }
    return actions
  }

  /// The titles of the tests that a range touches.
  static func tests(touching range: Range<Int>, of file: FileSyntax) -> [String] {
    file.declarations.compactMap { declaration in
      guard case .test(let test) = declaration.kind else { return nil }
      let span = declaration.span.range
      return span.lowerBound <= range.upperBound && range.lowerBound <= span.upperBound ? test.title.value : nil
    }
  }

  /// `allow TN0412 "why"` before the rule's closing brace.
  private static func allow(_ diagnostic: Diagnostic, in file: FileSyntax) -> Diagnostic.Edit? {
    let around = file.declarations.first { declaration in
      switch declaration.kind {
      case .rule, .kpi, .lifecycle: declaration.span.range.contains(diagnostic.span.range.lowerBound)
      default: false
      }
    }
    guard let around, file.source.text(around.span.range).hasSuffix("}") else { return nil }
    let brace = around.span.range.upperBound - 1
    let bytes = file.source.bytes
    let line = bytes[..<brace].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let note = "allow \(diagnostic.code) \"why\""
    let isAlone = bytes[line..<brace].allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    let indent = String(decoding: bytes[line..<brace], as: UTF8.self)
    return isAlone && line > around.span.range.lowerBound
      ? Diagnostic.Edit(replace: SourceSpan(file: file.source.file, range: line..<line), with: "\(indent)  \(note)\n")
      : Diagnostic.Edit(replace: SourceSpan(file: file.source.file, range: brace..<brace), with: " \(note) ")
  }
}
