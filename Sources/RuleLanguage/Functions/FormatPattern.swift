internal import EventModel

/// The text of `format`, read.
struct FormatPattern {
  enum Piece {
    case text([UInt8])
    /// `%.2f`: the letter, and the precision if it is given.
    case clause(String, precision: Int?)
  }

  private(set) var pieces: [Piece] = []

  /// The letters of the clauses, in order.
  var clauses: [String] { pieces.compactMap { if case .clause(let letter, _) = $0 { letter } else { nil } } }

  private static let letters: Set<String> = ["s", "d", "f", "e", "x", "X", "o", "b"]
  private static let largestPrecision = 1_000

  init(_ pattern: String) throws(EvaluationError) {
    var text: [UInt8] = []
    var rest = Array(pattern.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == 0x25 else {
        text.append(byte)
        continue
      }
      if rest.first == 0x25 {
        rest.removeFirst()
        text.append(0x25)
        continue
      }
      if !text.isEmpty { pieces.append(.text(text)) }
      text = []
      let precision = try Self.takePrecision(&rest)
      guard let letter = rest.popFirst() else { throw .invalid("`format`: nothing stands behind the last `%`") }
      let name = letter < 0x80 ? String(UnicodeScalar(letter)) : "…"
      guard Self.letters.contains(name) else { throw .invalid("`format`: there is no clause `%\(name)`") }
      if precision != nil, name != "f", name != "e" { throw .invalid("`format`: only `%f` and `%e` have a precision") }
      pieces.append(.clause(name, precision: precision))
    }
    if !text.isEmpty { pieces.append(.text(text)) }
  }

  private static func takePrecision(_ rest: inout ArraySlice<UInt8>) throws(EvaluationError) -> Int? {
    guard rest.first == 0x2E else { return nil }
    rest.removeFirst()
    var precision: Int?
    while let byte = rest.first, case let digit = byte &- 0x30, digit <= 9 {
      precision = min((precision ?? 0) * 10 + Int(digit), 1_000_000)
      rest.removeFirst()
    }
    guard let precision else { throw .invalid("`format`: a number stands behind `.`") }
    guard precision <= largestPrecision else { throw .overflow("`format`: a precision") }
    return precision
  }

  /// Whether a clause takes values of the type.
  static func takes(_ type: ValueType, as letter: String) -> Bool {
    switch (letter, type) {
    case (_, .dyn): true
    case ("s", .optional), ("s", .object): false
    case ("s", _): true
    case ("d", .int), ("d", .uint), ("d", .double), ("d", .decimal): true
    case ("f", .int), ("f", .uint), ("f", .double), ("f", .decimal), ("e", .int), ("e", .uint), ("e", .double), ("e", .decimal): true
    case ("x", .int), ("x", .uint), ("x", .string), ("x", .bytes), ("X", .int), ("X", .uint), ("X", .string), ("X", .bytes): true
    case ("o", .int), ("o", .uint), ("b", .int), ("b", .uint), ("b", .bool): true
    default: false
    }
  }
}
