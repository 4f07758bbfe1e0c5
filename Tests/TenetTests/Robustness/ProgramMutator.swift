import Diagnostics
import RuleLanguage
import TestKit

/// Makes programs of others: bytes, tokens, lines and clauses of their declarations are dropped, doubled, exchanged, and put together with
/// those of other declarations.
struct ProgramMutator {
  private var random: TestRandom
  private let corpus: ProgramCorpus

  init(seed: UInt64, corpus: ProgramCorpus) { (random, self.corpus) = (TestRandom(seed: seed), corpus) }

  private static let clauseWords: Set<String> = [
    "by", "on", "with", "expect", "forbid", "then", "unless", "over", "within", "when", "where", "severity", "violation", "exposure",
    "measure", "target", "emit", "fill", "at", "after", "given", "cases", "param", "correct", "suppress", "remember", "start", "end",
    "state", "topic", "schema", "kind", "kinds", "key", "time", "id", "disorder", "open", "closed", "allow", "mode", "scope", "retain",
  ]

  private static let pieces: [String] = [
    "{", "}", "(", ")", "[", "]", "\"", "\"\"\"", "'", "`", ",", ":", ".", ".?", "[?", "|", "||", "&&", "==", "=", "!", "-", "->", "?",
    "0", "-1", "9223372036854775807", "18446744073709551616", "1e400", "0.1", "1h30m", "0s", "99999w", "24:00", "2026-02-30",
    "// a\n", "/// a\n", "/* */", "é", "\u{301}", "\u{1F600}", "\u{0}", "\r\n", "\t", "{e}", "{{", "\"{o.total}\"", "\"\\u{}\"",
    "true", "null", "in", "within", "before", "after", "around", "as", "where", "or", "and", "not", "like", "between", "is", "if", "else",
    "first", "last", "all", "o", "o.total", "count()", "sum(o.total)", "has(o.total)", "key", "exposure", "currency", "rule x.y {",
    "test \"t\" {", "fixture f = f", "let a = a", "param p decimal { default p }", "has", "$", ";", "#", "“", "—",
  ]

  /// A program's world and a file of it that was spoiled.
  mutating func next() -> (world: ProgramCorpus.World, text: [UInt8]) {
    let world = random.pick(corpus.worlds)
    var text = (0..<random.whole(1...3)).map { _ in random.pick(world.declarations) }.joined(separator: "\n")
    for _ in 0..<random.whole(1...4) {
      let unit = random.pick([Unit.token, .token, .line, .clause])
      text = mutated(text, by: unit, with: random.pick(random.pick(corpus.worlds).declarations))
    }
    var bytes = Array(text.utf8)
    if random.chance(0.15) { spoil(&bytes) }
    return (world, bytes)
  }

  private enum Unit { case token, line, clause }

  private mutating func mutated(_ text: String, by unit: Unit, with other: String) -> String {
    var parts = Self.parts(of: text, unit)
    let others = Self.parts(of: other, unit)
    guard !parts.isEmpty, !others.isEmpty else { return text + random.pick(Self.pieces) }
    let place = random.whole(0...(parts.count - 1))
    let end = min(parts.count, place + random.whole(1...3))
    switch random.whole(0...7) {
    case 0: parts.removeSubrange(place..<end)
    case 1: parts.insert(contentsOf: Array(parts[place..<end]), at: place)
    case 2: parts.swapAt(place, random.whole(0...(parts.count - 1)))
    case 3: parts.insert(" " + random.pick(Self.pieces) + " ", at: place)
    case 4: parts[place] = " " + random.pick(Self.pieces)
    case 5: parts[place] = " " + random.pick(others)
    case 6: parts.replaceSubrange(place..., with: others.suffix(random.whole(0...others.count)))
    default: parts.insert(parts.remove(at: place), at: random.whole(0...parts.count))
    }
    return parts.joined()
  }

  /// The text in pieces, each with the space before it.
  private static func parts(of text: String, _ unit: Unit) -> [String] {
    if unit == .line { return text.split(separator: "\n", omittingEmptySubsequences: false).map { $0 + "\n" } }
    let source = SourceText(file: "f", text: text)
    var parts: [String] = []
    var end = 0
    for token in FileSyntax.parse(source).file.tokens.map(\.range) {
      let beginsPart = unit == .token || parts.isEmpty || clauseWords.contains(source.text(token))
      if beginsPart { parts.append("") }
      parts[parts.count - 1] += source.text(end..<token.upperBound)
      end = token.upperBound
    }
    return parts
  }

  private mutating func spoil(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    let place = random.whole(0...(bytes.count - 1))
    switch random.whole(0...3) {
    case 0: bytes[place] = UInt8(random.whole(0...255))
    case 1: bytes.removeSubrange(place..<min(bytes.count, place + random.whole(1...20)))
    case 2: bytes.removeSubrange(place...)
    default: bytes.insert(contentsOf: Array(repeating: bytes[place], count: random.whole(1...300)), at: place)
    }
  }
}
