internal import EventModel
internal import RuleLanguage

/// The text of a test whose events are recorded ones.
struct PinnedDraft {
  let title: String
  let region: String
  /// In the order of the lines.
  let events: [RecordedEvent]
  /// Each is read when the wall clock stands where it did in the recording.
  let keepsWallClock: Bool
  /// The time passes to then; nil: it stays with the events.
  let end: EventTime?
  let program: CheckedProgram
  let rule: CheckedRule

  /// Of the first line.
  var day: String { TestText.day(events.first?.time ?? end ?? EventTime(microseconds: 0)) }

  /// - Parameter claims: lines that stand last.
  func text(claims: [String]) -> String {
    let day = day
    var lines: [String] = []
    if region != "us-east-1" { lines.append("given region \(TestText.quoted(region))") }
    var wall: EventTime?
    for event in events {
      // What is dated before the wall clock was read after what stands above.
      let isLate = wall.map { event.time < $0 } ?? false
      let moves = keepsWallClock && event.wall > max(event.time, wall ?? event.time)
      let partition = event.place.partition == 0 ? "" : " from partition \(event.place.partition)"
      lines.append(
        "at \(TestText.instant(event.time, on: day))  \(TestText.event(event, paths: paths(of: event), in: program))"
          + partition + (moves ? " arrives at \(TestText.instant(event.wall, on: day))" : isLate ? " arrives late" : ""))
      wall = moves ? event.wall : isLate ? wall : event.time
    }
    if let end, wall.map({ end > $0 }) ?? true { lines.append("at \(TestText.instant(end, on: day))  time passes") }
    let date = day == "2026-01-05" ? "" : " on \(day)"
    return "test \(TestText.quoted(title))\(date) {\n" + (lines + claims).map { "  \($0)\n" }.joined() + "}\n"
  }

  /// What the rule reads of an event, and its id: the violation keeps its own.
  private func paths(of event: RecordedEvent) -> [FieldPath] {
    let stream = program.streams[event.kind.stream]
    var paths = stream.id.map { [$0] } ?? []
    if rule.key.isEmpty { paths += stream.key }
    for pattern in rule.patterns(of: event.kind) {
      for part in rule.key { part.expressions[pattern].forEachField { _, path in paths.append(path) } }
      paths += rule.patterns[pattern].fields
    }
    var seen: Set<FieldPath> = []
    return paths.filter { $0 != stream.time && $0 != stream.kind && seen.insert($0).inserted }
  }
}
