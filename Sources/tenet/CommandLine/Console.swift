@preconcurrency import Glibc

/// Standard output and standard error.
struct Console: Sendable {
  /// Results.
  var print: @Sendable (String) -> Void
  /// Progress, logs, counts and mistakes.
  var note: @Sendable (String) -> Void
  var outIsTerminal: Bool
  var errorIsTerminal: Bool

  static let standard = Console(
    print: { Console.write($0, to: STDOUT_FILENO) }, note: { Console.write($0, to: STDERR_FILENO) },
    outIsTerminal: isatty(STDOUT_FILENO) == 1, errorIsTerminal: isatty(STDERR_FILENO) == 1)

  /// Writes all of a text; who reads no more ends the process quietly, as `head` expects it.
  static func write(_ text: String, to descriptor: Int32) {
    write(Array(text.utf8), to: descriptor)
  }

  static func write(_ bytes: [UInt8], to descriptor: Int32) {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes
      while let start = rest.baseAddress, rest.count > 0 {
        let written = Glibc.write(descriptor, start, rest.count)
        if written < 0 {
          if errno == EINTR { continue }
          if errno == EAGAIN {
            var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            poll(&wait, 1, 1_000)
            continue
          }
          if errno == EPIPE, descriptor == STDOUT_FILENO { exit(0) }
          return
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      }
    }
  }
}

/// Whether output is coloured: as asked for, else where it is a terminal and `NO_COLOR` is not set.
func isColored(_ when: String, isTerminal: Bool) -> Bool {
  switch when {
  case "always": true
  case "never": false
  default: isTerminal && getenv("NO_COLOR") == nil
  }
}
