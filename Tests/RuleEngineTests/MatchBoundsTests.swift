import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

@Suite("What one key or one moment may take")
struct MatchBoundsTests {
  /// Placed, and within 30 minutes captured.
  static let timeout = Hand.program(
    Hand.rule(
      "timeout", [Hand.pattern([Hand.placed]), Hand.pattern([Hand.captured], as: .expect)], Hand.obligation(within: .seconds(1800))))

  @Test("what is due at once is said a batch at a time, at one clock, in order of time and key", arguments: [false, true])
  func timers(ofOneKey: Bool) {
    let script = EventScript(
      (0..<60).map { "10:00:\($0 < 10 ? "0" : "")\($0) orders placed e-\($0) order_id=o-\(ofOneKey ? 0 : $0)" }.joined(separator: "\n"))
    func run(maxEffects: Int) -> (batches: Int, lines: [String]) {
      let options = Engine.Options(region: "us-east-1", slots: 1, maxEffects: maxEffects)
      let driver = EngineDriver(Self.timeout, options: options)
      _ = driver.run(script)
      var batches = 0
      driver.prove(at: EventScript.time("10:40"))
      driver.commit()
      while driver.engine.isBehind {
        batches += 1
        // The clock stands meanwhile, whatever is read and proven.
        driver.prove(at: EventScript.time("12:00"))
        driver.commit()
      }
      // All was said at the clock of the first proof.
      #expect(Set(driver.outputs.compactMap { $0.value.flatMap { try? JSONValue.parse($0) }?["clock"]?.text }).count == 1)
      return (batches, driver.outputs.map(OutputLine.text))
    }
    let (all, some) = (run(maxEffects: 32 << 20), run(maxEffects: 10_000))
    #expect(all.batches == 0)
    #expect(some.batches >= 5)
    #expect(all.lines.count == 60)
    #expect(some.lines == all.lines)
  }

  @Test("after a restart amid what is due the rest is said, once")
  func restartAmid() {
    let options = Engine.Options(region: "us-east-1", slots: 1, maxEffects: 10_000)
    let driver = EngineDriver(Self.timeout, options: options)
    _ = driver.run(EventScript((0..<30).map { "10:00 orders placed e-\($0) order_id=o-\($0)" }.joined(separator: "\n")))
    driver.prove(at: EventScript.time("10:40"))
    driver.commit()
    #expect(driver.engine.isBehind)
    driver.restart()
    repeat {
      driver.prove(at: EventScript.time("10:40"))
      driver.commit()
    } while driver.engine.isBehind
    #expect(Set(driver.outputs.map(OutputLine.text)).count == 30)
    #expect(driver.outputs.count == 30)
  }

  @Test(
    "evidence gives way where a record would be too large, and is counted", arguments: [(40_000, 5, 0), (60_000, 4, 1), (300_000, 0, 5)])
  func evidence(length: Int, shown: Int, omitted: Int) {
    let burst = MatchLimitTests.limit(.call(">=", Hand.aggregate(0), Expression.int(5)), [Hand.function(.count)])
    let driver = EngineDriver(burst, options: .init(region: "us-east-1", slots: 1))
    let id = String(repeating: "x", count: length)
    _ = driver.run(
      EventScript((1...5).map { "10:00:0\($0) payments declined \($0)-\(id) order_id=c" }.joined(separator: "\n")))
    let records = driver.outputs.compactMap { $0.value }
    #expect(records.count == 1)
    #expect(records.allSatisfy { $0.count <= 256 * 1024 })
    let record = records.first.flatMap { try? JSONValue.parse($0) }
    // The last ones stay.
    #expect(record?["evidence"]?.elements?.compactMap { $0["id"]?.text?.first } == Array("12345".suffix(shown)))
    #expect(record?["evidence_omitted"] == .number(String(omitted)))
  }

  @Test(
    "the distinct values of a KPI are counted exactly to ten thousand, then to about one part in a hundred",
    arguments: [9_999, 10_000, 10_001, 60_000])
  func distinct(count: Int) throws {
    let sketch = DistinctSketch()
    for number in 0..<count { sketch.add(.string("value \(number)")) }
    for number in 0..<count where number % 3 == 0 { sketch.add(.string("value \(number)")) }
    guard case .int(let value) = try sketch.value() else { preconditionFailure("a number of values is an integer") }
    if count <= 10_000 { #expect(value == count) }
    #expect(abs(Double(value) / Double(count) - 1) < 0.025)
    #expect(sketch.size < 700_000)
  }

  @Test("what a KPI knows of distinct values is the same after a restart, whichever way they came", arguments: [100, 10_000, 12_000])
  func distinctRows(count: Int) throws {
    let whole = DistinctSketch()
    var rows: [UInt32: [UInt8]] = [:]
    var restored = DistinctSketch()
    for number in 0..<count {
      whole.add(.int(Int64(number)))
      restored.add(.int(Int64(count - 1 - number)))
      guard number % 1_700 == 0 else { continue }
      restored.drain { rows[$0.part] = $0.bytes }
      restored = DistinctSketch()
      for (part, bytes) in rows.sorted(by: { $0.key < $1.key }) { restored.load(part: part, bytes) }
    }
    #expect(try whole.value() == restored.value())
    restored.drainEnd { rows[$0.part] = $0.bytes }
    #expect(rows.isEmpty || count < 10_001)
  }
}
