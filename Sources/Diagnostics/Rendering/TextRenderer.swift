/// Diagnostics for people: what is wrong, the line with a caret under the place, notes, and what to write instead.
///
/// ```
/// error[TN0301]: `totl` is not a field of `orders.placed`
///   --> Rules/orders.tenet:4:10
///    |
///  4 |   when o.totl > 100
///    |          ^^^^
///    = help: did you mean `total`?
/// ```
package struct TextRenderer: Sendable {
  package var sources: SourceTexts
  package var isColored: Bool

  package init(sources: SourceTexts, isColored: Bool = false) {
    self.sources = sources
    self.isColored = isColored
  }

  /// All of them with an empty line between each two; ends with a line end if there is any.
  package func render(_ diagnostics: [Diagnostic]) -> String { diagnostics.map { render($0) }.joined(separator: "\n") }

  /// One diagnostic, several lines, each with its line end.
  package func render(_ diagnostic: Diagnostic) -> String {
    let style: Style = diagnostic.severity == .error ? .error : .warning
    let excerpts = [excerpt(of: diagnostic.span)] + diagnostic.notes.map { $0.span.map { excerpt(of: $0) } }.compactMap(\.self)
    let margin = excerpts.compactMap(\.line).map { String($0.number).count }.max() ?? 1

    var lines = [paint("\(diagnostic.severity)[\(diagnostic.code)]", style) + paint(": \(diagnostic.message)", .strong)]
    lines += excerpts[0].rendered(margin: margin, caret: "^", paint: { paint($0, $1 ?? style) })
    var spanned = excerpts.dropFirst()
    for note in diagnostic.notes {
      if note.span == nil {
        lines.append(remark("note", note.message, margin: margin))
      } else {
        lines.append(paint("note", .note) + ": \(note.message)")
        lines += spanned.removeFirst().rendered(margin: margin, caret: "-", paint: { paint($0, $1 ?? .note) })
      }
    }
    if let help = diagnostic.help { lines.append(remark("help", help, margin: margin)) }
    return lines.map { $0 + "\n" }.joined()
  }

  private func remark(_ kind: String, _ message: String, margin: Int) -> String {
    String(repeating: " ", count: margin + 2) + paint("= \(kind)", .note) + ": \(message)"
  }

  enum Style: String {
    case error = "1;31"
    case warning = "1;33"
    case note = "1;36"
    case strong = "1"
    case faint = "34"
  }

  private func paint(_ text: String, _ style: Style) -> String {
    isColored ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// So many bytes are more than an excerpt has on one side.
  private static let margin = 4_096

  private func excerpt(of span: SourceSpan) -> Excerpt {
    guard let source = sources[span.file] else { return Excerpt(place: span.file, line: nil) }
    let position = source.position(of: span.range.lowerBound)
    let range = source.line(position.line)
    let start = min(span.range.lowerBound, range.upperBound)
    let end = min(max(span.range.upperBound, start), range.upperBound)
    // Of a long line no more is looked at than may be shown.
    let line = Excerpt.Line(
      number: position.line, indent: printable(source.text(max(range.lowerBound, start - Self.margin)..<start)),
      marked: printable(source.text(start..<min(end, start + Self.margin))),
      rest: printable(source.text(end..<min(range.upperBound, end + Self.margin))))
    return Excerpt(place: "\(span.file):\(position.line):\(position.column)", line: line.shortened())
  }

  /// Tabs as four spaces; other control characters as a visible sign.
  private func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x09: result += "    "
      case 0..<0x20: result.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? "?")
      case 0x7F...0x9F: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// A line of the source, with what is marked in it.
private struct Excerpt {
  struct Line {
    var number: Int
    var indent: String
    var marked: String
    var rest: String

    var text: String { indent + marked + rest }

    /// A line that is longer than this is cut around the mark.
    private static let longest = 200

    func shortened() -> Line {
      guard text.count > Self.longest else { return self }
      var line = self
      if indent.count > 80 { line.indent = "…" + indent.suffix(60) }
      if marked.count > 100 { line.marked = marked.prefix(100) + "…" }
      let room = Self.longest - line.indent.count - line.marked.count
      if rest.count > room { line.rest = rest.prefix(room) + "…" }
      return line
    }
  }

  var place: String
  /// nil: the text is not at hand.
  var line: Line?

  func rendered(margin: Int, caret: String, paint: (String, TextRenderer.Style?) -> String) -> [String] {
    let blank = String(repeating: " ", count: margin)
    var lines = ["\(blank) \(paint("-->", .faint)) \(place)"]
    guard let line else { return lines }
    let bar = paint("|", .faint)
    let number = String(repeating: " ", count: margin - String(line.number).count) + String(line.number)
    lines.append(" \(blank) \(bar)")
    lines.append(" \(paint(number, .faint)) \(bar)" + (line.text.isEmpty ? "" : " \(line.text)"))
    let carets = String(repeating: caret, count: max(1, DisplayWidth.of(line.marked)))
    lines.append(" \(blank) \(bar) " + String(repeating: " ", count: DisplayWidth.of(line.indent)) + paint(carets, nil))
    return lines
  }
}
