import Diagnostics
import Foundation
import RuleLanguage

/// How long files of a megabyte take that are made to take long: to be checked, with all that is said of them printed, and to be laid out.
/// Any such file is checked or refused in two seconds. `WRITE=DIR` writes them there, for `tenet check`.
enum HostileBenchmark {
  static func run() {
    let golden = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Tests/Golden/Language")
    guard let examples = try? String(contentsOf: golden.appending(path: "examples.tenet"), encoding: .utf8) else {
      fatalError("the language's examples are not in Tests/Golden/Language")
    }
    let streams =
      examples.split(separator: "\n").filter { $0.hasPrefix("stream ") || $0.hasPrefix("table ") }.joined(separator: "\n") + "\n"
    var slowest = (name: "", seconds: 0.0)
    for (name, text) in HostileFiles.all {
      let file = SourceText(file: "hostile.tenet", text: streams + text())
      if let folder = ProcessInfo.processInfo.environment["WRITE"] { write(file, as: name, to: URL(filePath: folder)) }
      let start = CPUTime.ofThread
      let result = RuleProgram.check(files: [file]) { name in
        (try? Data(contentsOf: golden.appending(path: "Schemas/\(name)"))).map { Array($0) }
      }
      let said = TextRenderer(sources: result.sources).render(result.diagnostics)
      let checked = (CPUTime.ofThread - start) / 1e9
      let formatted = RuleFormatter.format(file)
      let laidOut = (CPUTime.ofThread - start) / 1e9 - checked
      let errors = result.diagnostics.count { $0.severity == .error }
      say(
        "hostile: \(name): \(milliseconds(checked)) to check, \(errors) errors in \(said.utf8.count) bytes; "
          + "\(milliseconds(laidOut)) to lay out\(formatted.text == nil ? ", refused" : "")")
      if max(checked, laidOut) > slowest.seconds { slowest = (name, max(checked, laidOut)) }
    }
    say("hostile: the slowest is \(slowest.name), \(milliseconds(slowest.seconds)) of CPU")
  }

  private static func milliseconds(_ seconds: Double) -> String { "\(Int(seconds * 1000)) ms" }

  private static func write(_ file: SourceText, as name: String, to folder: URL) {
    let path = folder.appending(path: name.replacing(" ", with: "-") + ".tenet")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(file.bytes).write(to: path)
    } catch { fatalError("`\(path.path)` cannot be written: \(error)") }
  }
}
