package import RuleEngine

extension EngineCounters {
  /// Records that are told of nowhere: neither events, nor of a kind that is not known, nor duplicates, nor dead letters, nor read before.
  package var unexplained: Int {
    // An event with the id of another one is a duplicate, and a dead letter besides.
    let letters = deadLetters.reduce(0) { $0 + ($1.key == "conflict" ? 0 : $1.value) }
    return records - rewound - duplicates - letters - unknownKinds.values.reduce(0, +) - events.values.reduce(0, +)
  }
}
