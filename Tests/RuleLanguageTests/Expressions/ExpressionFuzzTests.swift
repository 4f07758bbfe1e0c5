import Diagnostics
import EventModel
import Foundation
import TestKit
import Testing

@testable import RuleLanguage

/// Mutations of the conformance cases' expressions: they are checked or refused, evaluated or ended in an error, and nothing else.
@Suite("Mutated expressions")
struct ExpressionFuzzTests {
  static let corpus: [String] = {
    let files =
      ["standard", "extensions", "types", "tenet"].map { GoldenFile.folder.appending(path: "CEL/\($0).jsonl") } + [ConformanceTests.suite]
    return files.flatMap { file in
      ((try? Data(contentsOf: file)) ?? Data()).split(separator: 0x0A).compactMap { (try? JSONValue.parse(Array($0)))?["expr"]?.text }
    }
  }()

  /// `TENET_SEEDS` tries more of them.
  static let rounds = ProcessInfo.processInfo.environment["TENET_SEEDS"].flatMap { Int($0) } ?? 40

  @Test("no mutation crashes or hangs, and every mistake has a place", arguments: 0..<rounds)
  func mutations(_ round: Int) {
    var mutator = ExpressionMutator(seed: UInt64(round), corpus: Self.corpus)
    for _ in 0..<50 {
      let text = mutator.next()
      for isChecked in [true, false] {
        var session = ExpressionSession()
        session.isChecked = isChecked
        for name in ["x", "y"] { session.declare(name, .dyn, .int(1)) }
        let (program, diagnostics) = session.check(SourceText(file: "e", bytes: text))
        #expect(program != nil || diagnostics.hasErrors, "round \(round): \(String(decoding: text, as: UTF8.self))")
        expectPlaces(diagnostics, text, round)
        if let program { _ = try? session.evaluate(program).celText }
      }
      let (syntax, mistakes) = ExpressionSyntax.parse(SourceText(file: "e", bytes: text))
      expectPlaces(mistakes, text, round)
      guard let syntax else { continue }
      var checker = ExpressionChecker()
      let amount = checker.check(syntax, in: ExpressionFixture.scope(), for: "it")
      #expect(amount != nil || checker.diagnostics.hasErrors, "round \(round): \(String(decoding: text, as: UTF8.self))")
      expectPlaces(checker.diagnostics, text, round)
    }
  }

  private func expectPlaces(_ diagnostics: [Diagnostic], _ text: [UInt8], _ round: Int) {
    for diagnostic in diagnostics {
      let isPlaced = diagnostic.span.range.upperBound <= text.count && !diagnostic.message.isEmpty
      #expect(isPlaced || diagnostic.span.file != "e", "round \(round): \(diagnostic.message): \(String(decoding: text, as: UTF8.self))")
    }
  }

  @Test(
    "what is very large is checked or refused",
    arguments: [
      ("(", 1_000_000), ("[", 1_000_000), ("{1:", 300_000), ("!", 1_000_000), ("-", 1_000_000), ("1+", 500_000), ("a.", 500_000),
      ("a[", 500_000), ("f(", 500_000), ("true?1:", 140_000), ("\"", 999_999), ("1,", 100_000), ("x||", 300_000), ("[].map(x,", 100_000),
    ])
  func large(_ piece: String, _ count: Int) {
    let text = Array(String(repeating: piece, count: count).utf8) + [0x31]
    let (program, diagnostics) = ExpressionSession().check(SourceText(file: "e", bytes: text))
    #expect(program == nil && diagnostics.hasErrors)
  }

  @Test("what names make deeper than it is written is checked and evaluated, or refused")
  func deep() throws {
    func nested(_ inner: String, _ depth: Int) -> String {
      String(repeating: "[", count: depth) + inner + String(repeating: "]", count: depth)
    }
    let slots = (0..<100).map { nested($0 == 0 ? "1" : "cel.index(\($0 - 1))", 90) }
    let binds = (0..<90).reversed().reduce("b89 == b89") { inner, index in
      "cel.bind(b\(index), \(nested(index == 0 ? "1" : "b\(index - 1)", 90 - index)), \(inner))"
    }
    let maps = (0..<90).reduce("[1]") { inner, index in "\(inner).map(x, \(nested("x", index)))" }
    for text in ["cel.block([\(slots.joined(separator: ", "))], cel.index(99) == cel.index(99))", binds, maps + " == [1]"] {
      for isChecked in [true, false] {
        var session = ExpressionSession()
        session.isChecked = isChecked
        let (program, diagnostics) = session.check(SourceText(file: "e", text: text))
        if let program { _ = try? session.evaluate(program).celText } else { #expect(diagnostics.hasErrors) }
      }
    }
  }

  @Test("a list of a hundred thousand comparisons is checked and evaluated")
  func long() throws {
    let text = "[" + String(repeating: "1 == 1, dyn(2) + 1, [], ", count: 33_000) + "true]"
    let session = ExpressionSession()
    let (program, diagnostics) = session.check(SourceText(file: "e", text: text))
    #expect(diagnostics == [])
    guard case .list(let elements) = try session.evaluate(try #require(program)) else { return }
    #expect(elements.count == 99_001)
  }
}

/// Makes expressions of others: their tokens are dropped, doubled, exchanged, and put together with those of another one.
struct ExpressionMutator {
  private var random: TestRandom
  private let corpus: [String]
  private static let pieces = [
    "x", "y", "o.total", "1", "-1", "0", "1u", "1.5", "1e400", "\"a\"", "b'\\xff'", "null", "true", "[]", "{}", "9223372036854775807",
    "1h30m",
    "(", ")", "[", "]", "{", "}", ",", ":", "?", ".", "..", ".?", "[?", "&&", "||", "==", "in", "+", "-", "*", "/", "%", "!", "<",
    ".map(x, x)", ".exists(i, v, v)", ".sortBy(x, x)", "cel.bind(x, 1, x)", "cel.block([x], cel.index(0))", "optional.of(x)", ".value()",
    ".format([x])", "dyn(x)", "has(x.y)", "math.greatest(x, y)", "google.protobuf.Int64Value{value: 1}", "timestamp(x)", "\u{0}", "é", "//",
  ]

  init(seed: UInt64, corpus: [String]) { (random, self.corpus) = (TestRandom(seed: seed), corpus) }

  mutating func next() -> [UInt8] {
    var tokens = tokens(of: random.pick(corpus))
    for _ in 0..<random.whole(1...4) {
      let place = random.whole(0...tokens.count)
      let end = min(tokens.count, place + random.whole(0...6))
      switch random.whole(0...7) {
      case 0: tokens.removeSubrange(place..<end)
      case 1: tokens.insert(contentsOf: Array(tokens[place..<end]), at: place)
      case 2, 3: tokens.insert(random.pick(Self.pieces), at: place)
      case 4: tokens.replaceSubrange(place..<end, with: [random.pick(Self.pieces)])
      case 5:
        let other = self.tokens(of: random.pick(corpus))
        tokens.replaceSubrange(place..., with: other.suffix(random.whole(0...other.count)))
      case 6: tokens.insert(contentsOf: self.tokens(of: random.pick(corpus)), at: place)
      default: tokens.shuffle(using: &random)
      }
    }
    var bytes = Array(tokens.joined(separator: random.chance(0.5) ? " " : "").utf8)
    if random.chance(0.2), !bytes.isEmpty { bytes[random.whole(0...(bytes.count - 1))] = UInt8(random.whole(0...255)) }
    return bytes
  }

  private func tokens(of text: String) -> [String] {
    var lexer = Lexer(file: "e", bytes: Array(text.utf8))
    var tokens: [String] = []
    while true {
      let token = lexer.next()
      if token.kind == .end { return tokens }
      tokens.append(String(decoding: Array(text.utf8)[token.range], as: UTF8.self))
    }
  }
}
