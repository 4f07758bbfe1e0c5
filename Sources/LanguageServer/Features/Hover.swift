import Diagnostics
import EventModel
import RuleLanguage

/// What a hover says of a name.
struct Hover {
  let index: SymbolIndex
  /// What a rule demands, in sentences; nil: it has mistakes.
  let demands: (_ rule: String) -> [String]?

  /// Markdown, and the place it is about.
  func text(at offset: Int, in file: FileSyntax) -> (markdown: String, range: Range<Int>)? {
    let here = index.at(offset, of: file.source.file)
    // The part of a key that is a field is both: the field says more.
    if let found = here.first(where: { $0.field != nil }) ?? here.first, let text = describe(found) { return (text, found.span.range) }
    let chain = Chain(before: offset, in: file.source.bytes, throughWord: true)
    if let chain, chain.parts.count > 1, let place = CursorScope(file, at: offset, index: index).field(chain.parts) {
      return (describe(place.field, of: place.shape), chain.last)
    }
    guard let place = file.tokens.firstIndex(where: { $0.range.contains(offset) || $0.range.upperBound == offset }),
      case .word(let word) = file.tokens[place].kind, let text = Keywords.meaning(of: word)
    else { return nil }
    let token = file.tokens[place]
    // Before a colon it is a member's name; of those that a violation has some are keywords as well.
    let isMember = place + 1 < file.tokens.count && file.tokens[place + 1].kind == .punctuation(.colon)
    if isMember, word != "severity", word != "exposure" { return nil }
    return ("```tenet\n\(word)\n```\n\n\(text)", token.range)
  }

  func describe(_ found: Occurrence) -> String? {
    switch found.symbol {
    case .field(let stream, let path):
      guard let field = found.field else { return nil }
      return describe(field, named: path, of: stream)
    case .function(let name): return function(name)
    case .kind(let stream, let kind):
      guard let shape = index.fields.shape(of: ["\(stream).\(kind)"]) else { return "```tenet\n\(stream).\(kind)\n```" }
      let documentation = index.fields.kinds[stream]?.first { $0.name == kind }?.documentation
      let lines = ["```tenet\n\(stream).\(kind)\n```", documentation, "an event of the stream `\(stream)`", table(shape.fields)]
      return lines.compactMap { $0 }.joined(separator: "\n\n")
    case .value, .rule, .local:
      guard let declared = index.declared[found.symbol] else { return nil }
      return describe(declared)
    }
  }

  func describe(_ declared: Declared) -> String {
    var text = "```tenet\n\(declared.signature)\n```"
    switch declared.symbol {
    case .local:
      text += "\n\n\(declared.keyword)"
      if let shape = declared.shape, shape.fields.isEmpty { text += ": \(shape.type.described)" }
    default: break
    }
    if let documentation = declared.documentation { text += "\n\n" + documentation }
    if case .rule(let name) = declared.symbol, let sentences = demands(name) { text += "\n\n" + sentences.joined(separator: " ") }
    if declared.keyword == "stream" {
      let kinds = (index.fields.kinds[declared.name] ?? []).map(\.name).filter { !$0.isEmpty }
      if !kinds.isEmpty { text += "\n\nkinds: " + kinds.map { "`\($0)`" }.joined(separator: ", ") }
    } else if let shape = declared.shape, !shape.fields.isEmpty {
      text += "\n\n" + table(shape.fields)
    }
    return text
  }

  private func describe(_ field: Field, of shape: Shape) -> String {
    describe(field, named: shape.path.joined(separator: "."), of: shape.streams.first ?? "")
  }

  private func describe(_ field: Field, named path: String, of stream: String) -> String {
    var lines = ["```tenet\n\(path): \(field.type.described)\n```"]
    if let documentation = field.documentation { lines.append(documentation) }
    lines += field.remarks
    lines.append("field of `\(stream)`")
    return lines.joined(separator: "\n\n")
  }

  func function(_ name: String) -> String? {
    guard let description = FunctionCatalogue.description(of: name) else { return nil }
    let signatures = FunctionCatalogue.signatures(of: name)
    var text = "```tenet\n\(signatures.isEmpty ? name : signatures.joined(separator: "\n"))\n```\n\n\(description.meaning)"
    if let example = description.example, let result = description.result { text += "\n\n`\(example)` is `\(result)`" }
    return text
  }

  private func table(_ fields: [Field]) -> String {
    fields.prefix(40).map { "- `\($0.name)`: \($0.type.described)\($0.isRequired && !$0.isNullable ? "" : " (optional)")" }
      .joined(separator: "\n")
  }
}
