internal import EventModel
internal import RuleEngine

/// The last verdicts of each rule that could not be given, for people and for machines.
struct UndeterminedReport {
  private let samples: [Undetermined]
  private static let most = 3

  init(_ all: [Undetermined]) {
    samples = Dictionary(grouping: all, by: \.rule).sorted { $0.key < $1.key }.flatMap { $1.suffix(Self.most) }
  }

  /// A line each.
  var text: String {
    samples.map { sample in
      let key = sample.key.map { "\($0.name): \($0.value.keyText)" }.joined(separator: ", ")
      return "undetermined: \(sample.rule) { \(key) } at \(sample.at.rfc3339): \(sample.reason)\n"
    }.joined()
  }

  func write(to json: inout JSONWriter) {
    json.key("undetermined_last")
    json.array { array in
      for sample in samples {
        array.object {
          $0.member("rule", sample.rule)
          $0.member("reason", sample.reason)
          $0.key("key")
          $0.object { object in for (name, value) in sample.key { object.member(name, value) } }
          $0.member("at", sample.at.rfc3339)
        }
      }
    }
  }
}
