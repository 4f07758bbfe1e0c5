internal import EventModel

/// One source as it is now.
struct SourceState: Sendable {
  let source: Source
  /// Index into `CheckedProgram.streams`.
  let stream: Int
  let slot: Int
  var isAttached = true
  /// The offset to be read next; nil: nothing is known yet.
  var next: Int64?
  /// Largest min(event time, Kafka timestamp) so far, less `disorder`.
  var watermark = EventTime.distantPast
  /// The watermark, or more after an end proof. Never falls.
  var clock = EventTime.distantPast
  /// By rule: since when it knows the source.
  var since: [Int: EventTime] = [:]

  init(_ source: Source, stream: Int, slot: Int) {
    self.source = source
    self.stream = stream
    self.slot = slot
  }

  mutating func detach() {
    isAttached = false
    next = nil
  }
}
