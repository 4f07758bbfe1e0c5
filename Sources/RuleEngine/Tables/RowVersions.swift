/// A row of a table, or its end, as one record said it.
struct RowVersion: Sendable {
  enum Content: Sendable, Equatable {
    /// The row as an object, as `RowWriter.value` writes it.
    case row([UInt8])
    /// A tombstone.
    case ended
    /// A row in which a field is not as its schema says: the field's path.
    case broken(String)
  }

  /// From when it holds, in microseconds.
  var time: Int64
  /// Where it was read: of versions of one time the last place counts.
  var partition: Int32
  var offset: Int64
  var content: Content

  static func precedes(_ a: RowVersion, _ b: RowVersion) -> Bool { (a.time, a.partition, a.offset) < (b.time, b.partition, b.offset) }
}

/// The versions of the row of one key. What they answer depends on the records that were read and on the floor, not on the order of
/// reading, nor on what was forgotten.
struct RowVersions: Sendable {
  /// In their order; those before the last that are no longer asked for are forgotten.
  private(set) var versions: [RowVersion] = []

  enum Answer: Sendable {
    case row(RowVersion)
    case none
    /// What held then may be forgotten.
    case forgotten
  }

  /// What held at an instant. `floor`: rows replaced at or before it are not known any more.
  func answer(at instant: Int64, floor: Int64) -> Answer {
    guard let place = versions.lastIndex(where: { $0.time <= instant }) else { return instant < floor ? .forgotten : .none }
    if place + 1 < versions.count, versions[place + 1].time <= floor { return .forgotten }
    if case .ended = versions[place].content { return instant < floor ? .forgotten : .none }
    return .row(versions[place])
  }

  mutating func insert(_ version: RowVersion) {
    if case .ended = version.content {
      // A row that was to begin later does not, if its record stands before the tombstone.
      versions.removeAll {
        $0.content != .ended && $0.partition == version.partition && $0.offset < version.offset && $0.time > version.time
      }
    }
    let place = versions.lastIndex { RowVersion.precedes($0, version) }.map { $0 + 1 } ?? 0
    // A record that is read once more says what it said.
    if place < versions.count, !RowVersion.precedes(version, versions[place]) { return }
    versions.insert(version, at: place)
  }

  /// Forgets rows that were replaced at or before the floor.
  mutating func prune(floor: Int64) {
    guard let kept = versions.indices.dropFirst().last(where: { versions[$0].time <= floor }) else { return }
    versions.removeSubrange(..<kept)
  }

  /// Ended, and for so long that nothing asks for it.
  func isOver(before time: Int64) -> Bool {
    guard versions.count == 1, case .ended = versions[0].content else { return false }
    return versions[0].time < time
  }

  /// It holds from its last version on.
  var isHeld: Bool {
    guard let last = versions.last else { return false }
    return last.content != .ended
  }
}
