/// The difference of two texts, line by line, as `diff -u` prints it.
struct UnifiedDiff {
  private enum Line {
    case same(String)
    case removed(String)
    case added(String)

    var text: String {
      switch self {
      case .same(let line): " " + line
      case .removed(let line): "-" + line
      case .added(let line): "+" + line
      }
    }

    var isSame: Bool { if case .same = self { true } else { false } }
    var isOld: Bool { if case .added = self { false } else { true } }
    var isNew: Bool { if case .removed = self { false } else { true } }
  }

  private static let context = 3

  /// Empty: the texts are the same.
  static func text(old: String, new: String, file: String) -> String {
    let lines = lines(from: split(old), to: split(new))
    var text = ""
    for hunk in hunks(lines) {
      let before = lines[..<hunk.lowerBound]
      text += header(start: before.count(where: \.isOld), lines[hunk].count(where: \.isOld), sign: "-", opening: "@@ ")
      text += header(start: before.count(where: \.isNew), lines[hunk].count(where: \.isNew), sign: " +", opening: "") + " @@\n"
      for line in lines[hunk] { text += line.text + "\n" }
    }
    return text.isEmpty ? "" : "--- \(file)\n+++ \(file)\n" + text
  }

  private static func header(start: Int, _ count: Int, sign: String, opening: String) -> String {
    "\(opening)\(sign)\(count == 0 ? start : start + 1),\(count)"
  }

  /// Lines, the last one marked if it has no end.
  private static func split(_ text: String) -> [String] {
    guard !text.isEmpty else { return [] }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() } else { lines[lines.count - 1] += "\n\\ No newline at end of file" }
    return lines
  }

  private static func lines(from old: [String], to new: [String]) -> [Line] {
    var (removed, added): (Set<Int>, Set<Int>) = ([], [])
    for change in new.difference(from: old) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var result: [Line] = []
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      if left < old.count, removed.contains(left) {
        result.append(.removed(old[left]))
        left += 1
      } else if right < new.count, added.contains(right) {
        result.append(.added(new[right]))
        right += 1
      } else {
        result.append(.same(old[left]))
        (left, right) = (left + 1, right + 1)
      }
    }
    return result
  }

  /// Changes with the lines around them; those that touch are one.
  private static func hunks(_ lines: [Line]) -> [Range<Int>] {
    var hunks: [Range<Int>] = []
    for (index, line) in lines.enumerated() where !line.isSame {
      let around = max(0, index - context)..<min(lines.count, index + context + 1)
      if let last = hunks.last, last.upperBound >= around.lowerBound {
        hunks[hunks.count - 1] = last.lowerBound..<around.upperBound
      } else {
        hunks.append(around)
      }
    }
    return hunks
  }
}
