import Diagnostics
import EventModel

/// How a client counts the characters of a line.
enum PositionEncoding: String {
  case utf8 = "utf-8"
  case utf16 = "utf-16"
}

/// The text of a document, with places as the protocol has them: line and character from 0.
struct DocumentText {
  private(set) var bytes: [UInt8]
  /// Where each line begins; the first at 0.
  private var lineStarts: [Int]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    lineStarts = Self.starts(of: bytes)
  }

  private static func starts(of bytes: [UInt8]) -> [Int] {
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
    return starts
  }

  /// The byte at a place. One beyond the end of a line is its end, one beyond the last line the end of the text.
  func offset(line: Int, character: Int, _ encoding: PositionEncoding) -> Int {
    guard line >= 0 else { return 0 }
    guard line < lineStarts.count else { return bytes.count }
    var at = lineStarts[line]
    let end = contentEnd(of: line)
    guard character > 0 else { return at }
    if encoding == .utf8 {
      at = min(end, at &+ min(character, bytes.count))
      while at > lineStarts[line], at < bytes.count, bytes[at] & 0xC0 == 0x80 { at -= 1 }
      return at
    }
    var units = 0
    while at < end {
      let (length, width) = scalar(at)
      if units + width > character { break }
      units += width
      at += length
    }
    return min(at, end)
  }

  func position(_ offset: Int, _ encoding: PositionEncoding) -> (line: Int, character: Int) {
    let offset = min(max(offset, 0), bytes.count)
    var (low, high) = (0, lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    if encoding == .utf8 { return (low, offset - lineStarts[low]) }
    var (at, units) = (lineStarts[low], 0)
    while at < offset {
      let (length, width) = scalar(at)
      units += width
      at += length
    }
    return (low, units)
  }

  func line(of offset: Int) -> Int { position(offset, .utf8).line }

  /// Puts a text in the place of a range of bytes.
  mutating func replace(_ range: Range<Int>, with text: String) {
    bytes.replaceSubrange(range.clamped(to: 0..<bytes.count), with: text.utf8)
    lineStarts = Self.starts(of: bytes)
  }

  /// Without the line end.
  private func contentEnd(of line: Int) -> Int {
    var end = line + 1 < lineStarts.count ? lineStarts[line + 1] - 1 : bytes.count
    if end > lineStarts[line], bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return end
  }

  /// Bytes and UTF-16 units of the character that begins at a byte; a byte that begins none is one of each.
  private func scalar(_ at: Int) -> (length: Int, width: Int) {
    let length = bytes[at] < 0xC0 ? 1 : bytes[at] < 0xE0 ? 2 : bytes[at] < 0xF0 ? 3 : 4
    return at + length <= bytes.count ? (length, length == 4 ? 2 : 1) : (1, 1)
  }
}

extension DocumentText {
  func json(_ range: Range<Int>, _ encoding: PositionEncoding) -> JSONValue {
    func place(_ offset: Int) -> JSONValue {
      let (line, character) = position(offset, encoding)
      return .of([("line", .int(line)), ("character", .int(character))])
    }
    return .of([("start", place(range.lowerBound)), ("end", place(range.upperBound))])
  }

  func offset(_ position: JSONValue?, _ encoding: PositionEncoding) throws(RequestFailure) -> Int {
    guard let line = position?["line"]?.int, let character = position?["character"]?.int else {
      throw RequestFailure(.invalidParams, "a position has a line and a character")
    }
    return offset(line: line, character: character, encoding)
  }

  func range(_ range: JSONValue?, _ encoding: PositionEncoding) throws(RequestFailure) -> Range<Int> {
    let (start, end) = (try offset(range?["start"], encoding), try offset(range?["end"], encoding))
    return min(start, end)..<max(start, end)
  }
}
