package import EventModel

/// What a shop is like. Everything that it does follows from this.
package struct ShopOptions: Sendable {
  package var seed: UInt64
  package var region: String
  /// When the shop opens: nothing is dated before.
  package var opening: EventTime
  package var traffic: Traffic

  /// Of a hundred stories so many have a fault.
  package var faults = 2.0
  /// Of a thousand events so many are published late: mostly 5 to 90 s after their time, some by minutes.
  package var late = 3.0
  /// Of a thousand events so many are published twice.
  package var doubled = 4.0
  /// To a thousand events so many records come that are no events, or broken ones.
  package var malformed = 1.5

  package init(seed: UInt64, region: String, opening: EventTime, traffic: Traffic) {
    (self.seed, self.region, self.opening, self.traffic) = (seed, region, opening, traffic)
  }
}

/// A record as the shop publishes it.
package struct ShopRecord: Sendable {
  package var topic: String
  package var key: [UInt8]
  /// nil: a tombstone.
  package var value: [UInt8]?
  /// Kafka's timestamp: when it is published.
  package var published: EventTime
}

/// What the shop has done so far.
package struct ShopCounts: Sendable, Hashable {
  /// Records, all of the following included.
  package var records = 0
  package var orders = 0
  package var late = 0
  package var doubled = 0
  package var malformed = 0
  /// Events that were never published.
  package var lost = 0
}
