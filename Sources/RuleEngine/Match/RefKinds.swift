internal import EventModel
internal import RuleLanguage

/// The kinds of event that a rule names, in an order that its state identity fixes: by name of the stream, then of the kind. Rows name a
/// kind by its index here.
struct RefKinds: Sendable {
  enum IDForm: Sendable { case place, int, text }

  struct Kind: Sendable {
    /// Indexes into `CheckedProgram.streams` and that stream's `kinds`.
    var kind: EventPattern.Kind
    /// The rank of its stream among those of the rule.
    var rank: UInt8
    var idForm: IDForm
  }

  private(set) var kinds: [Kind] = []
  /// By the rank of a stream: within which span of each other two of its events with one id are one event, in microseconds; nil: it has
  /// no ids.
  private(set) var idSpans: [Int64?] = []

  init(_ rule: CheckedRule, streams: [CheckedStream]) {
    let named = Set(rule.patterns.flatMap(\.kinds)).sorted { a, b in
      let (x, y) = (streams[a.stream].name, streams[b.stream].name)
      if !x.utf8.elementsEqual(y.utf8) { return x.utf8.lexicographicallyPrecedes(y.utf8) }
      return a.kind < b.kind
    }
    precondition(named.count <= 256, "a rule names at most 256 kinds of event")
    var ranks: [Int] = []
    for kind in named {
      if ranks.last != kind.stream {
        ranks.append(kind.stream)
        idSpans.append(streams[kind.stream].id == nil ? nil : streams[kind.stream].idSpan?.microseconds)
      }
      kinds.append(Kind(kind: kind, rank: UInt8(ranks.count - 1), idForm: RefKinds.idForm(streams[kind.stream])))
    }
  }

  private static func idForm(_ stream: CheckedStream) -> IDForm {
    guard let path = stream.id else { return .place }
    let isNumber = stream.schema.kinds.contains { kind in
      guard case .integer? = kind.fields.type(of: path) else { return false }
      return true
    }
    return isNumber ? .int : .text
  }

  func stream(of kind: UInt8) -> UInt8 { kinds[Int(kind)].rank }
  func idForm(of kind: UInt8) -> IDForm { kinds[Int(kind)].idForm }

  /// The index of a kind that the rule names.
  func index(stream: Int, kind: Int) -> UInt8? {
    kinds.firstIndex { $0.kind.stream == stream && $0.kind.kind == kind }.map(UInt8.init)
  }
}

extension ObjectType {
  /// The type of the field at a path; nil: there is none.
  fileprivate func type(of path: FieldPath) -> FieldType? {
    var object = self
    for (index, step) in path.steps.enumerated() {
      guard let field = object[step] else { return nil }
      if index == path.steps.count - 1 { return field.type }
      guard case .object(let inner) = field.type else { return nil }
      object = inner
    }
    return nil
  }
}
