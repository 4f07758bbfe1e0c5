/// Rows of cells for people, each column as wide as its widest cell.
struct TextTable {
  private let rows: [[String]]
  /// Columns from this one on are numbers: they stand to the right.
  private let numbersFrom: Int

  init(_ rows: [[String]], numbersFrom: Int = .max) { (self.rows, self.numbersFrom) = (rows, numbersFrom) }

  /// With a line end behind each row, and none of the blanks before it.
  func text(indent: String = "") -> String {
    var widths: [Int] = []
    for row in rows {
      for (column, cell) in row.enumerated() {
        if column == widths.count { widths.append(0) }
        widths[column] = max(widths[column], cell.count)
      }
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        return column >= numbersFrom ? blanks + cell : cell + blanks
      }
      var line = indent + cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  var text: String { text() }
}
