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
    /// What is likelier stands before; of one rank by `order`, then by the alphabet.
    var rank = 5
    var order = 0
  }

  /// Of words that may begin a clause.
  static let clauseRank = 3

  /// Of the protocol's kinds.
  enum Kind: Int {
    case function = 3, field = 5, variable = 6, module = 9, value = 12, keyword = 14, constant = 21, event = 23
  }

  let index: SymbolIndex
  let scope: CursorScope
  let file: FileSyntax
  let offset: Int
  var items: [Item] = []

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
    return (items.sorted { ($0.rank, $0.order, $0.label) < ($1.rank, $1.order, $1.label) }, range)
  }

  private mutating func run() -> Range<Int> {
    if isInComment { return offset..<offset }
    let string = openString
    if let string, string.hole == nil {
      stringValues(before: string.start)
      return (string.start + 1)..<offset
    }
    guard let chain = Chain(before: offset, in: file.source.bytes) else {
      // What stands before the dot is a call or the like.
      methods()
      return Chain.word(before: offset, in: file.source.bytes)
    }
    if chain.parts.count > 1 {
      members(of: Array(chain.parts.dropLast()), from: chain.start)
    } else if string != nil {
      expressions()
    } else {
      names(from: chain.start)
    }
    return chain.last
  }

  // MARK: - Where the cursor is

  var lineStart: Int { file.source.bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0 }

  private var isInComment: Bool {
    let line = lineStart
    let comments = file.tokens.flatMap(\.comments) + file.trailingComments
    return comments.contains { $0.range.lowerBound >= line && $0.range.lowerBound < offset && offset <= $0.range.upperBound }
  }

  /// The text in quotes that the cursor stands in, on its line; `hole`: the cursor is in its braces.
  private var openString: (start: Int, hole: Int?)? {
    let bytes = file.source.bytes
    var (at, start, hole): (Int, Int?, Int?) = (lineStart, nil, nil)
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

  /// The token that ends before a place.
  func token(before place: Int) -> Token? { scope.tokens.last { $0.range.upperBound <= place } }

  /// The words of the cursor's line before a place.
  func words(before place: Int) -> [String] {
    let line = lineStart
    let tokens = scope.tokens.filter { $0.range.lowerBound >= line && $0.range.upperBound <= place }
    return tokens.compactMap { token -> String? in if case .word(let word) = token.kind { word } else { nil } }
  }

  // MARK: - Members

  private mutating func members(of parts: [String], from start: Int) {
    if let shape = self.shape(of: parts, from: start) {
      fields(shape)
      if shape.fields.isEmpty || parts.count > 1 { methods() }
      return
    }
    let prefix = parts.joined(separator: ".") + "."
    let words = self.words(before: start)
    let line = scope.keyword == "test" ? words.first : nil
    if line == "given" {
      for (name, param) in givenParams where name.hasPrefix(prefix) { add(param, as: String(name.dropFirst(prefix.count)), rank: 1) }
      return
    }
    // A test's expectation names rules, what happens in it kinds; patterns may name both.
    let isCorrection = words.last == "correct"
    if parts.count == 1, line != "expect" || isCorrection, let kinds = index.fields.kinds[parts[0]] {
      for kind in kinds where !kind.name.isEmpty {
        items.append(
          Item(label: kind.name, kind: .event, detail: "\(parts[0]).\(kind.name)", documentation: kind.documentation, rank: 1))
      }
    }
    if line == nil || line == "expect", !isCorrection {
      for (name, rule) in ruleNames where name.hasPrefix(prefix) { add(rule, as: String(name.dropFirst(prefix.count)), rank: 2) }
    }
    for function in FunctionCatalogue.functions where function.isForRules && function.name.hasPrefix(prefix) {
      add(function, label: String(function.name.dropFirst(prefix.count)))
    }
    if items.isEmpty { methods() }
  }

  /// What stands before the last dot: a member of the braces around, else a value.
  private func shape(of parts: [String], from start: Int) -> Shape? {
    let previous = token(before: start)?.kind
    if previous == .punctuation(.leftBrace) || previous == .punctuation(.comma), case .event(let name)? = bracesAround,
      let event = index.shape(ofEvent: name), let shape = self.shape(of: parts, in: event)
    {
      return shape
    }
    return scope.shape(of: parts)
  }

  private func shape(of path: [String], in shape: Shape) -> Shape? {
    var shape = shape
    for part in path {
      guard let next = shape.member(part)?.shape else { return nil }
      shape = next
    }
    return shape
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

  mutating func add(_ function: FunctionDescription, label: String) {
    items.append(
      Item(
        label: label, kind: .function, detail: FunctionCatalogue.signatures(of: function.name).first, documentation: function.meaning,
        rank: 7))
  }

  func isFirstBrace(_ position: Int) -> Bool { scope.tokens.firstIndex { $0.kind == .punctuation(.leftBrace) } == position }

  // MARK: - Texts

  /// In quotes: the values of the field that the text is compared with, or is to be.
  private mutating func stringValues(before start: Int) {
    guard var sign = token(before: start) else { return }
    if sign.kind == .punctuation(.leftBracket) || sign.kind == .punctuation(.comma) {
      guard let list = scope.tokens.last(where: { $0.kind == .word("in") && $0.range.upperBound <= start }) else { return }
      sign = list
    }
    switch sign.kind {
    case .punctuation(.equal), .punctuation(.notEqual), .punctuation(.colon), .word("in"): values(of: wanted(after: sign), isQuoted: false)
    default: break
    }
  }

  /// The type of what stands before a sign: of what is compared, or of a member.
  func wanted(after sign: Token) -> FieldType? {
    guard let end = token(before: sign.range.lowerBound)?.range.upperBound, let chain = Chain(before: end, in: file.source.bytes) else {
      return nil
    }
    guard sign.kind == .punctuation(.colon) else { return scope.field(chain.parts)?.field.type ?? scope.shape(of: chain.parts)?.type }
    guard case .event(let name)? = bracesAround else { return nil }
    if let event = index.shape(ofEvent: name) { return shape(of: chain.parts, in: event)?.type }
    return chain.parts == ["severity"] ? FieldType.string(allowed: Keywords.levels) : nil
  }

  mutating func values(of type: FieldType?, isQuoted: Bool) {
    var type = type
    if case .list(let element)? = type { type = element }
    guard case .string(.some(let allowed))? = type else { return }
    for (order, value) in allowed.enumerated() {
      items.append(Item(label: isQuoted ? "\"\(value)\"" : value, kind: .value, rank: isQuoted ? 0 : 1, order: order))
    }
  }
}
