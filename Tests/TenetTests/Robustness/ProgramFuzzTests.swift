import Diagnostics
import EventModel
import Foundation
import RuleLanguage
import TestKit
import Testing

@testable import tenet

/// Spoiled programs on the way that `tenet check` and `tenet test` take them.
@Suite("Spoiled programs")
struct ProgramFuzzTests {
  /// `TENET_SEEDS` tries more of them, `TENET_FIRST_SEED` begins elsewhere.
  static let seeds: Range<Int> = {
    func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }
    let first = number("TENET_FIRST_SEED") ?? 0
    return first..<(first + (number("TENET_SEEDS") ?? 20))
  }()

  /// Where each round writes the program that it tries: what ends the process is found there.
  static let folder = FileManager.default.temporaryDirectory.appending(path: "tenet-spoiled-programs")

  @Test("they are checked or refused, told in every format, and run if they are right", arguments: seeds)
  func programs(seed: Int) throws {
    var mutator = ProgramMutator(seed: UInt64(seed), corpus: .all)
    let trace = Self.folder.appending(path: "\(seed).tenet")
    try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: trace) }
    for number in 0..<20 {
      let (world, bytes) = mutator.next()
      try Data(bytes).write(to: trace)
      let flaws = SpoiledProgram(bytes, in: world).flaws
      #expect(
        flaws.isEmpty, "seed \(seed), program \(number): \(flaws.joined(separator: "; ")):\n\(String(decoding: bytes, as: UTF8.self))")
    }
  }
}

/// A program, one file of which was spoiled, and what the checker makes of it.
struct SpoiledProgram {
  private let text: SourceText
  private let files: [SourceText]
  private let world: ProgramCorpus.World
  private let result: RuleProgram.Result

  init(_ bytes: [UInt8], in world: ProgramCorpus.World) {
    text = SourceText(file: "spoiled.tenet", bytes: bytes)
    (self.world, files) = (world, world.base + [text])
    result = RuleProgram.check(files: files) { world.schemas[$0] }
  }

  /// What does not hold of it that always must; nothing of a program that is checked as it should be.
  var flaws: [String] {
    var flaws: [String] = []
    if (result.program == nil) != result.diagnostics.hasErrors { flaws.append("errors without a program, or neither") }
    let again = RuleProgram.check(files: files.reversed()) { world.schemas[$0] }
    if again.diagnostics != result.diagnostics { flaws.append("another order of files gives other diagnostics") }
    if result.diagnostics.count > 20 + text.bytes.count / 4 { flaws.append("\(result.diagnostics.count) diagnostics") }
    flaws += result.diagnostics.flatMap(flawsOf)
    flaws += flawsOfReports()
    run()
    return flaws
  }

  private func flawsOf(_ diagnostic: Diagnostic) -> [String] {
    var flaws: [String] = []
    let spans = [diagnostic.span] + diagnostic.notes.compactMap(\.span) + (diagnostic.edit.map { [$0.span] } ?? [])
    if let span = spans.first(where: { !isPlace($0) }) { flaws.append("no place: \(span): \(diagnostic.message)") }
    for line in [diagnostic.message, diagnostic.help ?? "-"] + diagnostic.notes.map(\.message)
    where line.isEmpty || line.contains(where: \.isNewline) || line.utf8.count > 1_000 {
      flaws.append("no line: \(line)")
    }
    if let edit = diagnostic.edit, edit.span.file == text.file {
      let edited = text.bytes[..<edit.span.range.lowerBound] + Array(edit.replacement.utf8) + text.bytes[edit.span.range.upperBound...]
      let after = FileSyntax.parse(SourceText(file: text.file, bytes: Array(edited))).diagnostics
      let isThere = after.contains { $0.span == diagnostic.span && $0.message == diagnostic.message }
      if isThere { flaws.append("not put right by its own help: \(diagnostic.message)") }
    }
    return flaws
  }

  /// It lies in its file, between characters.
  private func isPlace(_ span: SourceSpan) -> Bool {
    guard let source = result.sources[span.file], span.range.upperBound <= source.bytes.count else { return false }
    if String(validating: source.bytes, as: UTF8.self) == nil { return true }
    return [span.range.lowerBound, span.range.upperBound].allSatisfy { $0 == source.bytes.count || source.bytes[$0] & 0xC0 != 0x80 }
  }

  private func flawsOfReports() -> [String] {
    let report = CheckReport(result: result, paths: ["."], isColored: true)
    var flaws: [String] = []
    for (name, text) in [("json", report.json), ("sarif", report.sarif)] where (try? JSONValue.parse(Array(text.utf8))) == nil {
      flaws.append("no JSON: \(name)")
    }
    let annotations = report.github.split(separator: "\n").dropLast()
    if annotations.count < result.diagnostics.count || !annotations.allSatisfy({ $0.hasPrefix("::") }) { flaws.append("no annotations") }
    if report.text.isEmpty { flaws.append("no text") }
    return flaws
  }

  /// Starts the engine, and gives it the program's own tests and events of all kinds.
  private func run() {
    guard result.program != nil else { return }
    let whole = RuleProgram.check(files: files + [world.samples]) { world.schemas[$0] }
    guard let program = whole.program else { return }
    _ = TestReport(program.tests.filter { $0.lines.count < 1_000 }, in: program, sources: whole.sources).text
  }
}
