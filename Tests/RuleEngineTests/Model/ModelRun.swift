import EventModel
import RuleEngine
import RuleLanguage
import TestKit

/// A world run through the engine, and what the model has against it.
struct ModelRun {
  var missed: [String] = []
  var wrong: [String] = []
  /// What the model says.
  var expected = Standing()
  var isRight: Bool { missed.isEmpty && wrong.isEmpty }

  /// - Parameter restarts: the engine ends and begins again from what was committed, now and then.
  init(_ world: ModelWorld, _ program: CheckedProgram, restarts: Bool) {
    expected = world.expected(program)
    let driver = Self.driver(world, program, restarts: restarts)
    var published = PublishedStanding()
    for output in driver.outputs { published.take(output) }
    missed = expected.lines(missingIn: published.standing)
    wrong = published.standing.lines(missingIn: expected)
    // What stays undetermined was said to be so. What was for a while may have been judged since; a restart forgets the samples.
    if !restarts { missed += Self.undetermined(expected, driver.engine.undetermined) }
  }

  private static func undetermined(_ expected: Standing, _ said: [Undetermined]) -> [String] {
    let samples = Set(said.map { sample in "\(sample.rule) \(sample.key.map { "\($0.value.keyText)" }) \(sample.reason)" })
    return expected.sureUndetermined.filter { one in
      let key = (try? JSONValue.parse(Array(one.key.utf8)))?.members?.map { $0.value.text ?? $0.value.compact } ?? []
      return !samples.contains("\(one.rule) \(key) \(one.reason)")
    }.map { "\($0)" }
  }

  /// An engine that has read the world.
  private static func driver(_ world: ModelWorld, _ program: CheckedProgram, restarts: Bool) -> EngineDriver {
    var random = TestRandom(seed: world.seed ^ (restarts ? 0xABCD : 0xDCBA))
    var options = Engine.Options(region: "us-east-1", slots: 3)
    options.maxSamples = 10_000
    let driver = EngineDriver(program, options: options, partitions: ["a.v1": ModelWorld.partitions, "b.v1": ModelWorld.partitions])
    var left = world.records[...]
    while !left.isEmpty {
      let piece = left.prefix(random.whole(1...12))
      driver.read(piece.map(\.record))
      left = left.dropFirst(piece.count)
      if random.chance(0.5) {
        driver.commit()
        if restarts, random.chance(0.5) { driver.restart() }
      }
    }
    driver.commit()
    if restarts { driver.restart() }
    driver.prove(at: world.end)
    driver.commit()
    return driver
  }
}

/// A world that fails, made small: rules, then records, then clauses and fields are left out while it fails.
struct ModelShrinker {
  private(set) var world: ModelWorld
  private let restarts: Bool

  init(_ world: ModelWorld, restarts: Bool) { (self.world, self.restarts) = (world, restarts) }

  mutating func shrink() {
    var isSmaller = true
    while isSmaller {
      isSmaller = false
      for index in world.rules.indices.reversed() where leave({ $0.rules.remove(at: index) }) { isSmaller = true }
      // Many at once, then one by one.
      var size = max(1, world.records.count / 2)
      while size >= 1 {
        var at = 0
        while at < world.records.count {
          let range = at..<min(at + size, world.records.count)
          if leave({ $0.records.removeSubrange(range) }) { isSmaller = true } else { at += size }
        }
        size /= 2
      }
      for rule in world.rules.indices {
        for line in world.rules[rule].lines.indices.dropFirst().dropLast().reversed() {
          if leave({ $0.rules[rule].lines.remove(at: line) }) { isSmaller = true }
        }
      }
      for record in world.records.indices {
        for field in world.records[record].fields.indices.reversed() {
          if leave({ $0.records[record].fields.remove(at: field) }) { isSmaller = true }
        }
      }
    }
    for word in [" where ", " unless ", " or ", " as "] { shorten(at: word) }
  }

  /// Tries to cut what stands in a clause from a word on.
  private mutating func shorten(at word: String) {
    for rule in world.rules.indices {
      for line in world.rules[rule].lines.indices {
        guard let range = world.rules[rule].lines[line].firstRange(of: word) else { continue }
        let cut = String(world.rules[rule].lines[line][..<range.lowerBound])
        _ = leave { $0.rules[rule].lines[line] = cut }
      }
    }
  }

  /// Keeps the change if the world still fails.
  private mutating func leave(_ change: (inout ModelWorld) -> Void) -> Bool {
    var smaller = world
    change(&smaller)
    guard !smaller.rules.isEmpty, let program = smaller.checked() else { return false }
    guard !ModelRun(smaller, program, restarts: restarts).isRight else { return false }
    world = smaller
    return true
  }
}
