package import Foundation

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
package struct GoldenFile {
  package struct Case {
    package var title: String
    package var input: String
    package var expected: String
  }

  /// What a case gives and what is expected of it; both without empty lines at the ends.
  package struct Comparison {
    package var title: String
    package var expected: String
    package var result: String
  }

  package static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Golden")

  package var url: URL
  package var cases: [Case]

  package init(_ path: String) throws {
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
  package static func names(in path: String, endingWith end: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: path).path)) ?? []
    return names.filter { $0.hasSuffix(end) }.sorted().map { "\(path)/\($0)" }
  }

  /// What `run` makes of each case's input, beside what is expected; nothing to compare where it is recorded.
  package func compare(_ run: (String) throws -> String) throws -> [Comparison] {
    let comparisons = try cases.map {
      Comparison(title: $0.title, expected: $0.expected.trimmed, result: try run($0.input).trimmed)
    }
    guard ProcessInfo.processInfo.environment["TENET_RECORD"] == "1" else { return comparisons }
    let recorded = zip(cases, comparisons).map { "=== \($0.title)\n\($0.input)---\n\($1.result)\n" }
    try recorded.joined(separator: "\n").write(to: url, atomically: true, encoding: .utf8)
    return []
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .newlines) }
}
