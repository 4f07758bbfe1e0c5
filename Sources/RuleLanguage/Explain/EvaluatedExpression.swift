package import Diagnostics
import EventModel

/// An expression as it came out: as it is written, with the values that it read, what it gave, and its sides.
///
///     EvaluatedExpression(rule.when, values, in: program, sources: texts).shown   // 1250.00 > 1000.00
package struct EvaluatedExpression: Sendable {
  /// As it is written, on one line.
  package var text: String
  /// The same with values in place of what it reads.
  package var shown: String
  /// What it gave, as rules write it; why nothing, where it ended in an error.
  package var outcome: String
  package var isError: Bool
  /// The sides of `&&`, `||`, `!` and `?:`.
  package var parts: [EvaluatedExpression]

  /// Values that are longer are cut.
  private static let longest = 80

  package init(_ expression: CheckedExpression, _ values: some Activation, in program: CheckedProgram, sources: SourceTexts) {
    let range = expression.span.range
    let bytes = sources[expression.span.file].map { Array($0.bytes[range.clamped(to: 0..<$0.bytes.count)]) } ?? []
    text = Self.line(bytes)
    var shown: [UInt8] = []
    var at = range.lowerBound
    for (place, value) in Self.read(expression, values, file: expression.span.file) {
      guard place.lowerBound >= at, place.upperBound <= range.upperBound, range.upperBound - range.lowerBound == bytes.count else {
        continue
      }
      shown += bytes[(at - range.lowerBound)..<(place.lowerBound - range.lowerBound)]
      shown += Array(value.utf8)
      at = place.upperBound
    }
    if at - range.lowerBound <= bytes.count { shown += bytes[(at - range.lowerBound)...] }
    self.shown = Self.line(shown)
    do {
      outcome = Self.cut(try expression.evaluate(values).celText)
      isError = false
    } catch {
      outcome = error.message
      isError = true
    }
    let sides: [CheckedExpression] =
      switch expression.kind {
      case .and(let a, let b), .or(let a, let b): [a, b]
      case .not(let a): [a]
      case .conditional(let a, let b, let c): [a, b, c]
      default: []
      }
    parts = sides.map { EvaluatedExpression($0, values, in: program, sources: sources) }
  }

  /// What the expression reads, where it stands in its text, and its value; in order. What a let stands for stands elsewhere.
  private static func read(_ expression: CheckedExpression, _ values: some Activation, file: String) -> [(Range<Int>, String)] {
    switch expression.kind {
    case .field, .optionalField, .keyPart, .wholeKey, .param, .aggregate, .lookup, .ago, .transition, .exposure, .exposureCurrency:
      guard expression.span.file == file else { return [] }
      let value = (try? expression.evaluate(values)).map { cut($0.celText) } ?? "?"
      return [(expression.span.range, value)]
    case .comprehension(let fold): return read(fold.range, values, file: file)
    default:
      let all = expression.children.flatMap { read($0, values, file: file) }
      return all.sorted { ($0.0.lowerBound, $0.0.upperBound) < ($1.0.lowerBound, $1.0.upperBound) }
    }
  }

  private static func line(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func cut(_ text: String) -> String { text.count > longest ? text.prefix(longest) + "…" : text }
}
