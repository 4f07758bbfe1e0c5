/// What one server lets its clients take.
package struct ServerLimits: Sendable {
  /// Connections at a time, streams included.
  package var connections = 4_096
  /// Streams of events at a time.
  package var streams = 2_000
  /// Memory of a connection: request line and headers fit in it, or are refused.
  package var connectionBytes = 16_384
  /// A request's body: none is of use, but what a client sends is read past, so that it gets its answer.
  package var bodyBytes = 16 << 20
  /// Requests that wait for a worker; more are answered 503.
  package var waiting = 256
  package var workers = 3
  /// Bytes that may wait for one stream's client; an event takes less than half of them.
  package var streamBytes = 4 << 20
  /// A connection that does nothing for so long is closed.
  package var idleSeconds = 60
  /// Time between comments on a stream.
  package var comment = Duration.seconds(15)

  /// How long `stop` lets clients read the ends of their streams.
  package var farewell = Duration.seconds(2)

  package init() {}
}
