import Foundation
import TestKit
import Testing

/// The language-server client that `.ci/setup test` gets from PyPI.
enum EditorClient {
  static let python = repository.appending(path: ".build/editor-session/bin/python")
  /// Without the client the session is left out, but not where nobody would see that.
  static let isWanted =
    FileManager.default.isExecutableFile(atPath: python.path) || ProcessInfo.processInfo.environment["CI"] == "true"
}

/// `tenet lsp` as an editor talks to it, over standard input and output: `Tests/EditorSession` holds the checks.
@Suite(
  "An editor's session", .onOwnThreads, .timeLimit(.minutes(10)),
  .enabled(if: EditorClient.isWanted, "there is no .build/editor-session, which `.ci/setup test` makes: no editor's session is held"))
struct EditorSessionTests {
  @Test("everything that the server does for an editor is asked for, and answered as it should be")
  func session() throws {
    let project = "Tests/EditorSession/Project"
    let call = ["-B", "Tests/EditorSession/session.py", TenetProcess.executable.path, project + "/Rules", project + "/Schemas"]
    let session = try TenetProcess(call, in: repository, program: EditorClient.python)
    let code = try session.exitCode(within: .seconds(540))
    let lines = session.out.toEnd()
    #expect(lines.filter { !$0.hasPrefix("ok ") } == [])
    #expect(lines.count { $0.hasPrefix("ok ") } > 40)
    #expect(code == 0, "\(session.said)")
  }
}
