internal import EventModel

/// A record as letters tell of it.
struct LetterOrigin {
  var source: Source
  var record: SourceRecord
}

extension OutputRecord {
  /// Bytes of a value beyond which a letter holds its beginning alone.
  private static let wholeLimit = 512 * 1024
  private static let beginning = 64 * 1024

  /// A record that is no event, with the bytes as they came, and why (interfaces.md, topics).
  static func deadLetter(_ origin: LetterOrigin, _ reason: DeadLetterReason, detail: String) -> OutputRecord {
    letter(.deadLetters, origin, reason: reason.rawValue, detail: detail, more: [])
  }

  /// An event that came too late for some rules.
  static func lateLetter(_ origin: LetterOrigin, behind: Int64, rules: [String]) -> OutputRecord {
    let text = Duration(secondsComponent: behind / 1_000_000, attosecondsComponent: behind % 1_000_000 * 1_000_000_000_000).ruleText
    return letter(
      .late, origin, reason: "late",
      detail: behind > 0 ? "\(text) behind its partition's watermark" : "on time in its partition, and behind the clocks of the rules",
      more: [Header("tenet-rules", rules.joined(separator: ","))])
  }

  private static func letter(_ topic: Topic, _ origin: LetterOrigin, reason: String, detail: String, more: [Header]) -> OutputRecord {
    let record = origin.record
    var (value, detail) = (record.value.map { Array($0) }, detail)
    if let bytes = record.value, bytes.count > wholeLimit {
      value = Array(bytes[..<beginning])
      detail += "; \(bytes.count) bytes, of which these are the first \(beginning), sha256:\(Identity.hex(Identity.sha256(Array(bytes))))"
    }
    let headers = [
      Header("tenet-reason", reason), Header("tenet-detail", detail), Header("tenet-topic", origin.source.topic),
      Header("tenet-partition", String(origin.source.partition)), Header("tenet-offset", String(record.offset)),
      Header("tenet-timestamp", String(record.timestamp.microseconds / 1000)),
    ]
    return OutputRecord(topic: topic, key: record.key.map { Array($0) }, value: value, headers: headers + more)
  }
}
