package import RuleEngine

/// A relay as it is at a moment.
package struct RelayStatus: Sendable {
  package struct Partition: Sendable {
    package enum Phase: String, Sendable {
      /// The peer was not reached yet, or refused; tried again.
      case connecting
      /// What an earlier relay left open is settled; the position is not known yet.
      case positioning
      case publishing
    }

    package var source: Source
    package var phase = Phase.connecting
    /// The next record at home, behind all that is committed at the peer or passed over; nil: not publishing.
    package var position: Int64?
    /// Records at home that are not passed yet; nil: not known.
    package var lag: Int64?
    package var copied = 0
    /// Passed over: published by another region, or of local scope.
    package var foreign = 0
    package var local = 0
    /// Deleted at home before they were read.
    package var lost: Int64 = 0
    package var transactions = 0
    package var faults = 0
    /// Of the last fault, until the next commit.
    package var trouble: String?

    init(_ source: Source) { self.source = source }
  }

  /// By region, in order of source.
  package var peers: [String: [Partition]] = [:]
  /// Why nothing is read; nil: the group has given this relay its place.
  package var waitsFor: String? = "a place in the group"

  /// Whether every partition that was given to this relay is being published.
  package var isReady: Bool {
    waitsFor == nil && peers.values.allSatisfy { $0.allSatisfy { $0.phase == .publishing && $0.trouble == nil } }
  }
}
