import Foundation
import Glibc

/// A headless Chromium with a folder of its own, driven over two sockets: no port, nothing shared.
final class BrowserProcess {
  struct Failure: Error, CustomStringConvertible { var description: String }

  /// Where Chromium is; nil: it is not installed.
  static let path: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let names = ["chromium", "chromium-browser", "google-chrome"]
    return names.flatMap { name in folders.map { "\($0)/\(name)" } }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()
  /// Without a browser these tests are left out, but not where nobody would see that.
  static let isWanted = path != nil || ProcessInfo.processInfo.environment["CI"] == "true"

  private let folder: TestFolder
  private let process: pid_t
  private let input: Int32
  private let output: Int32
  private var buffer: [UInt8] = []

  init() throws {
    guard let path = Self.path else { throw Failure(description: "there is no chromium on the PATH") }
    folder = try TestFolder()
    var (commands, answers): ([Int32], [Int32]) = ([0, 0], [0, 0])
    // Sockets, for these can be written to without a signal when the other side is gone.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &commands) == 0, socketpair(AF_UNIX, kind, 0, &answers) == 0 else {
      throw Failure(description: "no sockets: \(String(cString: strerror(errno)))")
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The browser reads commands from 3 and answers to 4. High numbers first: the sockets may themselves be 3 and 4.
    for (end, high) in [(commands[0], Int32(200)), (answers[1], 201)] { posix_spawn_file_actions_adddup2(&actions, end, high) }
    for (high, number) in [(Int32(200), Int32(3)), (201, 4)] { posix_spawn_file_actions_adddup2(&actions, high, number) }
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    let arguments = [
      path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-pipe",
      "--user-data-dir=\(folder.path)", "about:blank",
    ]
    var cArguments = arguments.map { strdup($0) }
    defer { for argument in cArguments { free(argument) } }
    cArguments.append(nil)
    var process = pid_t()
    // A group of its own: its helpers end with it.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    let failure = posix_spawn(&process, path, &actions, &attributes, cArguments, environ)
    close(commands[0])
    close(answers[1])
    guard failure == 0 else { throw Failure(description: "chromium does not start: \(String(cString: strerror(failure)))") }
    (self.process, input, output) = (process, commands[1], answers[0])
  }

  deinit {
    kill(-process, SIGKILL)
    waitpid(process, nil, 0)
    close(input)
    close(output)
  }

  func send(_ message: String) throws {
    let bytes = Array(message.utf8) + [0]
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.send(input, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { throw Failure(description: "chromium has ended") }
      sent += count
    }
  }

  /// The next message of the browser.
  func receive(within seconds: Int32 = 60) throws -> [UInt8] {
    while true {
      if let end = buffer.firstIndex(of: 0) {
        defer { buffer.removeFirst(end + 1) }
        return Array(buffer[..<end])
      }
      var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard poll(&waiting, 1, seconds * 1_000) == 1 else { throw Failure(description: "chromium did not answer for \(seconds) s") }
      let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { space, count in count = max(0, read(output, space.baseAddress, 65_536)) }
      guard !bytes.isEmpty else { throw Failure(description: "chromium has ended") }
      buffer += bytes
    }
  }
}
