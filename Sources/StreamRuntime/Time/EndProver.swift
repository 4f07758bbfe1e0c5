internal import EventModel
internal import RuleEngine

/// Why a source is not proven to be read to its end (protocol.md 8).
package enum ProofFailure: String, Hashable, Sendable, CaseIterable {
  /// The broker did not answer.
  case noAnswer = "no_answer"
  /// The end is not where reading stopped: there is more, or a transaction is open.
  case unread
  /// A partition was added.
  case partitions
  /// The worker's clock and the broker's are apart.
  case clocks
}

/// Asks which sources held nothing unread at a moment (protocol.md 8): the ends are asked for *after* the moment and compared with what
/// was read.
struct EndProver: Sendable {
  struct Proof: Equatable, Sendable {
    var source: Source
    /// The wall clock before the question.
    var at: EventTime
    var end: Int64
  }

  static let interval: Duration = .milliseconds(500)

  /// How often each cause held a source back.
  private(set) var failures: [Source: [ProofFailure: UInt64]] = [:]
  private var askedAt: Duration?

  init() {}

  func isDue(at uptime: Duration) -> Bool { askedAt.map { uptime - $0 >= Self.interval } ?? true }

  mutating func asked(at uptime: Duration) { askedAt = uptime }

  /// `idle`: sources read to their end, and where that was. `counts`: partitions that the topics have now, nil: unknown; `known`: those that
  /// are read. `ends`: the answer; nil: none. The shard has still to see that nothing came meanwhile.
  mutating func proofs(
    of idle: [Source: Int64], at time: EventTime, counts: [String: Int32]?, known: [String: Int32], ends: [Source: Int64]?,
    clocksAgree: Bool
  ) -> [Proof] {
    var proofs: [Proof] = []
    for (source, reached) in idle.sorted(by: { $0.key < $1.key }) {
      if !clocksAgree {
        fail(source, .clocks)
      } else if let end = ends?[source], let counts, let count = counts[source.topic] {
        if count != known[source.topic] {
          fail(source, .partitions)
        } else if end != reached {
          fail(source, .unread)
        } else {
          proofs.append(Proof(source: source, at: time, end: end))
        }
      } else {
        fail(source, .noAnswer)
      }
    }
    return proofs
  }

  private mutating func fail(_ source: Source, _ failure: ProofFailure) { failures[source, default: [:]][failure, default: 0] += 1 }
}
