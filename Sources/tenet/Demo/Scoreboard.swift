internal import Commerce
internal import EventModel

/// Holds what the rules said against what the shop planted.
struct Scoreboard: Sendable {
  /// What a fault and the violation that reports it have in common.
  private struct Mark: Hashable {
    var rule: String
    var key: [String]
    var at: EventTime
  }

  /// How many faults were planted and how many violations stand, by mark.
  private var marks: [Mark: (planted: Int, standing: Int)] = [:]
  /// Marks of violations that stand, by id.
  private var standing: [String: Mark] = [:]
  private var planted = 0
  private var found = 0
  /// Faults not found yet.
  private var open: Set<Mark> = []

  var violations: Int { standing.count }
  /// Violations that stand and that no fault explains.
  var unexplained: Int { standing.count - found }

  mutating func plant(_ fault: PlantedFault) {
    planted += 1
    change(Mark(rule: fault.rule, key: fault.key, at: fault.due)) { $0.planted += 1 }
  }

  /// A revision of a violation.
  mutating func take(id: String, rule: String, key: [String], at: EventTime, stands: Bool) {
    if let before = standing.removeValue(forKey: id) { change(before) { $0.standing -= 1 } }
    guard stands else { return }
    let mark = Mark(rule: rule, key: key, at: at)
    standing[id] = mark
    change(mark) { $0.standing += 1 }
  }

  private mutating func change(_ mark: Mark, _ body: (inout (planted: Int, standing: Int)) -> Void) {
    var counts = marks[mark] ?? (0, 0)
    found -= min(counts.planted, counts.standing)
    body(&counts)
    found += min(counts.planted, counts.standing)
    marks[mark] = counts == (0, 0) ? nil : counts
    if counts.planted > counts.standing { open.insert(mark) } else { open.remove(mark) }
  }

  /// The score, by the clocks of the rules: a fault that was not found is pending until its rule's clock is past its time and a tolerance.
  func faults(clock: (String) -> EventTime, tolerance: Duration) -> ScreenState.Faults {
    var missed = 0
    for mark in open where clock(mark.rule) > mark.at.advanced(byMicroseconds: tolerance.microseconds) {
      let counts = marks[mark] ?? (0, 0)
      missed += counts.planted - counts.standing
    }
    return ScreenState.Faults(
      planted: planted, found: found, missed: missed, pending: planted - found - missed, unexplained: unexplained)
  }

  /// What is wrong, in words: faults that were missed, violations that nothing explains.
  func complaints(clock: (String) -> EventTime, tolerance: Duration) -> [String] {
    var lines: [String] = []
    for (mark, counts) in marks {
      let name = "\(mark.rule) \(mark.key.joined(separator: "/")) at \(mark.at.rfc3339)"
      if counts.standing > counts.planted { lines.append("false: \(name)") }
      if counts.planted > counts.standing, clock(mark.rule) > mark.at.advanced(byMicroseconds: tolerance.microseconds) {
        lines.append("missed: \(name)")
      }
    }
    return lines.sorted()
  }
}
