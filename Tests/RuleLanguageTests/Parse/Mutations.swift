import Diagnostics
import RuleLanguage

/// A text with one token dropped, doubled or cut to half, and the text up to a token.
struct Mutation {
  var text: [UInt8]
  var description: String

  static func all(of text: [UInt8]) -> [Mutation] {
    let tokens = FileSyntax.parse(SourceText(file: "f", bytes: text)).file.tokens.map(\.range)
    return tokens.flatMap { range -> [Mutation] in
      let (before, token, after) = (text[..<range.lowerBound], text[range], text[range.upperBound...])
      let name = "`\(String(decoding: token, as: UTF8.self))` at \(range.lowerBound)"
      return [
        Mutation(text: Array(before + after), description: "without \(name)"),
        Mutation(text: Array(before + token + [0x20] + token + after), description: "with two of \(name)"),
        Mutation(text: Array(before + token.prefix(token.count / 2) + after), description: "with half of \(name)"),
        Mutation(text: Array(before), description: "up to \(name)"),
      ]
    }
  }
}
