import Diagnostics
import EventModel

/// A pattern whose kinds of event are found.
struct ResolvedPattern {
  var syntax: PatternSyntax
  var role: EventPattern.Role
  var kinds: [EventPattern.Kind]
}

extension ProgramContext {
  /// Finds the kinds that a pattern names. nil: one of them is not to be found, and a diagnostic was given, at its place or at its stream's
  /// declaration.
  func resolve(_ syntax: PatternSyntax, role: EventPattern.Role, _ diagnostics: inout [Diagnostic]) -> ResolvedPattern? {
    var kinds: [EventPattern.Kind] = []
    var isWhole = true
    for name in syntax.names {
      guard let found = self.kinds(of: name, &diagnostics) else {
        isWhole = false
        continue
      }
      if found.contains(where: { kinds.contains($0) }) { diagnostics.append(.kindTwice(name)) }
      kinds += found.filter { !kinds.contains($0) }
    }
    return isWhole ? ResolvedPattern(syntax: syntax, role: role, kinds: kinds) : nil
  }

  /// The kinds of a stream's name, or the one kind of `stream.kind`. nil: there is none, and a diagnostic was given.
  func kinds(of name: DottedName, _ diagnostics: inout [Diagnostic]) -> [EventPattern.Kind]? {
    if !isKind(name), let verdicts = verdicts(of: name, &diagnostics) {
      if case .kind(let kind) = verdicts { return [kind] }
      return nil
    }
    let first = name.parts[0]
    guard let declared = names.values[first.text] else {
      let kinds = name.parts.count > 1 ? [] : kindNames.flatMap { stream, kinds in kinds.keys.map { "\(stream).\($0)" } }.sorted()
      diagnostics.append(.unknownStream(first, streams: names.names(of: "stream"), kinds: kinds))
      return nil
    }
    guard declared.keyword == "stream" else {
      diagnostics.append(.notAStream(first, keyword: declared.keyword, first: declared.span))
      return nil
    }
    // A stream with mistakes of its own says so at its declaration.
    guard let index = streamIndex(first.text), let known = kindNames[first.text] else { return nil }
    if name.parts.count == 1 { return streams[index].kinds.indices.map { EventPattern.Kind(stream: index, kind: $0) } }
    let kind = name.parts.dropFirst().map(\.text).joined(separator: ".")
    guard streams[index].kind != nil, let place = known[kind] else {
      let span = name.parts[1].span.joined(with: name.span).droppingFirst(upTo: name.parts[1].span)
      let kinds = streams[index].kind == nil ? [] : known.keys.sorted()
      diagnostics.append(.unknownKind(kind, at: span, stream: first.text, kinds: kinds))
      return nil
    }
    return [EventPattern.Kind(stream: index, kind: place)]
  }

  /// The name is a rule's: what it has said is an event.
  private enum Verdicts {
    case kind(EventPattern.Kind)
    /// The rule has mistakes, which are told where it is declared, or no violations.
    case none
  }

  private func verdicts(of name: DottedName, _ diagnostics: inout [Diagnostic]) -> Verdicts? {
    if let index = verdictIndex(name.text) { return .kind(EventPattern.Kind(stream: index, kind: 0)) }
    guard let declared = names.rules[name.text] else {
      guard name.parts.count > 1, names.rules[name.parts[0].text]?.keyword == "lifecycle", names.values[name.parts[0].text] == nil else {
        return nil
      }
      diagnostics.append(.unknownLifecycleRule(name))
      return Verdicts.none
    }
    if silent.contains(name.text) { diagnostics.append(.noViolations(name, keyword: declared.keyword, declared: declared.span)) }
    return Verdicts.none
  }

  /// It is a stream, or a kind of one.
  func isKind(_ name: DottedName) -> Bool {
    guard let index = streamIndex(name.parts[0].text) else { return false }
    if name.parts.count == 1 { return true }
    return kindNames[streams[index].name]?[name.parts.dropFirst().map(\.text).joined(separator: ".")] != nil
  }

  /// How messages call a kind: `orders.placed`, or the stream's name alone if it has one kind.
  func label(of kind: EventPattern.Kind) -> String {
    let stream = streams[kind.stream]
    guard stream.kind != nil else { return stream.name }
    let name = kindNames[stream.name]?.first { $0.value == kind.kind }?.key ?? stream.kinds[kind.kind]
    return "\(stream.name).\(name)"
  }
}

extension SourceSpan {
  /// The part that begins where `other` does.
  fileprivate func droppingFirst(upTo other: SourceSpan) -> SourceSpan {
    SourceSpan(file: file, range: other.range.lowerBound..<max(range.upperBound, other.range.lowerBound))
  }
}
