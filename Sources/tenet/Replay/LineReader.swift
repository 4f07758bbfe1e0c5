@preconcurrency import Glibc

/// The lines of a file or of standard input, one at a time.
final class LineReader {
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false
  /// Of the line last returned, from 1.
  private(set) var number = 0

  /// nil where the file cannot be opened; `-` is standard input.
  init?(_ path: String) {
    descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY)
    if descriptor < 0 { return nil }
  }

  deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

  /// The next line without its end; nil at the end of the file.
  func next() -> String? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: buffer[start..<end], as: UTF8.self)
        start = end + 1
        number += 1
        return line
      }
      searched = buffer.count
      if isAtEnd {
        guard start < buffer.count else { return nil }
        let line = String(decoding: buffer[start...], as: UTF8.self)
        start = buffer.count
        number += 1
        return line
      }
      searched -= start
      fill()
    }
  }

  private func fill() {
    buffer.removeFirst(start)
    start = 0
    let count = buffer.count
    let room = 1 << 16
    buffer.append(contentsOf: repeatElement(0, count: room))
    let read = buffer.withUnsafeMutableBytes { bytes in
      bytes.baseAddress.map { Glibc.read(descriptor, $0 + count, room) } ?? 0
    }
    buffer.removeLast(room - max(0, read))
    if read < 0, errno == EINTR { return }
    if read <= 0 { isAtEnd = true }
  }
}
