internal import RuleEngine

/// The sources of a shard's slots, and where each is read from.
extension Shard {
  /// With the last slot, the engine takes over all rows and the sources are read.
  func attachIfComplete() {
    guard slots.count == context.settings.slots, !partitions.isEmpty else { return }
    if positions.positions.isEmpty, awaiting.isEmpty {
      do throws(RowFormatError) {
        for (slot, owned) in slots.sorted(by: { $0.key < $1.key }) { try processor.load(slot: slot, owned.rows.all) }
      } catch {
        return context.requestEnd(.failed(error.description))
      }
      for (rule, rows) in processor.dropped.sorted(by: { $0.key < $1.key }) {
        context.log(
          .warning, "the state of a rule is dropped: the rule is gone, or remembers something else now; what it held open is not resolved",
          [("rule", rule), ("rows", String(rows))])
      }
    }
    let sources = context.settings.sources(partitions).filter { positions.number(of: $0) == nil && awaiting[$0] == nil }
    var known: [(source: Source, offset: Int64)] = []
    var (unknown, tables): ([Source], [Source]) = ([], [])
    for source in sources {
      let number = processor.attach(source)
      guard let offset = processor.position(of: number) else {
        awaiting[source] = number
        if processor.isTable(number) { tables.append(source) } else { unknown.append(source) }
        continue
      }
      positions.attach(source, number: number, at: offset)
      known.append((source, offset))
    }
    assign(known)
    // A partition that was added to a topic is read from its beginning; a topic that is new, from where the settings say.
    let old = Set(positions.positions.map(\.source.topic))
    let added = unknown.filter { old.contains($0.topic) }
    let new = unknown.filter { !old.contains($0.topic) }
    if !tables.isEmpty { context.restorer.post(.resolve(tables, .earliest)) }
    if !added.isEmpty { context.restorer.post(.resolve(added, .earliest)) }
    if !new.isEmpty { context.restorer.post(.resolve(new, context.settings.start)) }
  }

  func start(_ offsets: [Source: Int64]) {
    var begun: [(source: Source, offset: Int64)] = []
    for (source, offset) in offsets.sorted(by: { $0.key < $1.key }) {
      guard let number = awaiting.removeValue(forKey: source) else { continue }
      processor.start(number, at: offset)
      positions.attach(source, number: number, at: offset)
      begun.append((source, offset))
      context.log(.info, "source begins", [("source", "\(source.topic)/\(source.partition)"), ("offset", String(offset))])
    }
    assign(begun)
  }

  private func assign(_ begun: [(source: Source, offset: Int64)]) {
    let waits = processor.isCatchingUp ? begun.filter { !isTable($0.source) } : []
    behindTables += waits.map(\.source)
    let read = waits.isEmpty ? begun : begun.filter { isTable($0.source) }
    guard !read.isEmpty else { return }
    do throws(KafkaFault) {
      try consumer.assign(read)
    } catch {
      context.requestEnd(.failed("reading the inputs: \(error)"))
    }
  }

  private func isTable(_ source: Source) -> Bool { positions.number(of: source).map(processor.isTable) ?? false }

  /// The tables are as they were before the restart: all sources are read.
  func readBehindTables() {
    let begun = behindTables.compactMap { source in positions[source].map { (source, $0.next) } }
    behindTables = []
    assign(begun)
    context.log(.info, "lookup tables are read again", [])
  }

  /// Lets sources wait that are far ahead of one that has records, and go on when it has come near.
  func keepTogether() {
    guard holdBack.isDue(at: context.clock.uptime) else { return }
    let ends = context.board.with { $0.ends }
    let readings = positions.positions.compactMap { position in
      positions.number(of: position.source).map { number in
        HoldBack.Reading(
          source: position.source, clock: processor.clock(of: number),
          hasRecords: position.end == nil && ends[position.source].map { $0 > position.next } ?? false)
      }
    }
    let (wait, goOn) = holdBack.look(readings)
    if !wait.isEmpty { context.log(.debug, "sources wait for others", [("sources", wait.description)]) }
    do throws(KafkaFault) { try consumer.unassign(wait) } catch {
      context.requestEnd(.failed("letting inputs wait: \(error)"))
    }
    assign(goOn.compactMap { source in positions[source].map { (source, $0.next) } })
  }

  /// A slot is gone, and rows that went through memory with it: all are read anew from what is committed, as far as their leases stand.
  func giveUp() {
    guard !slots.isEmpty else { return }
    let read = positions.positions.map(\.source).filter { !holdBack.held.contains($0) && !behindTables.contains($0) }
    do throws(KafkaFault) { try consumer.unassign(read) } catch {
      context.requestEnd(.failed("leaving the inputs: \(error)"))
    }
    context.restorer.post(.again(slots.values.map(\.lease).sorted { $0.slot < $1.slot }))
    slots = [:]
    pending = nil
    processor = context.makeProcessor()
    positions = SourcePositions()
    holdBack = HoldBack()
    awaiting = [:]
    behindTables = []
    batch.reset()
    proofs = []
    hasProofs = false
  }
}
