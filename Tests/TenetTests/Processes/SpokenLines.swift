import Foundation

/// The lines that a process writes, read as they come and kept.
final class SpokenLines: @unchecked Sendable {  // all under the condition's lock
  private let condition = NSCondition()
  private var lines: [String] = []
  private var isOver = false

  init(of handle: FileHandle) {
    let reader = Thread { [self] in
      var rest = Data()
      while case let piece = handle.availableData, !piece.isEmpty {
        rest += piece
        while let end = rest.firstIndex(of: 0x0A) {
          take(String(decoding: rest[..<end], as: UTF8.self))
          rest = Data(rest[(end + 1)...])
        }
      }
      if !rest.isEmpty { take(String(decoding: rest, as: UTF8.self)) }
      condition.withLock {
        isOver = true
        condition.broadcast()
      }
    }
    reader.start()
  }

  private func take(_ line: String) {
    condition.withLock {
      lines.append(line)
      condition.broadcast()
    }
  }

  /// What came so far.
  var all: [String] { condition.withLock { lines } }

  /// Everything, up to the end.
  func toEnd(within limit: Duration = .seconds(10)) -> [String] {
    wait(limit) { $0.isOver }
    return all
  }

  /// The first line that is as wanted, waited for; nil: it did not come.
  func first(within limit: Duration = .seconds(60), where isWanted: (String) -> Bool) -> String? {
    var (seen, found): (Int, String?) = (0, nil)
    wait(limit) { spoken in
      while found == nil, seen < spoken.lines.count {
        if isWanted(spoken.lines[seen]) { found = spoken.lines[seen] }
        seen += 1
      }
      return found != nil || spoken.isOver
    }
    return found
  }

  private func wait(_ limit: Duration, until isEnough: (SpokenLines) -> Bool) {
    let deadline = Date(timeIntervalSinceNow: limit / .seconds(1))
    condition.withLock {
      while !isEnough(self), condition.wait(until: deadline) {}
    }
  }
}
