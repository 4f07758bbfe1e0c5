package import EventModel
package import RuleEngine

/// The events of an engine test, as lines. Each begins with the wall clock, on 2026-01-05 in UTC unless a date is given:
///
///     10:00:00 orders placed e-1 order_id=o-1 total="20.00"   read now, dated now; values are JSON, words need no quotes
///     10:31:00 time                                           nothing but time: every partition is proven read to its end
///     10:31:10 payments captured e-9 at=10:29:00 p=1 order_id=o-1    `at` its own time, `kafka` the record's, `key` the record's key,
///                                                           `traceparent` a header
///     10:32:00 time but payments                              as `time`, while payments lags
///     10:33:00 restart                                        the engine ends and begins again from what was committed
///     10:34:00 raw orders {"broken                            bytes as they stand
///     10:35:00 tombstone orders                               a record without a value
///     10:35:00 tombstone prices a                             the same with a key
package struct EventScript {
  package enum Step {
    case read(EngineDriver.Record, at: EventTime)
    case time(EventTime, except: Set<String>)
    case restart

    /// The wall clock of the line, without the date where it is the day of the tests.
    package var clock: String {
      switch self {
      case .read(_, let instant), .time(let instant, _):
        instant.rfc3339.hasPrefix("2026-01-05T") ? String(instant.rfc3339.dropFirst(11).dropLast()) : instant.rfc3339
      case .restart: "restart"
      }
    }
  }

  package private(set) var steps: [Step] = []

  package init(_ text: String) {
    for line in text.split(separator: "\n") where !line.allSatisfy(\.isWhitespace) && !line.hasPrefix("//") {
      steps.append(EventScript.step(line))
    }
  }

  /// `10:00`, `10:00:00.5` or `2026-01-06T10:00:00`.
  package static func time(_ text: some StringProtocol) -> EventTime {
    let whole = text.contains("T") ? String(text) : "2026-01-05T\(text)"
    let seconds = whole.split(separator: ":").count == 2 ? ":00" : ""
    guard let time = EventTime(rfc3339: "\(whole)\(seconds)Z") else { preconditionFailure("`\(text)` is a time") }
    return time
  }

  private static func step(_ line: Substring) -> Step {
    var words = words(line)
    let now = time(words.removeFirst())
    let name = words.removeFirst()
    switch name {
    case "time": return .time(now, except: Set(words.dropFirst().map { "\($0).v1" }))
    case "restart": return .restart
    case "raw":
      let rest = line.split(separator: " ", maxSplits: 3)[3]
      return .read(.init(topic: "\(words[0]).v1", timestamp: now, value: Array(rest.utf8)), at: now)
    case "tombstone":
      let key = words.dropFirst().first.map { Array($0.utf8) }
      return .read(.init(topic: "\(words[0]).v1", timestamp: now, key: key, value: nil), at: now)
    default: return .read(event(name, words, now), at: now)
    }
  }

  private static func event(_ stream: String, _ words: [String], _ now: EventTime) -> EngineDriver.Record {
    var members: [(key: String, value: JSONValue)] = []
    var (partition, at, timestamp, key) = (Int32(0), now, now, String?.none)
    var headers: [OutputRecord.Header] = []
    for word in words.dropFirst(2) {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      switch parts[0] {
      case "p": partition = Int32(parts[1]) ?? 0
      case "at": at = time(parts[1])
      case "kafka": timestamp = time(parts[1])
      case "key": key = parts[1]
      case "traceparent": headers.append(.init("traceparent", parts[1]))
      default: members.append((parts[0], (try? JSONValue.parse(Array(parts[1].utf8))) ?? .string(parts[1])))
      }
    }
    let common: [(key: String, value: JSONValue)] = [
      ("type", .string(words[0])), ("event_id", .string(words[1])), ("occurred_at", .string(at.rfc3339)),
    ]
    let given = Set(members.map(\.key))
    let value = JSONValue.object(common.filter { !given.contains($0.key) } + members).compact
    return .init(
      topic: "\(stream).v1", partition: partition, timestamp: timestamp, key: key.map { Array($0.utf8) }, value: Array(value.utf8),
      headers: headers)
  }

  /// Words at spaces that stand outside of quotes and brackets.
  private static func words(_ line: Substring) -> [String] {
    var (words, word, depth, isQuoted) = ([String](), "", 0, false)
    for character in line {
      if character == "\"" { isQuoted.toggle() }
      if !isQuoted, "[{".contains(character) { depth += 1 }
      if !isQuoted, "]}".contains(character) { depth -= 1 }
      if character == " ", depth == 0, !isQuoted {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    return word.isEmpty ? words : words + [word]
  }
}

extension EngineDriver {
  /// How a script is run.
  package enum Way: String, CaseIterable, Sendable {
    /// Each line is a batch.
    case straight
    /// After each batch the engine ends and begins again from what was committed.
    case restarted
  }

  /// Runs a script, a batch a line. Returns each line's outputs.
  package func run(_ script: EventScript, _ way: Way = .straight) -> [[OutputRecord]] {
    script.steps.map { step in
      switch step {
      case .read(let record, _): read([record])
      case .time(let instant, let lagging): prove(at: instant, except: lagging)
      case .restart: restart()
      }
      let published = commit()
      if way == .restarted { restart() }
      return published
    }
  }
}
