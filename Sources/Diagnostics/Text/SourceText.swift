/// The text of one source file, in UTF-8, with its lines.
package struct SourceText: Sendable {
  package let file: String
  package let bytes: [UInt8]
  /// Where each line begins; the first at 0.
  private let lineStarts: [Int]
  /// Places in long lines, with what stands before them in the line: nobody counts from the line's beginning again for each place in it.
  /// In order; with the beginning of each such line.
  private let marks: [Mark]

  private struct Mark {
    var offset: Int
    var characters: Int
    var scalars: Int
  }

  package init(file: String, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
    lineStarts = starts
    marks = zip(starts, starts.dropFirst() + [bytes.count]).filter { $1 - $0 > Self.stride }.flatMap { Self.marks(in: bytes, $0..<$1) }
  }

  /// How many bytes lie between two marks, at least.
  private static let stride = 2_048

  /// Marks stand before characters of ASCII, where no character of the text goes on.
  private static func marks(in bytes: [UInt8], _ line: Range<Int>) -> [Mark] {
    var marks = [Mark(offset: line.lowerBound, characters: 0, scalars: 0)]
    var last = marks[0]
    for offset in line where offset - last.offset >= stride && (0x20..<0x7F).contains(bytes[offset]) {
      let text = String(decoding: bytes[last.offset..<offset], as: UTF8.self)
      last = Mark(offset: offset, characters: last.characters + text.count, scalars: last.scalars + text.unicodeScalars.count)
      marks.append(last)
    }
    return marks
  }

  package init(file: String, text: String) { self.init(file: file, bytes: Array(text.utf8)) }

  /// The line and column of a byte offset, both counted from 1; columns count characters. An offset beyond the end is the end.
  package func position(of offset: Int) -> SourcePosition {
    let offset = min(max(offset, 0), bytes.count)
    let line = lineIndex(of: offset)
    return SourcePosition(line: line + 1, column: columns(in: line, before: offset).characters + 1)
  }

  /// The column of a byte offset in its line, from 1, as Unicode scalars count.
  package func scalarColumn(of offset: Int) -> Int {
    let offset = min(max(offset, 0), bytes.count)
    return columns(in: lineIndex(of: offset), before: offset).scalars + 1
  }

  private func columns(in line: Int, before offset: Int) -> (characters: Int, scalars: Int) {
    var known = Mark(offset: lineStarts[line], characters: 0, scalars: 0)
    let mark = Self.lastIndex(in: marks.count) { marks[$0].offset <= offset }
    if let mark, marks[mark].offset >= known.offset { known = marks[mark] }
    let rest = text(known.offset..<offset)
    return (known.characters + rest.count, known.scalars + rest.unicodeScalars.count)
  }

  /// The byte range of a line (counted from 1), without its line end.
  package func line(_ number: Int) -> Range<Int> {
    let start = lineStarts[number - 1]
    var end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return start..<end
  }

  /// The first bytes that are no UTF-8.
  package var invalidUTF8: Range<Int>? {
    guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
    var decoder = UTF8.ForwardParser()
    var input = bytes.makeIterator()
    var at = 0
    while true {
      switch decoder.parseScalar(from: &input) {
      case .valid(let scalar): at += UTF8.width(UTF8.decode(scalar))
      case .error(let length): return at..<(at + length)
      case .emptyInput: return nil
      }
    }
  }

  /// The text of a byte range; what is not UTF-8 in it is replaced.
  package func text(_ range: Range<Int>) -> String { String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self) }

  /// The index of the line that holds `offset`: the last one that begins at or before it.
  private func lineIndex(of offset: Int) -> Int { Self.lastIndex(in: lineStarts.count) { lineStarts[$0] <= offset } ?? 0 }

  /// The last index below `count` for which `holds` is true; it is so for all before.
  private static func lastIndex(in count: Int, _ holds: (Int) -> Bool) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(middle) { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : low - 1
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

  /// `Rules/orders.tenet:12:3`, where a span begins; of a file that is not among them its name.
  package func place(of span: SourceSpan) -> String {
    guard let position = self[span.file]?.position(of: span.range.lowerBound) else { return span.file }
    return "\(span.file):\(position.line):\(position.column)"
  }
}
