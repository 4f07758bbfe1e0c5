package import HTTPServing

/// What a feed is told.
package struct FeedSettings: Sendable {
  /// Where the page and the interface are served.
  package var listen: ListenAddress
  /// Takes a free port when another process listens on the given one.
  package var orFreePort = false
  /// The SQLite file; it is made when it is not there.
  package var history: String
  package var retention = Retention()
  package var limits = ServerLimits()

  package init(listen: ListenAddress, history: String) {
    self.listen = listen
    self.history = history
  }
}
