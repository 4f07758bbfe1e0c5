package import RuleEngine

/// What a worker tells the process around it. The closures are called on the worker's threads and should return soon.
package struct WorkerHooks: Sendable {
  /// Outputs whose transaction was committed, in order of slot and, within one, of publication. Each is handed over once, unless the
  /// process ends between the commit and the call.
  package var committed: @Sendable ([OutputRecord]) -> Void
  /// After each commit, and after end proofs that decided nothing: the processor as it is, to read its counters and clocks.
  package var evaluated: @Sendable (any RecordProcessor) -> Void
  package var log: @Sendable (WorkerEvent) -> Void

  package init(
    committed: @escaping @Sendable ([OutputRecord]) -> Void = { _ in },
    evaluated: @escaping @Sendable (any RecordProcessor) -> Void = { _ in }, log: @escaping @Sendable (WorkerEvent) -> Void = { _ in }
  ) {
    self.committed = committed
    self.evaluated = evaluated
    self.log = log
  }
}

/// Something worth a line in the log.
package struct WorkerEvent: Sendable, CustomStringConvertible {
  package enum Level: String, Sendable { case debug, info, warning, error }
  package var level: Level
  package var message: String
  package var fields: [(name: String, value: String)]

  package init(_ level: Level, _ message: String, _ fields: [(name: String, value: String)] = []) {
    self.level = level
    self.message = message
    self.fields = fields
  }

  package var description: String { ([message] + fields.map { "\($0.name)=\($0.value)" }).joined(separator: " ") }
}

/// How a worker ended.
package enum WorkerEnd: Hashable, Sendable {
  /// It was asked to.
  case stopped
  /// It cannot go on; why. Nothing is lost: the next start goes on from what is committed.
  case failed(String)
}
