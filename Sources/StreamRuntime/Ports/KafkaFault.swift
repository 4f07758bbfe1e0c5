/// What went wrong at a call to Kafka, and what to do with it (the columns of protocol.md 5).
package struct KafkaFault: Error, Sendable, CustomStringConvertible {
  package enum Disposition: Sendable, Equatable {
    /// Retriable or timed out: the same call again.
    case retry
    /// The transaction must be aborted; the same effects are sent again.
    case abort
    /// The member, instance or generation was refused: abort; the lease check decides.
    case refusedMember
    /// The producer is fenced or broken: a new one.
    case fatal
    /// A right, a topic or a setting is missing: hold until it is there. A producer that said so in `initialize` is made anew.
    case hold
    /// The local queue is full: poll, then again.
    case queueFull
  }
  package var disposition: Disposition
  /// librdkafka's name of the error: `_TIMED_OUT`, `TOPIC_AUTHORIZATION_FAILED`.
  package var code: String
  package var description: String
  /// The record whose delivery failed, if it has a token.
  package var token: Int?

  package init(_ disposition: Disposition, code: String, _ description: String, token: Int? = nil) {
    self.disposition = disposition
    self.code = code
    self.description = description
    self.token = token
  }
}
