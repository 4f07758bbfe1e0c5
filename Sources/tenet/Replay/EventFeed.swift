internal import EventModel

/// The recorded events of a call: a file, or standard input, told to replays line by line.
struct EventFeed {
  /// `-` is standard input.
  let path: String
  let note: @Sendable (String) -> Void
  /// Lines that are no records; of the first ones it is said what is wrong.
  private(set) var badLines = 0
  private static let mostTold = 20

  init(_ path: String, note: @escaping @Sendable (String) -> Void) { (self.path, self.note) = (path, note) }

  var isFile: Bool { path != "-" }

  /// Each line goes to all the replays. A line that is no record is the input's fault: it is told and passed over, as a record that is no
  /// event is when it comes from Kafka.
  mutating func feed(_ replayers: [Replayer]) throws(EnvironmentFault) {
    let partitions = isFile ? try announced() : nil
    guard let lines = LineReader(path) else { throw EnvironmentFault("`\(path)` cannot be read") }
    var isAttached = false
    func attach(_ counts: [String: Int32]) {
      if !isAttached { for replayer in replayers { replayer.attach(counts) } }
      isAttached = true
    }
    if let partitions { attach(partitions) }
    while let text = lines.next() {
      do throws(RecordedLine.Mistake) {
        switch try RecordedLine.read(text) {
        case nil: continue
        case .partitions(let counts):
          if lines.number > 1 { throw RecordedLine.Mistake(message: "`partitions` stands in the first line") }
          attach(counts)
        case .time(let time):
          attach([:])
          for replayer in replayers { replayer.pass(to: time) }
        case .record(let record):
          attach([:])
          // Whose topic it is decides over a mistake, and the others may read it.
          var mistake: RecordedLine.Mistake?
          for replayer in replayers {
            do throws(RecordedLine.Mistake) { try replayer.take(record) } catch { mistake = mistake ?? error }
          }
          if let mistake { throw mistake }
        }
      } catch {
        badLines += 1
        let place = "\(isFile ? path : "standard input"):\(lines.number)"
        if badLines <= Self.mostTold { note("\(place): \(error.message)\n") }
        if badLines == Self.mostTold + 1 { note("\(place): there are more\n") }
      }
    }
    attach([:])
  }

  /// The partitions of a file's topics: as its first line says, else those that its records name.
  private func announced() throws(EnvironmentFault) -> [String: Int32] {
    guard let lines = LineReader(path) else { throw EnvironmentFault("`\(path)` cannot be read") }
    var counts: [String: Int32] = [:]
    var isAnnounced = false
    while let text = lines.next() {
      switch try? RecordedLine.read(text) {
      case .partitions(let own):
        if lines.number == 1 { (counts, isAnnounced) = (own, true) }
      case .record(let record):
        if isAnnounced { return counts }
        counts[record.topic] = max(counts[record.topic] ?? 1, record.partition + 1)
      default: continue
      }
    }
    return counts
  }
}
