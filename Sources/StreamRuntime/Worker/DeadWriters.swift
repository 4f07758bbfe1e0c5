internal import RuleEngine

/// Fencing a dead writer (protocol.md 6): who takes a slot ends the transaction that hides its state, and outputs besides, if the writer is
/// gone. It would end by itself in time; fencing is for progress only.
extension Restorer {
  func fenceDeadWriters() {
    let now = context.clock.uptime
    guard deadWriters.isDue(at: now) else { return }
    let slots = deadWriters.slots
    do throws(KafkaFault) {
      let ends = try admin.ends(of: slots.map(context.stateSource), timeout: Self.patience)
      for slot in slots {
        let source = context.stateSource(slot)
        guard let end = ends[source] else { continue }
        let stable = try enquirer.bounds(of: source, timeout: Self.patience).upperBound
        guard deadWriters.stands(slot: slot, stable: stable, end: end, at: now) else { continue }
        if let writer = try writer(at: stable, of: source), try isDead(writer) { try fence(writer) }
      }
    } catch {
      note(error, "looking for a dead writer")
    }
  }

  /// Whose record it is that lies at an offset, committed or not; nil: none of ours.
  private func writer(at offset: Int64, of source: Source) throws(KafkaFault) -> String? {
    let consumer = try context.cluster.uncommittedConsumer()
    defer { consumer.close() }
    try consumer.assign([(source, offset)])
    let deadline = context.clock.uptime + Self.patience
    var writer: String?
    var isRead = false
    repeat {
      try consumer.poll(limit: 1, wait: .milliseconds(100)) { polled in
        switch polled {
        case .record(let record):
          isRead = true
          writer = record.value.flatMap { try? Envelope(decoding: $0) }?.writer
        case .end, .outOfRange: isRead = true
        case .fault: break
        }
      }
      consumer.release()
    } while !isRead && context.isThreaded && context.clock.uptime < deadline
    return writer
  }

  /// A writer whose instance is no member of the group, or one of mine with a shard that I do not have. A live member is never fenced.
  private func isDead(_ writer: String) throws(KafkaFault) -> Bool {
    let settings = context.settings
    guard writer != settings.writer, let dot = writer.lastIndex(of: ".") else { return false }
    let instance = String(writer[..<dot])
    if instance == settings.instance { return true }
    return try !admin.members(of: settings.application, timeout: Self.patience).contains(instance)
  }

  private func fence(_ writer: String) throws(KafkaFault) {
    let producer = try context.cluster.transactionalProducer(id: context.settings.application + "." + writer)
    defer { producer.close() }
    try producer.initialize(timeout: .seconds(5))
    context.log(.warning, "ended the transaction that a dead writer left open", [("writer", writer)])
  }
}
