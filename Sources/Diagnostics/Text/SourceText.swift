/// The text of one source file, in UTF-8, with its lines.
package struct SourceText: Sendable {
  package let file: String
  package let bytes: [UInt8]
  /// Where each line begins; the first at 0.
  private let lineStarts: [Int]

  package init(file: String, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
    lineStarts = starts
  }

  package init(file: String, text: String) { self.init(file: file, bytes: Array(text.utf8)) }

  /// The line and column of a byte offset, both counted from 1; columns count characters. An offset beyond the end is the end.
  package func position(of offset: Int) -> SourcePosition {
    let offset = min(max(offset, 0), bytes.count)
    let line = lineIndex(of: offset)
    return SourcePosition(line: line + 1, column: text(lineStarts[line]..<offset).count + 1)
  }

  /// The byte range of a line (counted from 1), without its line end.
  package func line(_ number: Int) -> Range<Int> {
    let start = lineStarts[number - 1]
    var end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return start..<end
  }

  /// The text of a byte range; what is not UTF-8 in it is replaced.
  package func text(_ range: Range<Int>) -> String { String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self) }

  /// The index of the line that holds `offset`: the last one that begins at or before it.
  private func lineIndex(of offset: Int) -> Int {
    var (low, high) = (0, lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}

/// A place in a text as people name it, both numbers from 1.
package struct SourcePosition: Hashable, Sendable {
  package var line: Int
  package var column: Int
  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// The texts that diagnostics point into, by file name.
package struct SourceTexts: Sendable {
  private var byFile: [String: SourceText] = [:]

  package init(_ texts: [SourceText] = []) { texts.forEach { add($0) } }

  package mutating func add(_ text: SourceText) { byFile[text.file] = text }

  package subscript(file: String) -> SourceText? { byFile[file] }
}
