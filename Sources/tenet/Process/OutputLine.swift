internal import EventModel
internal import RuleEngine

/// A published record as a line of JSON: `{"topic": …, "key": …, "value": …}` (interfaces.md, replay).
enum OutputLine {
  /// - Parameter topic: the whole name of the topic.
  static func of(_ output: OutputRecord, topic: String) -> String {
    var line = JSONWriter()
    line.object {
      $0.member("topic", topic)
      $0.key("key")
      write(output.key, to: &$0)
      if output.topic == .deadLetters || output.topic == .late {
        $0.key("headers")
        $0.object { object in
          for header in output.headers { object.member(header.name, String(decoding: header.value, as: UTF8.self)) }
        }
      }
      if let value = output.value {
        if let json = try? JSONValue.parse(value) {
          $0.key("value")
          $0.write(json)
        } else {
          $0.member("raw", Base64.encode(value))
        }
      } else {
        $0.key("value")
        $0.null()
      }
    }
    return line.text
  }

  /// A key as JSON, as text where it is none.
  private static func write(_ key: [UInt8]?, to json: inout JSONWriter) {
    guard let key else { return json.null() }
    if let value = try? JSONValue.parse(key), case .array = value { return json.write(value) }
    json.write(String(decoding: key, as: UTF8.self))
  }
}
