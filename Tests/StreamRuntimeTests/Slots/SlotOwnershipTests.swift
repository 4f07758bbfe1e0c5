import Testing

@testable import StreamRuntime

@Suite struct SlotOwnershipTests {
  static let mark = CommittedMark(number: 7, from: 3, term: 2, writer: "host.0")

  private static func locating() -> SlotOwnership {
    var slot = SlotOwnership(storesOffsets: true)
    #expect(slot.handle(.assigned) == [.locate(again: false)])
    return slot
  }

  private static func restoring() -> SlotOwnership {
    var slot = locating()
    #expect(slot.handle(.located(mark)) == [.restore(mark)])
    return slot
  }

  private static func running() -> SlotOwnership {
    var slot = restoring()
    #expect(slot.handle(.restored) == [.run(mark)])
    return slot
  }

  /// One in every state.
  private static func all() -> [SlotOwnership] {
    var scanning = locating()
    _ = scanning.handle(.noOffset(low: 0, stable: 5, end: 5))
    var draining = running()
    _ = draining.handle(.revoked)
    var stopped = restoring()
    _ = stopped.handle(.failed(.noValue(offset: 4)))
    return [SlotOwnership(storesOffsets: true), locating(), scanning, restoring(), running(), draining, stopped]
  }

  @Test func `a slot with a mark is located, restored and run`() {
    #expect(Self.running().state == .running)
  }

  @Test func `without a mark and without state it is a first start`() {
    var slot = Self.locating()
    #expect(slot.handle(.noOffset(low: 0, stable: 0, end: 0)) == [.run(nil)])
    #expect(slot.state == .running)
  }

  @Test func `while there is no answer, or a transaction is open, it is asked again`() {
    var slot = Self.locating()
    #expect(slot.handle(.unanswered) == [.locate(again: true)])
    #expect(slot.handle(.noOffset(low: 0, stable: 0, end: 4)) == [.locate(again: true)])
    #expect(slot.state == .locating)
  }

  @Test func `without a mark the last delta of its state stands for it, with a warning`() {
    var slot = Self.locating()
    #expect(slot.handle(.noOffset(low: 2, stable: 9, end: 9)) == [.scan(end: 9)])
    let actions = slot.handle(.scanned(Self.mark))
    #expect(actions.count == 2 && actions.last == .restore(Self.mark))
    guard case .warn = actions.first else {
      Issue.record("it warns")
      return
    }
    var empty = Self.locating()
    _ = empty.handle(.noOffset(low: 0, stable: 2, end: 2))
    #expect(empty.handle(.scanned(nil)) == [.run(nil)])
  }

  @Test func `state that was deleted altogether stops the slot`() {
    var slot = Self.locating()
    let actions = slot.handle(.noOffset(low: 8, stable: 8, end: 8))
    #expect(actions.first == .forget && actions.count == 2)
    #expect(slot.state == .stopped("its state was deleted: the log is empty, but ends at offset 8"))
  }

  @Test func `a restore that finds a gap stops the slot, naming both numbers`() {
    var slot = Self.restoring()
    let error = RestoreError.gap(expected: 5, found: 7, offset: 40)
    #expect(slot.handle(.failed(error)) == [.forget, .report("delta 7 at offset 40 where delta 5 should be")])
  }

  @Test func `a source out of range stops a running slot`() {
    var slot = Self.running()
    #expect(slot.handle(.outOfRange("orders/3: 12 records are gone")) == [.forget, .report("orders/3: 12 records are gone")])
  }

  @Test func `revoked, a running slot is drained before it goes; any other goes at once`() {
    var slot = Self.running()
    #expect(slot.handle(.revoked) == [.drain])
    #expect(slot.handle(.drained) == [.forget])
    #expect(slot.state == .absent)
    for var other in Self.all() where other.state != .running {
      let wasAbsent = other.state == .absent
      #expect(other.handle(.revoked) == (wasAbsent ? [] : [.forget]))
      #expect(other.state == .absent)
    }
  }

  @Test func `lost, a slot is forgotten in every state`() {
    for var slot in Self.all() {
      let wasAbsent = slot.state == .absent
      #expect(slot.handle(.lost) == (wasAbsent ? [] : [.forget]))
      #expect(slot.state == .absent)
    }
  }

  @Test func `assigned once more, a slot is read anew in every state`() {
    for var slot in Self.all() {
      #expect(slot.handle(.assigned).last == .locate(again: false))
      #expect(slot.state == .locating)
    }
  }

  @Test func `answers that come after the slot went change nothing`() {
    for var slot in Self.all() where [.absent, .running].contains(slot.state) {
      let before = slot.state
      for event: SlotOwnership.Event in [
        .located(Self.mark), .unanswered, .noOffset(low: 0, stable: 0, end: 0), .scanned(nil), .restored, .drained,
        .failed(.noValue(offset: 0)),
      ] { #expect(slot.handle(event) == []) }
      #expect(slot.state == before)
    }
  }

  @Test func `on a cluster that keeps no offsets every start is a first one`() {
    var slot = SlotOwnership(storesOffsets: false)
    #expect(slot.handle(.assigned) == [.run(nil)])
  }

  @Test func `a lease of an earlier assignment does not stand`() {
    let leases = LeaseTable()
    let first = leases.grant(3)
    #expect(leases.stands(first))
    leases.end([3])
    #expect(!leases.stands(first))
    let second = leases.grant(3)
    #expect(leases.stands(second) && !leases.stands(first) && first != second)
  }
}
