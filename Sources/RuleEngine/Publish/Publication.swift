internal import EventModel

/// Where the life of a violation stands (language.md 8.2).
enum ViolationState: UInt8, Sendable {
  case open, resolved, withdrawn

  var name: String {
    switch self {
    case .open: "open"
    case .resolved: "resolved"
    case .withdrawn: "withdrawn"
    }
  }
}

/// Why a violation is not open any more.
enum ViolationReason: UInt8, Sendable {
  case late, excused, falseAgain, evidence, moved, targetMet

  var name: String {
    switch self {
    case .late: "late"
    case .excused: "excused"
    case .falseAgain: "false again"
    case .evidence: "evidence"
    case .moved: "moved"
    case .targetMet: "target met"
    }
  }
}

/// What stands of a violation, apart from what it says.
struct Verdict: Equatable, Sendable {
  var state: ViolationState
  var reason: ViolationReason?
  var settled: Bool

  static let open = Verdict(state: .open, settled: false)
}

/// What was last said of a violation: the difference to what stands is published as the next revision (language.md 8.1).
struct Publication: Equatable, Sendable {
  var revision: UInt32
  var verdict: Verdict
  /// How many violations it held back.
  var suppressed = 0
  /// It was settled while it stood: its corrections were sent, and rules on its rule were told.
  var hasSettled = false

  func write(to row: inout RowWriter) {
    row.unsigned(UInt64(revision))
    row.byte(verdict.state.rawValue << 2 | (verdict.settled ? 1 : 0) | (hasSettled ? 2 : 0))
    row.byte(verdict.reason.map { $0.rawValue + 1 } ?? 0)
    row.unsigned(UInt64(suppressed))
  }

  init(from row: inout RowReader) {
    revision = UInt32(row.unsigned())
    let flags = row.byte()
    let reason = row.byte()
    guard let state = ViolationState(rawValue: flags >> 2) else { preconditionFailure("the state of a violation in a row is known") }
    verdict = Verdict(state: state, reason: reason == 0 ? nil : ViolationReason(rawValue: reason - 1), settled: flags & 1 == 1)
    hasSettled = flags & 2 == 2
    suppressed = Int(row.unsigned())
  }

  init(revision: UInt32, verdict: Verdict, suppressed: Int = 0, hasSettled: Bool = false) {
    self.revision = revision
    self.verdict = verdict
    self.suppressed = suppressed
    self.hasSettled = hasSettled
  }
}
