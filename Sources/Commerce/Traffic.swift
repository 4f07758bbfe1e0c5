package import EventModel

/// How much goes on in the shop, over time.
package struct Traffic: Sendable {
  /// Events a second before the sale, and from then on.
  package var quiet: Double
  package var busy: Double
  /// When the sale begins.
  package var sale: EventTime

  /// The same at all times.
  package static func steady(_ eventsPerSecond: Double) -> Traffic {
    Traffic(quiet: eventsPerSecond, busy: eventsPerSecond, sale: .distantFuture)
  }

  /// Quiet hours, and a sale at the end of them that fills the shop within moments.
  package static func sale(from sale: EventTime, quiet: Double, busy: Double) -> Traffic {
    Traffic(quiet: quiet, busy: busy, sale: sale)
  }

  func eventsPerSecond(at time: Int64) -> Double { time >= sale.microseconds ? busy : quiet }

  /// About how many events an order makes.
  static let eventsAnOrder = 6.0
}
