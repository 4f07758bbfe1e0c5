import Foundation
import Glibc

/// The program, as its users start it.
final class TenetProcess {
  struct Failure: Error, CustomStringConvertible { var description: String }

  private let process = Process()
  private let ended = DispatchSemaphore(value: 0)
  /// Standard output and standard error.
  let out: SpokenLines
  let error: SpokenLines

  /// - Parameter program: another one that the tests start in the same way.
  init(_ arguments: [String], in folder: URL, environment: [String: String] = [:], program: URL = TenetProcess.executable) throws {
    let (output, complaints) = (Pipe(), Pipe())
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = complaints
    process.terminationHandler = { [ended] _ in ended.signal() }
    try process.run()
    // The child alone writes: its end is the end of what is read.
    try output.fileHandleForWriting.close()
    try complaints.fileHandleForWriting.close()
    out = SpokenLines(of: output.fileHandleForReading)
    error = SpokenLines(of: complaints.fileHandleForReading)
  }

  deinit { if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) } }

  /// Ends it as a machine that loses power would.
  func kill() {
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Asks it to end.
  /// - Returns: the exit code, and how long it took.
  func terminate(within limit: Duration = .seconds(60)) throws -> (code: Int32, after: Duration) {
    let begin = ContinuousClock.now
    Glibc.kill(process.processIdentifier, SIGTERM)
    return (try exitCode(within: limit), ContinuousClock.now - begin)
  }

  var isRunning: Bool { process.isRunning }

  /// Waits for its end.
  func exitCode(within limit: Duration = .seconds(60)) throws -> Int32 {
    guard ended.wait(timeout: .now() + limit / .seconds(1)) == .success else {
      throw Failure(description: "it did not end within \(limit): \(said)")
    }
    // Who asks again is told again.
    ended.signal()
    return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
  }

  /// The end of what it said, for a test that fails.
  var said: String { (out.all.suffix(5) + error.all.suffix(30)).joined(separator: "\n") }

  /// The executable that was built with the tests: it lies beside the test bundle.
  static let executable: URL = {
    let beside = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "tenet")
    if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
    return repository.appending(path: ".build/debug/tenet")
  }()
}
