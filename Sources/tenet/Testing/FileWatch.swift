internal import Foundation

/// Tells when files have changed: by their times and sizes, looked at four times a second, which works on every file system.
struct FileWatch {
  /// Files, and folders with all that is below them.
  private let paths: [String]
  private var known: [String: Mark]

  private struct Mark: Equatable {
    var changed: Date
    var size: UInt64
  }

  init(_ paths: [String]) {
    self.paths = paths
    known = Self.look(at: paths)
  }

  /// Returns when something is not as it was, and has been left alone for a look: editors write in steps.
  mutating func wait() {
    var isChanging = false
    while true {
      Thread.sleep(forTimeInterval: 0.25)
      let now = Self.look(at: paths)
      if now == known {
        if isChanging { return }
      } else {
        (known, isChanging) = (now, true)
      }
    }
  }

  private static func look(at paths: [String]) -> [String: Mark] {
    var marks: [String: Mark] = [:]
    for path in paths {
      let below = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
      for name in [path] + below.map({ path + "/" + $0 }) {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: name) else { continue }
        marks[name] = Mark(changed: attributes[.modificationDate] as? Date ?? .distantPast, size: attributes[.size] as? UInt64 ?? 0)
      }
    }
    return marks
  }
}
