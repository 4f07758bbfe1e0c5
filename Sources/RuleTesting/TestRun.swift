package import EventModel
package import RuleLanguage

/// Runs a test on the engine, in virtual time (language.md 26).
///
///     let failures = TestRun.failures(of: test, in: program)
package struct TestRun {
  /// Something that a test wanted and that is not so.
  package struct Failure: Sendable {
    /// The line that it is about; nil: the whole test.
    package var line: CheckedTest.Line?
    package var message: String
    /// What there is instead.
    package var found: [String]
  }

  private var world: TestWorld
  private var failures: [Failure] = []
  /// Rules that are named, those of which something was not as the test wants it, and violations that a claim matched.
  private var named: Set<String> = []
  private var failed: Set<String> = []
  private var matched: Set<String> = []

  /// What is not as the test wants it, in the order of its lines; empty: it passes.
  package static func failures(of test: CheckedTest, in program: CheckedProgram) -> [Failure] {
    var run = TestRun(test, in: program)
    for line in test.lines { run.take(line) }
    run.end()
    return run.failures
  }

  /// What a test's world says of a rule in the end: the last revision of each of its violations, in the order of their instants.
  package static func records(of rule: String, after test: CheckedTest, in program: CheckedProgram) -> [JSONValue] {
    var run = TestRun(test, in: program)
    for line in test.lines { run.take(line) }
    return run.world.results.violations(of: rule).map(\.record)
  }

  /// The rules that have a standing violation, and the KPIs that have a value, at some line or at the end; the kinds of events it reads.
  static func observed(_ test: CheckedTest, in program: CheckedProgram) -> (saying: Set<String>, reading: Set<EventPattern.Kind>) {
    var run = TestRun(test, in: program)
    var said: Set<String> = []
    for line in test.lines {
      run.take(line)
      said.formUnion(run.world.results.standing)
    }
    return (said, run.world.kinds)
  }

  private init(_ test: CheckedTest, in program: CheckedProgram) {
    world = TestWorld(test, in: program)
  }

  private mutating func take(_ line: CheckedTest.Line) {
    if let wall = line.wall { world.pass(to: wall) }
    switch line.content {
    case .timePasses: break
    case .event(let event): world.read(event)
    case .row(let row): world.read(row)
    case .rulesStart: world.start()
    case .lags(let input): world.lag(input)
    case .catchesUp(let input): world.catchUp(input)
    case .violation(let claim): check(claim, line)
    case .value(let claim): check(claim, line)
    }
  }

  private mutating func check(_ claim: CheckedTest.ViolationClaim, _ line: CheckedTest.Line) {
    named.insert(claim.rule)
    let all = world.results.violations(of: claim.rule)
    let fitting = all.filter { violation in
      let isState = claim.state.map { $0 == violation.state } ?? (violation.state != .withdrawn)
      return isState && claim.at.map { $0 == violation.at } ?? true && claim.fields.allSatisfy { violation.record.has($0) }
    }
    // Of "that none stands does not hold" what stands is what is expected.
    if claim.holds == (claim.state != nil) { matched.formUnion(fitting.map(\.id)) }
    guard (fitting.count == claim.count) != claim.holds else { return }
    failed.insert(claim.rule)
    let wanted = claim.state.map { "\(claim.count) \($0.rawValue)" } ?? "none that is open or resolved"
    failures.append(
      Failure(
        line: line,
        message: claim.holds
          ? "expected \(wanted), there \(fitting.count == 1 ? "is" : "are") \(fitting.count)" : "this holds, and `when` is false",
        found: (all.isEmpty ? ["no violation of \(claim.rule) was said"] : all.map { $0.described(against: claim) })
          + world.remarks(on: claim.rule)))
  }

  private mutating func check(_ claim: CheckedTest.ValueClaim, _ line: CheckedTest.Line) {
    let all = world.results.values(of: claim.kpi)
    let fitting = all.filter { value in claim.fields.allSatisfy { value.record.has($0) } }
    let start = claim.start ?? fitting.map(\.start).max()
    let meant = fitting.filter { $0.start == start }
    let message: String
    if meant.count > 1 {
      message = "\(meant.count) values are meant: say which, by the key"
    } else {
      let compares = meant.first?.value.map { claim.comparison.holds($0, claim.value) } ?? false
      guard (compares != claim.isNegated) != claim.holds else { return }
      message = meant.first.map { "the value is \($0.value?.compact ?? "none")" } ?? "there is no such value"
    }
    failures.append(Failure(line: line, message: message, found: all.map(\.described) + world.remarks(on: claim.kpi)))
  }

  private mutating func end() {
    for rule in named.subtracting(failed).sorted() {
      for violation in world.results.violations(of: rule) where violation.state != .withdrawn && !matched.contains(violation.id) {
        failures.append(
          Failure(line: nil, message: "a violation of \(rule) stands that nothing expects", found: [violation.described(against: nil)]))
      }
    }
  }
}
