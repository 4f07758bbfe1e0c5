internal import Diagnostics

/// How text looks on a terminal.
enum Style: Sendable {
  case plain, strong, faint, title, good, bad, accent, link
  case critical, high, medium, low, info

  /// The parameters of ANSI's SGR.
  var code: String {
    switch self {
    case .plain: "0"
    case .strong: "1"
    case .faint: "2"
    case .title: "1;7"
    case .good: "32"
    case .bad, .high: "1;31"
    case .accent, .low: "36"
    case .link: "4;36"
    case .critical: "1;97;41"
    case .medium: "33"
    case .info: "34"
    }
  }
}

/// One line of the screen: pieces of text, each with its style.
struct StyledLine: Equatable, Sendable {
  struct Piece: Equatable, Sendable {
    var text: String
    var style: Style
  }

  private(set) var pieces: [Piece] = []
  private(set) var width = 0

  init(_ text: String = "", _ style: Style = .plain) { add(text, style) }

  mutating func add(_ text: String, _ style: Style = .plain) {
    if text.isEmpty { return }
    let text = Self.printable(text)
    pieces.append(Piece(text: text, style: style))
    width += DisplayWidth.of(text)
  }

  /// Adds text in a field of a width: cut with `…` where it is too long.
  mutating func add(_ text: String, _ style: Style = .plain, width: Int, alignRight: Bool = false) {
    let text = Self.cut(Self.printable(text), to: width)
    let padding = String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
    if alignRight { add(padding) }
    add(text, style)
    if !alignRight { add(padding) }
  }

  /// Fills with spaces up to a column.
  mutating func fill(to column: Int) {
    if width < column { add(String(repeating: " ", count: column - width)) }
  }

  mutating func append(_ other: StyledLine) {
    for piece in other.pieces { add(piece.text, piece.style) }
  }

  /// The same, no wider than a terminal.
  func cut(to limit: Int) -> StyledLine {
    if width <= limit { return self }
    var line = StyledLine()
    for piece in pieces {
      let room = limit - line.width
      if room <= 0 { break }
      line.add(Self.cut(piece.text, to: room), piece.style)
    }
    return line
  }

  var text: String { pieces.map(\.text).joined() }

  /// With the escapes of a terminal that understands ANSI.
  func rendered(isColored: Bool) -> String {
    guard isColored else { return text }
    return pieces.map { $0.style == .plain ? $0.text : "\u{1B}[\($0.style.code)m\($0.text)\u{1B}[0m" }.joined()
  }

  static func cut(_ text: String, to limit: Int) -> String {
    if limit <= 0 { return "" }
    if DisplayWidth.of(text) <= limit { return text }
    var out = ""
    var width = 0
    for character in text {
      let next = DisplayWidth.of(character)
      if width + next > limit - 1 { break }
      out.append(character)
      width += next
    }
    return out + "…"
  }

  /// Without what would move the cursor: events can hold anything.
  private static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "·" : $0 }))
  }
}
