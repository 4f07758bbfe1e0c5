import Diagnostics
import EventModel
import Foundation
import RuleEngine
import RuleLanguage
import TestKit
import Testing

/// Scenarios: rules, events in virtual time, and every record that comes out, whole.
@Suite("Golden files of the engine")
struct EngineGoldenTests {
  @Test(
    "a scenario gives exactly the records that its golden file shows, and so it does with a restart after each line",
    arguments: GoldenFile.names(in: "Engine", endingWith: ".txt"))
  func scenarios(path: String) throws {
    for golden in try GoldenFile(path).compare({ try EngineScenario($0).run() }) {
      #expect(golden.expected == golden.result, "\(golden.title)")
    }
  }
}

/// A case of a golden file: rules on the streams of `Golden/Engine/streams.tenet`, a line that begins with `events`, then a script
/// (`EventScript`). `events in 2 partitions` gives each topic more than one, `events from offset 7` a past that was not read.
struct EngineScenario {
  let program: CheckedProgram
  let script: EventScript
  let partitions: Int
  let firstOffset: Int64

  init(_ text: String) throws {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let heading = try #require(lines.firstIndex { $0.hasPrefix("events") }, "a scenario has events")
    let words = lines[heading].split(separator: " ")
    func number(_ word: String, _ distance: Int) -> Int? {
      words.firstIndex { $0 == word }.flatMap { words.indices.contains($0 + distance) ? Int(words[$0 + distance]) : nil }
    }
    partitions = number("partitions", -1) ?? 1
    firstOffset = Int64(number("offset", 1) ?? 0)
    script = EventScript(lines[(heading + 1)...].joined(separator: "\n"))

    let folder = GoldenFile.folder.appending(path: "Engine")
    let streams = try String(contentsOf: folder.appending(path: "streams.tenet"), encoding: .utf8)
    let rules = lines[..<heading].joined(separator: "\n")
    let result = RuleProgram.check(
      files: [SourceText(file: "rules.tenet", text: rules), SourceText(file: "streams.tenet", text: streams)]
    ) { name in (try? Data(contentsOf: folder.appending(path: name))).map { Array($0) } }
    guard let program = result.program, result.diagnostics.isEmpty else {
      throw Mistakes(description: TextRenderer(sources: result.sources).render(result.diagnostics))
    }
    self.program = program
  }

  /// What the checker says of the rules.
  private struct Mistakes: Error, CustomStringConvertible {
    var description: String
  }

  func run() -> String {
    let (straight, restarted) = (run(.straight), run(.restarted))
    // The clock apart: a proof that decided nothing is not committed, so after a restart it may stand further back.
    #expect(withoutClocks(straight) == withoutClocks(restarted))
    return straight
  }

  private func run(_ way: EngineDriver.Way) -> String {
    let topics = Dictionary(uniqueKeysWithValues: program.streams.map { ($0.topic, partitions) })
    let options = Engine.Options(region: "us-east-1", slots: 3, application: "shop-rules")
    let driver = EngineDriver(program, options: options, partitions: topics, firstOffset: firstOffset)
    var records: [String] = []
    for (step, outputs) in zip(script.steps, driver.run(script, way)) {
      records += outputs.map { "\(step.clock) \(RecordText.text($0, fingerprint: program.fingerprint))" }
    }
    if way == .straight { records += counted(driver.engine.counters) }
    return records.joined(separator: "\n")
  }

  /// What was counted of what went wrong, a line each.
  private func counted(_ counters: EngineCounters) -> [String] {
    var lines: [String] = []
    for (rule, counts) in counters.rules.sorted(by: { $0.key < $1.key }) {
      for (reason, count) in counts.undetermined.sorted(by: { $0.key < $1.key }) {
        lines.append("\(rule) undetermined, \(reason): \(count)")
      }
      if counts.withoutKey > 0 { lines.append("\(rule) without key: \(counts.withoutKey)") }
      if counts.missed > 0 { lines.append("\(rule) missed: \(counts.missed)") }
      if counts.duplicates > 0 { lines.append("\(rule) duplicates: \(counts.duplicates)") }
    }
    for (reason, count) in counters.deadLetters.sorted(by: { $0.key < $1.key }) where count > 0 {
      lines.append("dead letters, \(reason): \(count)")
    }
    for (stream, count) in counters.unknownKinds.sorted(by: { $0.key < $1.key }) { lines.append("\(stream) of unknown kinds: \(count)") }
    for (field, count) in counters.invalidFields.sorted(by: { $0.key.path < $1.key.path }) {
      lines.append("\(field.stream) \(field.path) invalid: \(count)")
    }
    if counters.duplicates > 0 { lines.append("duplicates: \(counters.duplicates)") }
    return lines.map { "counted: \($0)" }
  }

  private func withoutClocks(_ text: String) -> [Substring] {
    text.split(separator: "\n").filter { !$0.contains("\"clock\":") && !$0.hasPrefix("counted: ") }
  }
}
