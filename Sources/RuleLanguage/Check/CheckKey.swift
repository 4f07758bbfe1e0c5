import Diagnostics
import EventModel

/// Checks `by`: for each part, what gives it in every pattern (language.md 7).
extension RuleChecker {
  /// Fills in `key`. It is called twice, since a `where` may read the key and a key may rest on what `where` says: first for the types
  /// alone, with no diagnostic kept, then with all conditions known.
  mutating func checkKey(_ syntax: KeySyntax?, isLast: Bool) {
    let kept = (expressions: expressions, diagnostics: diagnostics)
    key = syntax?.parts.compactMap { part(of: $0) } ?? []
    if isLast {
      checkNames(syntax)
    } else {
      (expressions, diagnostics) = kept
    }
  }

  private mutating func part(of syntax: KeySyntax.Part) -> KeyPart? {
    var given: [Int: ExpressionSyntax] = [:]
    for expression in syntax.expressions {
      guard let pattern = patternRead(by: expression) else { return nil }
      if let first = given[pattern] {
        diagnostics.append(.keyPartTwice(expression, first: first.span))
      } else {
        given[pattern] = expression
      }
    }
    var expressionsOfPart: [CheckedExpression] = []
    var isMissing = false
    for index in patterns.indices {
      var scope = scope(of: [index])
      scope.keyParts = []
      if index < conditions.count, let condition = conditions[index] { scope.assume(condition) }
      let checked: CheckedExpression?
      if let expression = given[index] {
        checked = expressions.check(expression, in: scope, for: "the key")?.expression
      } else {
        let path = FieldPath([syntax.name.text])
        guard hasField(path.steps[0], index) else {
          // One misspelt name is one mistake, in however many patterns.
          if !isMissing { diagnostics.append(keyFieldMissing(syntax.name, from: index)) }
          isMissing = true
          continue
        }
        checked = expressions.checkField(path, of: index, at: syntax.name.span, in: scope)?.expression
        if checked != nil, !isSure(path, of: index, scope.facts) {
          diagnostics.append(.optionalKey(syntax.name, pattern: patterns[index].syntax))
        }
      }
      if let checked { expressionsOfPart.append(checked) }
    }
    guard expressionsOfPart.count == patterns.count, let first = expressionsOfPart.first else { return nil }
    guard checkType(first, of: syntax) else { return nil }
    for (index, expression) in expressionsOfPart.enumerated() where expression.type != first.type {
      let labels = [0, index].map { patterns[$0].syntax.names[0].text }
      diagnostics.append(.keyTypesDiffer(syntax, first.type, of: labels[0], expression.type, of: labels[1]))
      return nil
    }
    return KeyPart(name: syntax.name.text, type: first.type, expressions: expressionsOfPart)
  }

  private func hasField(_ name: String, _ pattern: Int) -> Bool {
    patterns[pattern].kinds.contains { context.streams[$0.stream].schema.kinds[$0.kind].fields[name] != nil }
  }

  private func keyFieldMissing(_ name: Word, from pattern: Int) -> Diagnostic {
    let fields = patterns.map { pattern in
      pattern.kinds.map { Set(context.streams[$0.stream].schema.kinds[$0.kind].fields.fields.map(\.name)) }.reduce(Set()) { $0.union($1) }
    }
    let common = fields.dropFirst().reduce(fields[0]) { $0.intersection($1) }
    let others = patterns.indices.filter { $0 != pattern }.map { patterns[$0].syntax.alias?.text ?? "a" }
    return .keyFieldMissing(
      name, of: patterns[pattern].syntax, nearest: nearestName(to: name.text, among: common.sorted()), otherAlias: others.first)
  }

  /// Every event of the pattern has the field, by its schema or since `where` asks for it.
  private func isSure(_ path: FieldPath, of pattern: Int, _ facts: Facts) -> Bool {
    facts.isPresent("event(\(pattern), \(path))")
      || patterns[pattern].kinds.allSatisfy { kind in
        let field = context.streams[kind.stream].schema.kinds[kind.kind].fields.field(at: path)
        return field.map { $0.isRequired && !$0.isNullable } ?? false
      }
  }

  private mutating func checkType(_ expression: CheckedExpression, of part: KeySyntax.Part) -> Bool {
    switch expression.type {
    case .bool, .int, .uint, .double, .decimal, .string, .timestamp: return true
    default:
      diagnostics.append(.badKeyType(part, expression.type))
      return false
    }
  }

  /// The one pattern whose alias an expression names.
  private mutating func patternRead(by expression: ExpressionSyntax) -> Int? {
    let names = expression.namesInIt
    let read = patterns.indices.filter { index in patterns[index].syntax.alias.map { names.contains($0.text) } ?? false }
    guard read.count == 1 else {
      diagnostics.append(.keyPartOfNoPattern(expression, isOfSeveral: read.count > 1, aliases: patterns.compactMap(\.syntax.alias?.text)))
      return nil
    }
    return read[0]
  }

  private mutating func checkNames(_ syntax: KeySyntax?) {
    var seen: [String: Word] = [:]
    for part in syntax?.parts ?? [] {
      context.names.checkLocal(part.name, as: "part of the key", &diagnostics)
      let taken = seen[part.name.text] ?? patterns.compactMap(\.syntax.alias).first { $0.text == part.name.text }
      if let taken {
        let keyword = seen[part.name.text] == nil ? "alias" : "part of the key"
        diagnostics.append(
          .nameTaken(part.name.text, at: part.name.span, as: "part of the key", first: Names.Declared(keyword: keyword, span: taken.span)))
      }
      seen[part.name.text] = part.name
    }
  }
}
