package import Diagnostics
package import EventModel

/// A program that has been checked: all names resolved, all types known. What the engine plans from.
package struct CheckedProgram: Sendable {
  package var streams: [CheckedStream]
  package var params: [CheckedParam]
  /// Rules and KPIs that the engine evaluates, in order of name.
  package var rules: [CheckedRule]
  /// Rules, lifecycles and KPIs that are right, and that this version does not evaluate; in order of name.
  package var unevaluated: [UnevaluatedRule] = []
  /// In order of name.
  package var tables: [CheckedTable] = []
  package var hours: [CheckedHours] = []
  /// The violations of rules that others rest on, as streams of one kind (language.md 22); their kinds are numbered after `streams`.
  package var verdicts: [CheckedStream] = []
  /// `sha256:…` of the declarations as printed, the schemas and the time zones.
  package var fingerprint: String
  /// In the order of files and lines, one for each row of their cases.
  package var tests: [CheckedTest]

  package init(
    streams: [CheckedStream], params: [CheckedParam], rules: [CheckedRule], fingerprint: String, tests: [CheckedTest] = []
  ) {
    self.tests = tests
    self.streams = streams
    self.params = params
    self.rules = rules
    self.fingerprint = fingerprint
  }

  /// The stream of a pattern's kind, or the violations of a rule that others rest on.
  package func stream(of kind: EventPattern.Kind) -> CheckedStream {
    kind.stream < streams.count ? streams[kind.stream] : verdicts[kind.stream - streams.count]
  }

  /// The rules on whose violations a rule is: indexes into `rules`, ascending.
  package func rulesSeen(by rule: CheckedRule) -> [Int] {
    let first = streams.count
    let names = Set(rule.patterns.flatMap(\.kinds).filter { $0.stream >= first }.map { verdicts[$0.stream - first].name })
    return rules.indices.filter { !names.isDisjoint(with: rules[$0].verdictNames) }
  }

  /// `orders.placed`, as rules write it.
  package func label(of kind: EventPattern.Kind) -> String {
    let stream = stream(of: kind)
    return stream.kind == nil ? stream.name : "\(stream.name).\(stream.kindNames[kind.kind])"
  }

  /// L (language.md 5.6): the largest `lateness` of the rule's streams and tables.
  package func lateness(of rule: CheckedRule) -> Duration {
    let ofTables = rule.tables.map { tables[$0].lateness }
    return (rule.patterns.flatMap(\.kinds).map { stream(of: $0).lateness } + ofTables).max() ?? .zero
  }

  /// The events of a pattern, as a rule names them: a stream of which it has all kinds by the stream's name.
  package func names(of pattern: EventPattern) -> [(name: String, kinds: [EventPattern.Kind])] {
    var names: [(name: String, kinds: [EventPattern.Kind])] = []
    for kind in pattern.kinds where !names.contains(where: { $0.kinds.contains(kind) }) {
      let ofStream = pattern.kinds.filter { $0.stream == kind.stream }
      let isWhole = ofStream.count > 1 && ofStream.count == stream(of: kind).kinds.count
      names.append(isWhole ? (stream(of: kind).name, ofStream) : (label(of: kind), [kind]))
    }
    return names
  }
}

/// A rule that is checked and not evaluated, and why.
package struct UnevaluatedRule: Sendable {
  package var rule: CheckedRule
  /// "`with`", and where it stands; at least one.
  package var missing: [(what: String, span: SourceSpan)]

  /// What is missing, each once, in the order of the alphabet.
  package var needs: [String] { Set(missing.map(\.what)).sorted() }
}

/// A table (language.md 19): the rows of a compacted topic, by key.
package struct CheckedTable: Sendable {
  package var name: String
  package var topic: String
  package var schema: EventSchema
  /// At least one.
  package var key: [FieldPath]
  /// From when a row holds; nil: from the record's timestamp.
  package var time: FieldPath?
  package var disorder: Duration
  package var delay: Duration
  package var lateness: Duration
  /// How long rows that were replaced are kept.
  package var keep: Duration
  package var maximumRows: Int64
  package var span: SourceSpan

  /// The fields of a row.
  package var row: ObjectType { schema.kinds[0].fields }

  package init(
    name: String, topic: String, schema: EventSchema, key: [FieldPath], time: FieldPath?, disorder: Duration, delay: Duration,
    lateness: Duration, keep: Duration, maximumRows: Int64, span: SourceSpan
  ) {
    self.name = name
    self.topic = topic
    self.schema = schema
    self.key = key
    self.time = time
    self.disorder = disorder
    self.delay = delay
    self.lateness = lateness
    self.keep = keep
    self.maximumRows = maximumRows
    self.span = span
  }
}

/// Opening hours (language.md 11.4).
package struct CheckedHours: Sendable {
  package var name: String
  /// One of the database's.
  package var zone: String
  /// For each day from Monday on: spans of microseconds since midnight, in order, apart from each other.
  package var openings: [[Range<Int64>]]
  package var closed: Set<CivilDate>
  package var span: SourceSpan
}

/// A stream (language.md 2.1). All spans of time in it are 0 or more.
package struct CheckedStream: Sendable {
  package enum Partitioner: String, Sendable { case murmur2, crc32 }

  package var name: String
  package var topic: String
  package var schema: EventSchema
  /// The field that tells the kind; nil: the stream has one kind, called by the stream's name alone.
  package var kind: FieldPath?
  /// The value of the kind field for each kind, in the order of `schema.kinds`; a stream without `kind` has the one kind `""`.
  package var kinds: [String]
  /// The names by which rules know the kinds: those values, unless the stream says otherwise.
  package var kindNames: [String]
  package var key: [FieldPath]
  package var time: FieldPath
  package var id: FieldPath?
  package var idSpan: Duration?
  package var partitioner: Partitioner?
  package var disorder: Duration
  package var delay: Duration
  package var skew: Duration
  package var lateness: Duration
  package var span: SourceSpan

  package init(
    name: String, topic: String, schema: EventSchema, kind: FieldPath?, kinds: [String], key: [FieldPath], time: FieldPath, id: FieldPath?,
    idSpan: Duration?, partitioner: Partitioner?, disorder: Duration, delay: Duration, skew: Duration, lateness: Duration, span: SourceSpan
  ) {
    self.name = name
    self.topic = topic
    self.schema = schema
    self.kind = kind
    self.kinds = kinds
    kindNames = kinds
    self.key = key
    self.time = time
    self.id = id
    self.idSpan = idSpan
    self.partitioner = partitioner
    self.disorder = disorder
    self.delay = delay
    self.skew = skew
    self.lateness = lateness
    self.span = span
  }
}

/// A parameter: its default, and what a region has instead (language.md 23.1). Values are of `type`.
package struct CheckedParam: Sendable {
  /// `review_limit`, or `rule.param` of a rule's own.
  package var name: String
  package var type: ValueType
  package var defaultValue: Value
  package var regional: [String: Value]

  package init(name: String, type: ValueType, defaultValue: Value, regional: [String: Value]) {
    self.name = name
    self.type = type
    self.defaultValue = defaultValue
    self.regional = regional
  }
}
