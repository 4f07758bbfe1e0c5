import Foundation
import Glibc

/// The program, as its users start it.
final class TenetProcess {
  private let process = Process()
  private let log: URL

  /// - Parameter log: where standard error goes, appended to.
  init(_ arguments: [String], in folder: URL, log: URL, environment: [String: String] = [:]) throws {
    self.log = log
    if !FileManager.default.fileExists(atPath: log.path) { try Data().write(to: log) }
    let output = try FileHandle(forWritingTo: log)
    try output.seekToEnd()
    process.executableURL = Self.executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
  }

  /// Ends it as a machine that loses power would.
  func kill() {
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// SIGTERM, and the exit code.
  func terminate() -> Int32 {
    Glibc.kill(process.processIdentifier, SIGTERM)
    process.waitUntilExit()
    return process.terminationStatus
  }

  var isRunning: Bool { process.isRunning }

  /// Waits for its end.
  var exitCode: Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// The end of what it said, for a test that fails.
  var said: String {
    let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").suffix(30).joined(separator: "\n")
  }

  /// The executable that was built with the tests: it lies beside the test bundle.
  static let executable: URL = {
    let beside = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "tenet")
    if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
    return repository.appending(path: ".build/debug/tenet")
  }()

  static let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardizedFileURL
}
