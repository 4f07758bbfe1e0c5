import Diagnostics
import EventModel
import RuleLanguage

/// What may be written at a place.
struct Completion {
  struct Item {
    var label: String
    var kind: Kind
    var detail: String?
    var documentation: String?
    /// What is likelier stands before.
    var rank = 5
  }

  /// Of the protocol's kinds.
  enum Kind: Int {
    case function = 3, field = 5, variable = 6, module = 9, value = 12, `enum` = 13, keyword = 14, event = 23, constant = 21
  }

  let index: SymbolIndex
  let scope: CursorScope
  let file: FileSyntax
  let offset: Int
  private var items: [Item] = []

  init(_ file: FileSyntax, at offset: Int, index: SymbolIndex) {
    (self.index, self.file, self.offset) = (index, file, offset)
    scope = CursorScope(file, at: offset, index: index)
  }

  /// The items, and the range that one takes the place of.
  static func items(_ file: FileSyntax, at offset: Int, index: SymbolIndex) -> (items: [Item], range: Range<Int>) {
    var completion = Completion(file, at: offset, index: index)
    let range = completion.run()
    var seen: Set<String> = []
    let items = completion.items.filter { seen.insert($0.label).inserted }
    return (items.sorted { ($0.rank, $0.label) < ($1.rank, $1.label) }, range)
  }

  private mutating func run() -> Range<Int> {
    let bytes = file.source.bytes
    let line = bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    if isInComment(line) { return offset..<offset }
    if let string = openString(line) {
      if let hole = string.hole {
        _ = hole
      } else {
        stringValues(before: string.start)
        return (string.start + 1)..<offset
      }
    }
    guard let chain = Chain(before: offset, in: bytes) else { return offset..<offset }
    if chain.parts.count > 1 { members(of: Array(chain.parts.dropLast())) } else { names(from: chain.start) }
    return chain.last
  }

  // MARK: - Where the cursor is

  private func isInComment(_ line: Int) -> Bool {
    let comments = file.tokens.flatMap(\.comments) + file.trailingComments
    return comments.contains { $0.range.lowerBound >= line && $0.range.lowerBound < offset && offset <= $0.range.upperBound }
  }

  /// The text in quotes that the cursor stands in, on its line; `hole`: the cursor is in its braces.
  private func openString(_ line: Int) -> (start: Int, hole: Int?)? {
    let bytes = file.source.bytes
    var (at, start, hole): (Int, Int?, Int?) = (line, nil, nil)
    while at < offset {
      switch bytes[at] {
      case UInt8(ascii: "\\") where start != nil: at += 1
      case UInt8(ascii: "\""):
        if start == nil { start = at } else if hole == nil { start = nil }
      case UInt8(ascii: "{") where start != nil: hole = at
      case UInt8(ascii: "}"): hole = nil
      case UInt8(ascii: "/") where start == nil && at + 1 < offset && bytes[at + 1] == UInt8(ascii: "/"): return nil
      default: break
      }
      at += 1
    }
    return start.map { ($0, hole) }
  }

  // MARK: - Members

  private mutating func members(of parts: [String]) {
    if let shape = scope.shape(of: parts) {
      fields(shape)
      if shape.fields.isEmpty || parts.count > 1 { methods() }
      return
    }
    if parts.count == 1, let kinds = index.fields.kinds[parts[0]] {
      for kind in kinds where !kind.name.isEmpty {
        items.append(Item(label: kind.name, kind: .event, detail: "\(parts[0]).\(kind.name)", rank: 1))
      }
    }
    let prefix = parts.joined(separator: ".") + "."
    for rule in index.names(of: "rule", "kpi", "lifecycle") where rule.name.hasPrefix(prefix) {
      items.append(
        Item(
          label: String(rule.name.dropFirst(prefix.count)), kind: .module, detail: rule.keyword, documentation: rule.documentation, rank: 2)
      )
    }
    for function in FunctionCatalogue.functions where function.isForRules && function.name.hasPrefix(prefix) {
      add(function, label: String(function.name.dropFirst(prefix.count)))
    }
    if items.isEmpty { methods() }
  }

  mutating func fields(_ shape: Shape) {
    for field in shape.fields {
      let isOptional = !field.isRequired || field.isNullable
      items.append(
        Item(
          label: field.name, kind: .field, detail: field.type.described + (isOptional ? ", optional" : ""),
          documentation: field.documentation, rank: 1))
    }
  }

  private mutating func methods() {
    for function in FunctionCatalogue.functions where function.isForRules && !function.name.contains(".") {
      let signatures = FunctionCatalogue.signatures(of: function.name)
      if signatures.isEmpty || signatures.contains(where: { $0.prefix { $0 != "(" }.contains(".") }) { add(function, label: function.name) }
    }
  }

  private mutating func add(_ function: FunctionDescription, label: String) {
    items.append(
      Item(
        label: label, kind: .function, detail: FunctionCatalogue.signatures(of: function.name).first, documentation: function.meaning,
        rank: 7))
  }

  // MARK: - Texts

  /// In quotes: the values of the field that the text is compared with, or is to be.
  private mutating func stringValues(before start: Int) {
    let tokens = scope.tokens.prefix { $0.range.upperBound <= start }
    guard let last = tokens.last else { return }
    switch last.kind {
    case .punctuation(.equal), .punctuation(.notEqual), .punctuation(.leftBracket), .punctuation(.comma):
      var before = tokens.dropLast()
      if last.kind == .punctuation(.leftBracket) || last.kind == .punctuation(.comma) {
        guard let place = before.lastIndex(where: { $0.kind == .word("in") }) else { return }
        before = before[..<place]
      }
      guard let end = before.last?.range.upperBound, let chain = Chain(before: end, in: file.source.bytes) else { return }
      values(of: scope.field(chain.parts)?.field.type ?? scope.shape(of: chain.parts)?.type)
    case .punctuation(.colon):
      guard let end = tokens.dropLast().last?.range.upperBound, let chain = Chain(before: end, in: file.source.bytes) else { return }
      values(of: eventInBraces().flatMap { index.shape(ofEvent: $0) }.flatMap { shape in field(chain.parts, of: shape) })
      if chain.parts == ["severity"] { Keywords.levels.forEach { items.append(Item(label: $0, kind: .value, rank: 1)) } }
    case .word("allow"), .word("schema"), .word("topic"): break
    default: break
    }
  }

  private func field(_ path: [String], of shape: Shape) -> FieldType? {
    var shape = shape
    for part in path {
      guard let next = shape.member(part)?.shape else { return nil }
      shape = next
    }
    return shape.type
  }

  private mutating func values(of type: FieldType?) {
    var type = type
    if case .list(let element)? = type { type = element }
    guard case .string(.some(let allowed))? = type else { return }
    for value in allowed { items.append(Item(label: value, kind: .value, rank: 1)) }
  }

  // MARK: - Names

  private mutating func names(from start: Int) {
    let previous = scope.before.last
    guard let keyword = scope.keyword else {
      keywords(Keywords.declarations, rank: 1)
      return
    }
    if scope.braces == 0 { return beforeBody(keyword, previous) }
    if let event = eventInBraces(), previous?.kind == .punctuation(.leftBrace) || previous?.kind == .punctuation(.comma) {
      if let shape = index.shape(ofEvent: event) { fields(shape) } else { claimFields(event) }
      return
    }
    guard case .word(let word)? = previous?.kind else { return afterSign(keyword, previous, start) }
    if let values = Keywords.values[word], !(keyword == "test" && word == "at") { keywords(values, rank: 1) }
    if keyword == "test" { inTest(after: word) } else if Keywords.beforeEvents.contains(word) { events(rules: keyword == "rule") }
    if ["when", "where", "measure", "exposure", "in"].contains(word) { expressions() }
    if word == "allow" {
      for entry in DiagnosticCatalogue.rules where entry.severity == .warning {
        items.append(Item(label: entry.code.description, kind: .constant, detail: entry.title, rank: 1))
      }
    }
    if word == "counting" { declared("hours") }
    if ["within", "sliding", "suppress", "remember", "retain"].contains(word) { declared("param") }
    if word == "by" { keyFields() }
    if items.isEmpty || isOnNewLine(start) { clauses(keyword, start) }
  }

  private mutating func beforeBody(_ keyword: String, _ previous: Token?) {
    if keyword == "fixture", previous?.kind == .punctuation(.assign) { events(rules: false, fixtures: true) }
    if keyword == "let", scope.before.count > 2 { expressions() }
    if keyword == "param" { keywords(["bool", "int", "double", "decimal", "string", "duration", "timestamp"], rank: 1) }
    if keyword == "let" || keyword == "fixture", items.isEmpty || previous?.kind != .punctuation(.assign) {
      keywords(Keywords.declarations, rank: 6)
    }
  }

  private mutating func afterSign(_ keyword: String, _ previous: Token?, _ start: Int) {
    switch previous?.kind {
    case .punctuation(.comma):
      switch clause {
      case "by": keyFields()
      case "on": events(rules: false)
      case "severity": keywords(["else"] + Keywords.levels, rank: 1)
      case "test", "tags": break
      default: expressions()
      }
    case .punctuation(.rightBrace), .punctuation(.leftBrace): clauses(keyword, start)
    case .punctuation(.arrow), .punctuation(.rightParenthesis), .punctuation(.rightBracket): clauses(keyword, start)
    case .punctuation: expressions()
    default:
      if keyword == "test" { inTest(after: "") }
      clauses(keyword, start)
    }
    if isOnNewLine(start) { clauses(keyword, start) }
  }

  private func isOnNewLine(_ start: Int) -> Bool {
    file.source.bytes[..<start].last { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") } == UInt8(ascii: "\n")
  }

  /// The keyword that begins the clause at the cursor.
  private var clause: String {
    let known = Set(Keywords.clauses[scope.keyword ?? ""] ?? [])
    for token in scope.before.reversed() {
      if case .word(let word) = token.kind, known.contains(word), token.beginsLine || word == "on" { return word }
    }
    return ""
  }

  private mutating func clauses(_ keyword: String, _ start: Int) {
    if !isOnNewLine(start) { keywords(Keywords.continuations[clause] ?? [], rank: 2) }
    keywords(Keywords.clauses[keyword] ?? [], rank: 3)
    if keyword == "lifecycle" { locals("state") }
  }

  private mutating func keywords(_ words: [String], rank: Int) {
    for word in words { items.append(Item(label: word, kind: .keyword, documentation: Keywords.meaning(of: word), rank: rank)) }
  }
}

// What the program declares.
extension Completion {
  private mutating func declared(_ keyword: String...) {
    for found in index.declared.values where keyword.contains(found.keyword) {
      items.append(Item(label: found.name, kind: .variable, detail: found.signature, documentation: found.documentation, rank: 2))
    }
  }

  private mutating func locals(_ keyword: String) {
    for found in index.locals(at: offset, of: file.source.file) where found.keyword == keyword {
      items.append(Item(label: found.name, kind: .variable, detail: found.signature, rank: 1))
    }
  }

  fileprivate mutating func events(rules: Bool, fixtures: Bool = false) {
    for name in index.fields.patternNames {
      items.append(Item(label: name.name, kind: name.isStream ? .module : .event, detail: name.isStream ? "stream" : "event", rank: 2))
    }
    if fixtures { declared("fixture", "table") }
    if rules { ruleNames() }
  }

  private mutating func ruleNames() {
    for rule in index.names(of: "rule", "kpi", "lifecycle") {
      let names = rule.keyword == "lifecycle" ? ["\(rule.name).illegal_transition", "\(rule.name).overdue"] : [rule.name]
      for name in names { items.append(Item(label: name, kind: .module, detail: rule.keyword, documentation: rule.documentation, rank: 3)) }
    }
  }

  private mutating func expressions() {
    for alias in scope.aliases {
      items.append(Item(label: alias.name, kind: .variable, detail: alias.kinds.joined(separator: " or "), rank: 1))
    }
    for name in scope.names { items.append(Item(label: name, kind: .variable, rank: 1)) }
    for found in index.locals(at: offset, of: file.source.file) where found.keyword == "variable" || found.keyword == "key part" {
      items.append(Item(label: found.name, kind: .variable, detail: found.shape?.type.described ?? found.keyword, rank: 1))
    }
    declared("let", "param", "table")
    for function in FunctionCatalogue.functions where function.isForRules { add(function, label: function.name) }
    keywords(["true", "false"], rank: 8)
  }

  private mutating func keyFields() {
    for kind in scope.patternKinds { index.fields.shape(of: [kind]).map { fields($0) } }
  }

  private mutating func inTest(after word: String) {
    switch word {
    case "expect":
      ruleNames()
      keywords(["no", "correct"], rank: 4)
    case "no":
      ruleNames()
      keywords(["correct"], rank: 4)
    case "correct": events(rules: false)
    case "param": declared("param")
    case "":
      events(rules: false, fixtures: true)
      keywords(["time passes", "rules start"], rank: 4)
    default:
      keywords(
        ["arrives", "from", "deleted", "when", "dated", "resolved", "withdrawn", "undetermined", "waiting", "lags", "catches"], rank: 4)
    }
  }

  /// What an expectation's braces may hold.
  private mutating func claimFields(_ name: String) {
    guard index.declared[.rule(name)] != nil else { return }
    for field in ["severity", "message", "exposure", "currency", "expected", "actual", "settled", "reason", "revision", "evidence"] {
      items.append(Item(label: field, kind: .field, rank: 3))
    }
  }

  /// The event or rule before the braces that the cursor stands in: of a fixture, a line of a test, a correction.
  private func eventInBraces() -> String? {
    var depth = 0
    for position in scope.before.indices.reversed() {
      switch scope.before[position].kind {
      case .punctuation(.rightBrace): depth += 1
      case .punctuation(.leftBrace):
        depth -= 1
        guard depth < 0 else { continue }
        guard position > scope.before.startIndex,
          let chain = Chain(before: scope.before[position - 1].range.upperBound, in: file.source.bytes)
        else { return nil }
        // The braces of the declaration itself follow its name.
        let isBody = scope.keyword.map { !["fixture", "let"].contains($0) } == true && isFirstBrace(position)
        return isBody || chain.parts.contains("") ? nil : chain.parts.joined(separator: ".")
      default: break
      }
    }
    return nil
  }

  private func isFirstBrace(_ position: Int) -> Bool {
    scope.tokens.firstIndex { $0.kind == .punctuation(.leftBrace) } == position
  }
}

extension SymbolIndex {
  /// The fields of an event by its name, or a fixture's.
  func shape(ofEvent name: String) -> Shape? { declared[.value(name)]?.shape ?? fields.shape(of: [name]) }
}
