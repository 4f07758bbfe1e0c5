internal import RuleEngine

/// What stands in for an output that the broker refuses for ever (protocol.md 13).
enum UnpublishableOutput {
  /// A dead letter that says which output it was; of a dead letter its headers alone.
  static func substitute(for output: OutputRecord, cause: String) -> OutputRecord {
    if output.topic == .deadLetters {
      return OutputRecord(topic: .deadLetters, key: nil, value: nil, headers: output.headers)
    }
    let text = { (name: String) in
      output.headers.first { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) } ?? ""
    }
    return OutputRecord(
      topic: .deadLetters, key: output.key, value: nil,
      headers: [
        .init("tenet-reason", "unpublishable"),
        .init("tenet-detail", "\(text("ce_id")) of \(text("ce_subject")) for \(output.topic.rawValue): \(cause)"),
        .init("tenet-rules", text("ce_subject")),
      ])
  }
}
