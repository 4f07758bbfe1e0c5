import Foundation
import Testing

/// A file of `Tests/Golden`: cases of a title, an input and what is expected of it.
///
/// ```
/// === a sentence
/// input
/// ---
/// expected
/// ```
///
/// With `TENET_RECORD=1` in the environment the file is written anew with what came out.
struct GoldenFile {
  struct Case {
    var title: String
    var input: String
    var expected: String
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Golden")

  var url: URL
  var cases: [Case]

  init(_ path: String) throws {
    url = Self.folder.appending(path: path)
    cases = []
    var part = 0
    for line in try String(contentsOf: url, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("=== ") {
        cases.append(Case(title: String(line.dropFirst(4)), input: "", expected: ""))
        part = 0
      } else if line == "---", part == 0 {
        part = 1
      } else if let last = cases.indices.last {
        if part == 0 { cases[last].input += line + "\n" } else { cases[last].expected += line + "\n" }
      }
    }
  }

  /// The names of the files in a folder that end so.
  static func names(in path: String, endingWith end: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: path).path)) ?? []
    return names.filter { $0.hasSuffix(end) }.sorted().map { "\(path)/\($0)" }
  }

  /// Compares what `run` makes of each case's input with what is expected, or records it.
  func check(_ run: (String) throws -> String) throws {
    var recorded: [String] = []
    let isRecording = ProcessInfo.processInfo.environment["TENET_RECORD"] == "1"
    for golden in cases {
      let result = try run(golden.input)
      recorded.append("=== \(golden.title)\n\(golden.input)---\n\(result.trimmed)\n")
      if !isRecording { #expect(golden.expected.trimmed == result.trimmed, "\(golden.title)") }
    }
    if isRecording { try recorded.joined(separator: "\n").write(to: url, atomically: true, encoding: .utf8) }
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .newlines) }
}
