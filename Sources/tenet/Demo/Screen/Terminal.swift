@preconcurrency import Glibc

/// A terminal that is drawn on as a whole: the alternate buffer, keys without echo, only lines that changed are written.
final class Terminal {
  private var saved = termios()
  private var shown: [String] = []
  private var size = (width: 0, height: 0)

  /// nil where standard input or output is no terminal.
  init?() {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, tcgetattr(STDIN_FILENO, &saved) == 0 else { return nil }
    var raw = saved
    raw.c_lflag &= ~tcflag_t(ECHO | ICANON)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw)
    Console.write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J", to: STDOUT_FILENO)
  }

  /// Gives the terminal back as it was.
  func close() {
    Console.write("\u{1B}[?25h\u{1B}[?1049l", to: STDOUT_FILENO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved)
  }

  /// Columns and rows at this moment.
  static func size() -> (width: Int, height: Int) {
    var window = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else { return (80, 24) }
    return (Int(window.ws_col), Int(window.ws_row))
  }

  /// Draws a frame in one write.
  func draw(_ size: (width: Int, height: Int), _ lines: [StyledLine], isColored: Bool) {
    var out = ""
    if size != self.size {
      self.size = size
      shown = []
      out += "\u{1B}[2J"
    }
    for (row, line) in lines.enumerated() {
      let text = line.rendered(isColored: isColored)
      if row < shown.count, shown[row] == text { continue }
      out += "\u{1B}[\(row + 1);1H\(text)\u{1B}[0m\u{1B}[K"
    }
    shown = lines.map { $0.rendered(isColored: isColored) }
    // Terminals that know synchronized updates show the frame whole; others ignore the marks.
    if !out.isEmpty { Console.write("\u{1B}[?2026h\(out)\u{1B}[?2026l", to: STDOUT_FILENO) }
  }

  /// The keys that were pressed within a time.
  func keys(waiting milliseconds: Int32) -> [UInt8] {
    var wait = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard poll(&wait, 1, milliseconds) > 0 else { return [] }
    var buffer = [UInt8](repeating: 0, count: 64)
    let count = read(STDIN_FILENO, &buffer, buffer.count)
    return count > 0 ? Array(buffer.prefix(count)) : []
  }
}
