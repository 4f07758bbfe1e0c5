internal import EventModel
internal import RuleLanguage

/// What is read of each stream, and where a pattern's fields are found: made once from a program.
final class ReadPlan {
  /// Decimals stand in columns as multiples of 10^-scale; those that do not fit are read again by their digits.
  let decimalScale: Int
  let streams: [StreamPlan]
  /// By rule and pattern.
  let patterns: [[PatternPlan]]

  init(_ program: CheckedProgram) {
    decimalScale = 6
    var paths = program.streams.map { [FieldPath]($0.key) + ($0.id.map { [$0] } ?? []) }
    for pattern in program.rules.flatMap(\.patterns) {
      for stream in Set(pattern.kinds.map(\.stream)) { paths[stream] += pattern.fields }
    }
    let scale = decimalScale
    let streams = zip(program.streams, paths).map { StreamPlan($0, fields: $1, decimalScale: scale) }
    self.streams = streams
    patterns = program.rules.map { rule in rule.patterns.map { PatternPlan($0, streams: streams) } }
  }
}

/// Where the fields of a pattern are found.
struct PatternPlan {
  let fields: [FieldPath]
  /// By stream, ascending: the kinds of the pattern.
  let streams: [(stream: Int, kinds: [Int])]
  /// By stream and kind: the columns of `fields`; nil: the kind lacks the field. Empty where the pattern does not name the kind.
  private let columns: [[[Int?]]]

  init(_ pattern: EventPattern, streams all: [StreamPlan]) {
    fields = pattern.fields
    let byStream = Dictionary(grouping: pattern.kinds, by: \.stream)
    streams = byStream.keys.sorted().map { stream in (stream, Set(byStream[stream, default: []].map(\.kind)).sorted()) }
    columns = all.indices.map { stream in
      guard let named = byStream[stream] else { return [] }
      return all[stream].kinds.indices.map { kind in
        named.contains { $0.kind == kind } ? pattern.fields.map { all[stream].kinds[kind].columns[$0] } : []
      }
    }
  }

  func column(stream: Int, kind: Int, field: Int) -> Int? {
    let kinds = columns[stream]
    precondition(kind < kinds.count && field < kinds[kind].count, "a pattern reads its own fields of events of its kinds")
    return kinds[kind][field]
  }
}
