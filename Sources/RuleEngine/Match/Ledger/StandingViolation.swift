internal import EventModel

/// A violation that stands by all that is known now, as the form of its rule sees it.
struct StandingViolation {
  var published = PublishedRule.own
  /// Of its rule, key and anchor (language.md 9.1).
  var id: String
  /// When the anchor is dated: rules with `effective` look at it.
  var anchored: Int64
  var at: Int64
  /// The first clock at which no event that is in time undoes it (language.md 8.4).
  var settles: Int64
  /// Open or resolved.
  var state = ViolationState.open
  var reason: ViolationReason?
  var content: ViolationContent
  /// Of the anchor.
  var traceparent: String?

  func write(to row: inout RowWriter) {
    row.string(id)
    row.signed(at)
    row.signed(anchored - at)
    row.signed(settles - at)
    row.byte(state.rawValue | published.rawValue << 4)
    row.byte(reason.map { $0.rawValue + 1 } ?? 0)
    content.write(to: &row)
    row.string(traceparent ?? "")
  }

  init(from row: inout RowReader) {
    id = row.string()
    at = row.signed()
    anchored = at + row.signed()
    settles = at + row.signed()
    let kind = row.byte()
    guard let state = ViolationState(rawValue: kind & 15), let published = PublishedRule(rawValue: kind >> 4) else {
      preconditionFailure("the state of a violation in a row is known")
    }
    (self.state, self.published) = (state, published)
    let reason = row.byte()
    self.reason = reason == 0 ? nil : ViolationReason(rawValue: reason - 1)
    content = ViolationContent(from: &row)
    let trace = row.string()
    traceparent = trace.isEmpty ? nil : trace
  }

  init(
    _ published: PublishedRule = .own, id: String, anchored: Int64, at: Int64, settles: Int64, state: ViolationState = .open,
    reason: ViolationReason? = nil,
    content: ViolationContent, traceparent: String? = nil
  ) {
    self.published = published
    self.id = id
    self.anchored = anchored
    self.at = at
    self.settles = settles
    self.state = state
    self.reason = reason
    self.content = content
    self.traceparent = traceparent
  }
}

/// What stands is computed for something of the key that owns it: an event, a run of windows.
struct LedgerOwner: Equatable {
  private(set) var bytes: [UInt8]

  init(_ event: EventRef) {
    var row = RowWriter(capacity: 24)
    row.signed(event.time.microseconds)
    event.write(to: &row)
    bytes = row.bytes
  }

  /// Of what an event says under one of the names of its rule.
  init(_ event: EventRef, _ published: PublishedRule) {
    var row = RowWriter(capacity: 24)
    row.byte(published.rawValue)
    row.signed(event.time.microseconds)
    event.write(to: &row)
    bytes = row.bytes
  }

  init(instant: Int64) {
    var row = RowWriter(capacity: 10)
    row.signed(instant)
    bytes = row.bytes
  }

  init(from row: inout RowReader) { bytes = row.byteArray() }
}
