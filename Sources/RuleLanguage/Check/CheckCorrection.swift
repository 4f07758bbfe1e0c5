import Diagnostics
import EventModel

/// `correct stream.kind { … } when e` (language.md 21): its payload is an event of that kind.
extension RuleChecker {
  mutating func check(
    _ name: DottedName, _ fields: InitializersSyntax, _ when: WhenSyntax?, in scope: Scope
  ) -> Correction? {
    guard let kind = correctedKind(name) else { return nil }
    var scope = scope
    // What `when` equates is one in the payload.
    let condition = when.flatMap { expressions.check($0.condition, in: scope, wanting: .bool, for: "`when` of a correction")?.expression }
    if let condition { scope.assume(condition) }
    let stream = context.streams[kind.stream]
    let schema = stream.schema.kinds[kind.kind].fields
    var correction = Correction(kind: kind, fields: [], when: condition, span: name.span)
    var places: [FieldPath: SourceSpan] = [:]
    for member in fields.members {
      let path = member.path.fieldPath
      guard let field = schema.field(at: path), let type = field.type.valueType else {
        diagnostics.append(.unknownCorrectionField(member.path, kind: name, fields: schema.paths))
        continue
      }
      if let filled = stream.filled(path) { diagnostics.append(.correctionFieldFilled(member.path, as: filled)) }
      if let first = places[path] {
        diagnostics.append(.standsTwice(Word(member.path.text, span: member.path.span), first: Word("", span: first)))
      }
      places[path] = places[path] ?? member.path.span
      if let value = expressions.check(member.value, in: scope, wanting: type, for: "`\(member.path.text)`")?.expression {
        correction.fields.append((path, value))
      }
    }
    let given = Set(places.keys).union([stream.time, stream.id, stream.kind].compactMap { $0 })
    let lacking = Self.lacking(schema, inside: [], given: given)
    if !lacking.isEmpty { diagnostics.append(.correctionLacks(lacking, kind: name)) }
    return correction
  }

  /// Paths of required fields that nothing gives: of an object itself if it is not begun, else of what it requires.
  private static func lacking(_ object: ObjectType, inside steps: [String], given: Set<FieldPath>) -> [String] {
    object.fields.flatMap { field -> [String] in
      let path = steps + [field.name]
      if given.contains(FieldPath(path)) { return [] }
      if case .object(let inner) = field.type, given.contains(where: { $0.steps.starts(with: path) }) {
        return lacking(inner, inside: path, given: given)
      }
      return field.isRequired ? [path.joined(separator: ".")] : []
    }
  }

  private mutating func correctedKind(_ name: DottedName) -> EventPattern.Kind? {
    guard let kinds = context.kinds(of: name, &diagnostics) else { return nil }
    guard kinds.count == 1, kinds[0].stream < context.topicStreams else {
      diagnostics.append(.correctionOfNoKind(name))
      return nil
    }
    return kinds[0]
  }
}

extension CheckedStream {
  /// A field of every event that a correction has by itself: its time, its id, its kind.
  fileprivate func filled(_ path: FieldPath) -> String? {
    if path == time { return "time" }
    if path == id { return "id" }
    return path == kind ? "kind" : nil
  }
}
