import Diagnostics
import Foundation
import RuleLanguage
import Testing

@testable import tenet

/// `tenet fmt`, as authors and editors see it.
@Suite("The verb `fmt`")
struct FormatVerbTests {
  private static let wild = "rule a.b { on orders.placed as o\n when o.total>1 }\n"
  private static let laidOut = "rule a.b {\n  on orders.placed as o\n  when o.total > 1\n}\n"

  /// Runs it on a folder of files, and gives them as they are then.
  private func run(_ files: [String: String], _ options: [String] = []) throws -> (
    code: ExitCode, out: String, error: String, files: [String: String], modes: Set<Int>
  ) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tenet-fmt-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
      try Data(text.utf8).write(to: folder.appending(path: name))
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder.appending(path: name).path)
    }
    let transcript = Transcript()
    let code = CommandLineTool.run(["fmt", folder.path] + options, verbs: [.fmt], console: transcript.console)
    var (after, modes): ([String: String], Set<Int>) = ([:], [])
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      after[name] = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      let attributes = try FileManager.default.attributesOfItem(atPath: folder.appending(path: name).path)
      if let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue { modes.insert(mode) }
    }
    let strip = { (text: String) in text.replacing(folder.path + "/", with: "") }
    return (code, strip(transcript.out), strip(transcript.error), after, modes)
  }

  @Test("files are laid out in place and named, keep their permissions, and leave nothing beside them")
  func writes() throws {
    let result = try run(["a.tenet": Self.wild, "b.tenet": Self.laidOut])
    #expect(result.code == .good)
    #expect(result.out == "a.tenet\n" && result.error == "1 of 2 files changed\n")
    #expect(result.files == ["a.tenet": Self.laidOut, "b.tenet": Self.laidOut])
    #expect(result.modes == [0o640])
  }

  @Test("`--check` names the files and writes nothing")
  func check() throws {
    let result = try run(["a.tenet": Self.wild, "b.tenet": Self.laidOut], ["--check"])
    #expect(result.code == .input && result.out == "a.tenet\n")
    #expect(result.files["a.tenet"] == Self.wild)
    #expect(try run(["b.tenet": Self.laidOut], ["--check"]).code == .good)
  }

  @Test("`--diff` prints what would change, and writes nothing")
  func diff() throws {
    let result = try run(["a.tenet": Self.wild], ["--diff"])
    #expect(result.code == .input && result.files["a.tenet"] == Self.wild)
    #expect(
      result.out == """
        --- a.tenet
        +++ a.tenet
        @@ -1,2 +1,4 @@
        -rule a.b { on orders.placed as o
        - when o.total>1 }
        +rule a.b {
        +  on orders.placed as o
        +  when o.total > 1
        +}

        """)
  }

  @Test("a file with mistakes of grammar stays as it is, its mistakes are told, and the others are laid out")
  func mistakes() throws {
    let broken = "rule a.c { on orders.placed as }\n"
    let result = try run(["a.tenet": Self.wild, "c.tenet": broken])
    #expect(result.code == .input)
    #expect(result.files == ["a.tenet": Self.laidOut, "c.tenet": broken])
    #expect(result.error.contains("--> c.tenet:1:"))
    #expect(result.error.hasSuffix("1 of 2 files changed, 1 with mistakes\n"))
  }

  @Test("standard input goes to standard output")
  func pass() throws {
    let transcript = Transcript()
    var run = FormatRun(writes: true, printsDifferences: false, isColored: false, console: transcript.console)
    #expect(run.pass(Array(Self.wild.utf8)) == .good)
    #expect(transcript.out == Self.laidOut)
  }

  @Test("differences are those of `diff -u`, far ones apart")
  func unified() {
    let old = (1...20).map { "line \($0)\n" }.joined()
    let new = old.replacing("line 3\n", with: "").replacing("line 15\n", with: "line 15\nline 15a\n")
    #expect(
      UnifiedDiff.text(old: old, new: new, file: "f") == """
        --- f
        +++ f
        @@ -1,6 +1,5 @@
         line 1
         line 2
        -line 3
         line 4
         line 5
         line 6
        @@ -13,6 +12,7 @@
         line 13
         line 14
         line 15
        +line 15a
         line 16
         line 17
         line 18

        """)
    #expect(UnifiedDiff.text(old: old, new: old, file: "f") == "")
    #expect(UnifiedDiff.text(old: "a", new: "a\n", file: "f").contains("\\ No newline at end of file"))
  }

  @Test("the repository's own rules, and those of its documentation, are laid out")
  func ownRules() throws {
    for source in try RuleFiles.read([repository.appending(path: "Rules").path]) {
      #expect(RuleFormatter.format(source).text == String(decoding: source.bytes, as: UTF8.self), "\(source.file): tenet fmt")
    }
    for (path, text) in pages where path != "Documentation/Authors/diagnostics.md" && path != "Documentation/Language.md" {
      for match in text.matches(of: /(?s)```tenet\n(.*?)```/) {
        let block = String(match.1)
        #expect(RuleFormatter.format(SourceText(file: path, text: block)).text == block, "\(path)")
      }
    }
  }
}
