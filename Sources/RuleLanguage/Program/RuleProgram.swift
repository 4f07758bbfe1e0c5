package import Diagnostics

/// From the texts of a project to a program that the engine can run.
///
/// ```swift
/// let checked = RuleProgram.check(files: texts) { name in bytes(ofSchema: name) }
/// if let program = checked.program { … }
/// print(TextRenderer(sources: checked.sources).render(checked.diagnostics))
/// ```
package enum RuleProgram {
  package struct Result: Sendable {
    /// nil: there are errors.
    package var program: CheckedProgram?
    /// The program as far as it is right, for who helps to put it right; nil: there are too many mistakes to look.
    package var rightPart: CheckedProgram?
    /// Errors and warnings, in the order of files and places.
    package var diagnostics: [Diagnostic]
    /// The texts that the diagnostics point into, schemas among them.
    package var sources: SourceTexts
    /// One for each rule that is right, in order of name.
    package var summaries: [RuleSummary]
  }

  /// Checks all `*.tenet` files of a project as one program.
  ///
  /// - Parameters:
  ///   - files: in any order; the result does not depend on it.
  ///   - load: the bytes of a schema file by the name that a stream or `$ref` gives; nil if there is none.
  package static func check(files: [SourceText], schemas load: (String) -> [UInt8]?) -> Result {
    check(parsed: files.map { FileSyntax.parse($0) }, schemas: load)
  }

  /// The same of files that are parsed.
  package static func check(
    parsed files: [(file: FileSyntax, diagnostics: [Diagnostic])], schemas load: (String) -> [UInt8]?
  ) -> Result {
    let files = files.sorted { $0.file.source.file.utf8.lexicographicallyPrecedes($1.file.source.file.utf8) }
    var sources = SourceTexts(files.map(\.file.source))
    var diagnostics = files.flatMap(\.diagnostics)
    guard diagnostics.count <= Diagnostic.most else {
      return Result(program: nil, rightPart: nil, diagnostics: diagnostics.readable(), sources: sources, summaries: [])
    }
    var checker = ProgramChecker(files.map(\.file))
    let program = checker.check { name in
      let bytes = load(name)
      if let bytes { sources.add(SourceText(file: name, bytes: bytes)) }
      return bytes
    }
    diagnostics += checker.diagnostics
    let isRight = !diagnostics.hasErrors
    // What is not evaluated matters when all the rest is right.
    if !isRight { diagnostics.removeAll { $0.code == .notEvaluated || $0.code == .testSkipped } }
    return Result(
      program: isRight ? program : nil, rightPart: program, diagnostics: diagnostics.readable(), sources: sources,
      summaries: (program.rules + program.unevaluated.map(\.rule)).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }.map {
        RuleSummary($0, in: program)
      })
  }
}
