import Foundation
import TestKit
import Testing

/// `tenet test --watch`, as an author has it beside the editor.
@Suite("Watching rules and their tests", .onOwnThreads, .timeLimit(.minutes(2)))
struct TestWatchTests {
  @Test("the tests run again when a rule file changes, also after one that cannot be read, and until the process is ended")
  func watching() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tenet-watch-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["Rules", "Schemas"] {
      try FileManager.default.copyItem(at: repository.appending(path: name), to: folder.appending(path: name))
    }
    let file = folder.appending(path: "Rules/mine.tenet")
    func write(total: String) throws {
      let test = "test \"mine\" {\n  at 10:00  orders.placed { total: \(total) }\n  expect no orders.total_adds_up\n}\n"
      try test.write(to: file, atomically: true, encoding: .utf8)
    }
    try write(total: "0.00")
    let process = try TenetProcess(["test", "--watch", "--filter", "mine"], in: folder)
    defer { process.kill() }
    #expect(process.out.first { $0 == "1 passed, 0 failed" } != nil)
    #expect(process.error.first { $0.hasPrefix("waiting for a change") } != nil)
    try write(total: "5.00")
    #expect(process.out.first { $0 == "0 passed, 1 failed" } != nil)
    try write(total: "}")
    #expect(process.error.first { $0.contains("the rules have mistakes") } != nil)
    try write(total: "6.00")
    var failures = 0
    let again = process.out.first { line in
      failures += line == "0 passed, 1 failed" ? 1 : 0
      return failures == 2
    }
    #expect(again != nil)
    #expect(process.isRunning)
  }
}
