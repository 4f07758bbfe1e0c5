package import RuleEngine

/// The names of an application's own topics.
package struct TopicNames: Hashable, Sendable {
  package var application: String
  /// Of the outputs.
  package var prefix: String

  package init(application: String, prefix: String = "tenet") {
    self.application = application
    self.prefix = prefix
  }

  package var slots: String { application + ".slots" }
  package var state: String { application + ".state" }
  package var relay: String { application + ".relay" }
  package var regions: String { application + ".regions" }
  package func output(_ topic: OutputRecord.Topic) -> String { prefix + "." + topic.rawValue }
}
