package import EventModel

/// Where a new application, or a topic that is new to it, begins to be read.
package enum StartPosition: Hashable, Sendable {
  case earliest
  case latest
  /// At the first record whose Kafka timestamp is not before this.
  case time(EventTime)
}
