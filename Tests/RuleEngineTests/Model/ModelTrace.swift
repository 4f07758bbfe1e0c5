import EventModel
import TestKit

/// A world as a test of the language reads it, as far as that can be said there; the rest are comments.
struct ModelTrace {
  let world: ModelWorld
  let run: ModelRun

  var text: String {
    var lines = [world.text, "test \"seed \(world.seed)\" on \(date(world.records.first?.timestamp ?? world.end.microseconds)) {"]
    var wall = Int64.min
    for record in world.records {
      let time = record.time
      let isLate = time.map { $0 < wall } ?? false
      wall = max(wall, time ?? wall)
      lines.append("  " + line(record, time ?? wall, isLate: isLate))
    }
    lines.append("  at \(clock(world.end.microseconds))  time passes")
    lines += run.missed.map { "  // missed: \($0)" } + run.wrong.map { "  // false: \($0)" }
    return (lines + ["}"]).joined(separator: "\n")
  }

  private func line(_ record: ModelRecord, _ time: Int64, isLate: Bool) -> String {
    let place = record.partition == 0 ? "" : " from partition \(record.partition)"
    guard record.raw == nil, !record.fields.isEmpty else {
      return "// \(record.topic)/\(record.partition) \(record.raw ?? "tombstone of \(record.key ?? "")")"
    }
    let kind = record.text("type").map { ".\($0)" } ?? ""
    let fields = record.fields.filter { !["type", "occurred_at"].contains($0.name) }.map { "\($0.name): \($0.json)" }
    return "at \(clock(time))  \(record.stream)\(kind) { \(fields.joined(separator: ", ")) }\(isLate ? " arrives late" : "")\(place)"
  }

  private func date(_ time: Int64) -> String { String(EventTime(microseconds: time).rfc3339.prefix(10)) }
  private func clock(_ time: Int64) -> String {
    EventTime(microseconds: time).rfc3339.replacing("T", with: " ").replacing("Z", with: "")
  }
}
