internal import Diagnostics
internal import Foundation
internal import RuleLanguage
internal import Settings

extension Verb {
  /// The one layout of rule files.
  static let fmt = Verb(
    name: "fmt", summary: "Lays out rule files in the one way; `-` reads standard input.", operands: "[PATH…]",
    options: [
      Option("check", nil, "writes nothing, names the files that are laid out in another way; exit code 1 if there are any"),
      Option("diff", nil, "writes nothing, prints what would change; exit code 1 if anything would"),
      Option("config", "FILE", "the configuration", standard: "tenet.yaml if there is one"),
    ],
    example: "tenet fmt Rules --check"
  ) { invocation in
    var run = FormatRun(
      writes: !invocation.isSet("check") && !invocation.isSet("diff"), printsDifferences: invocation.isSet("diff"),
      isColored: isColored(invocation.color, isTerminal: invocation.console.errorIsTerminal), console: invocation.console)
    if invocation.operands == ["-"] { return run.pass(Array(FileHandle.standardInput.readDataToEndOfFile())) }
    let paths = invocation.operands.isEmpty ? [try Configuration.loadIfThere(invocation).rulesPath] : invocation.operands
    for source in try RuleFiles.read(paths) { try run.take(source) }
    return run.end()
  }
}

/// Formats file after file, and counts. A file with mistakes of grammar is left as it is.
struct FormatRun {
  var writes: Bool
  var printsDifferences: Bool
  var isColored: Bool
  var console: Console
  private var changed = 0
  private var broken = 0
  private var files = 0

  init(writes: Bool, printsDifferences: Bool, isColored: Bool, console: Console) {
    (self.writes, self.printsDifferences, self.isColored, self.console) = (writes, printsDifferences, isColored, console)
  }

  /// From standard input to standard output, for editors.
  mutating func pass(_ bytes: [UInt8]) -> ExitCode {
    let source = SourceText(file: "standard input", bytes: bytes)
    guard let text = formatted(source) else { return .input }
    let isSame = bytes.elementsEqual(text.utf8)
    if printsDifferences {
      console.print(UnifiedDiff.text(old: String(decoding: bytes, as: UTF8.self), new: text, file: source.file))
    } else if writes {
      console.print(text)
    }
    return writes || isSame ? .good : .input
  }

  mutating func take(_ source: SourceText) throws(EnvironmentFault) {
    files += 1
    guard let text = formatted(source) else {
      broken += 1
      return
    }
    if source.bytes.elementsEqual(text.utf8) { return }
    changed += 1
    if printsDifferences {
      console.print(UnifiedDiff.text(old: String(decoding: source.bytes, as: UTF8.self), new: text, file: source.file))
    } else {
      console.print("\(source.file)\n")
    }
    if writes { try Self.replace(source.file, with: text) }
  }

  func end() -> ExitCode {
    let what = writes ? "changed" : "would change"
    console.note("\(changed) of \(files) files \(what)" + (broken == 0 ? "\n" : ", \(broken) with mistakes\n"))
    return broken > 0 || changed > 0 && !writes ? .input : .good
  }

  private func formatted(_ source: SourceText) -> String? {
    let (text, diagnostics) = RuleFormatter.format(source)
    if text == nil {
      console.note(TextRenderer(sources: SourceTexts([source]), isColored: isColored).render(diagnostics) + "\n")
    }
    return text
  }

  /// The file is the old one or the new one at every instant, and keeps its permissions. Of a link it is the file that it leads to.
  private static func replace(_ file: String, with text: String) throws(EnvironmentFault) {
    let url = URL(fileURLWithPath: file).resolvingSymlinksInPath()
    let temporary = url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).\(getpid()).tmp")
    let files = FileManager.default
    do {
      let permissions = try files.attributesOfItem(atPath: url.path)[.posixPermissions]
      guard files.isWritableFile(atPath: url.path) else { throw EnvironmentFault("`\(file)` may not be written") }
      try Data(text.utf8).write(to: temporary)
      if let permissions { try files.setAttributes([.posixPermissions: permissions], ofItemAtPath: temporary.path) }
      guard rename(temporary.path, url.path) == 0 else { throw EnvironmentFault(String(cString: strerror(errno))) }
    } catch {
      try? files.removeItem(at: temporary)
      throw (error as? EnvironmentFault) ?? EnvironmentFault("`\(file)` cannot be written: \(error.localizedDescription)")
    }
  }
}
