import Diagnostics
import Foundation
import RuleLanguage

/// What it takes to check a program of a thousand rules, each with a test (`RULES` says how many). `WRITE=DIR` writes its files there, for
/// `tenet check` and `tenet test` to be measured cold, from the start of the process on.
enum CheckBenchmark {
  static func run() {
    let environment = ProcessInfo.processInfo.environment
    let rules = ManyRules(count: Int(environment["RULES"] ?? "") ?? 1_000)
    let schema = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Workload/order-event.schema.json")
    let bytes = (try? Data(contentsOf: schema)).map { Array($0) } ?? []
    if let folder = environment["WRITE"].map({ URL(filePath: $0) }) { write(rules, schema: bytes, to: folder) }
    let files = rules.files.map { SourceText(file: $0.name, text: $0.text) }
    var times: [Double] = []
    for _ in 0..<5 {
      let start = CPUTime.ofThread
      let result = RuleProgram.check(files: files) { _ in bytes }
      times.append((CPUTime.ofThread - start) / 1e6)
      guard !result.diagnostics.hasErrors else { fatalError(TextRenderer(sources: result.sources).render(result.diagnostics)) }
    }
    let size = files.map(\.bytes.count).reduce(0, +)
    say(
      "check: \(rules.count) rules, \(size) bytes: \(Int(times[0])) ms of CPU the first time, \(Int(times.min() ?? 0)) ms the best of five")
  }

  private static func write(_ rules: ManyRules, schema: [UInt8], to folder: URL) {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(schema).write(to: folder.appending(path: "order-event.schema.json"))
      for (name, text) in rules.files { try Data(text.utf8).write(to: folder.appending(path: name)) }
    } catch { fatalError("the files cannot be written: \(error)") }
  }
}
