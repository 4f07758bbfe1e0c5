/// Words in lines of a screen's width.
enum Paragraph {
  private static let width = 100

  /// The lines after the first further in.
  static func wrapped(_ sentence: String, indent: String) -> String {
    var (lines, line) = ("", indent)
    for word in sentence.split(separator: " ") {
      if line.count + word.count + 1 > width, line.contains(where: { $0 != " " }) {
        lines += line + "\n"
        line = indent + (indent.isEmpty ? "" : "  ")
      }
      line += (line.allSatisfy { $0 == " " } ? "" : " ") + word
    }
    return lines + line + "\n"
  }
}
