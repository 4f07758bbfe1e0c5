internal import RuleEngine
internal import StreamRuntime

/// Publishes the partitions that it is given to one peer. One thread uses it: reads at home, and commits at the peer, a transaction a partition.
final class PeerRelay {
  private static let records = 1000
  /// Bytes that may be fetched ahead.
  private static let prefetch = 64 << 20
  /// A step must be over soon after the relay was stopped.
  static let callTimeout: Duration = .milliseconds(1_500)
  static let questionTimeout: Duration = .seconds(1)

  private let region: String
  let settings: RelaySettings
  private let peer: any Cluster
  let clock: any WorkerClock
  let orders: RelayOrders
  private let log: @Sendable (WorkerEvent) -> Void
  private let filter: RelayFilter
  private let home: any DataConsumer
  private let homeAdmin: any ClusterAdmin
  private let admin: any ClusterAdmin
  var lanes: [Source: Lane] = [:]
  private var positionsAfter: Duration = .zero

  /// - Parameter region: the peer's.
  init(
    region: String, settings: RelaySettings, home: any Cluster, peer: any Cluster, clock: any WorkerClock, orders: RelayOrders,
    log: @escaping @Sendable (WorkerEvent) -> Void
  ) throws(KafkaFault) {
    self.region = region
    self.settings = settings
    self.peer = peer
    self.clock = clock
    self.orders = orders
    self.log = log
    filter = RelayFilter(origin: settings.origin)
    self.home = try home.dataConsumer(prefetch: Self.prefetch)
    homeAdmin = try home.admin()
    admin = try peer.admin()
  }

  func step() {
    follow()
    initialize()
    findPositions()
    read()
    publish()
    orders.report(lanes.values.map(\.report).sorted { $0.source < $1.source })
  }

  func close() {
    for source in lanes.keys { drop(source) }
    home.close()
    homeAdmin.close()
    admin.close()
    orders.finish()
  }

  // MARK: - Partitions come and go

  private func follow() {
    guard let order = orders.take() else { return }
    let wanted = Set(order.sources)
    for source in lanes.keys where !wanted.contains(source) { drop(source) }
    for source in wanted where lanes[source] == nil { lanes[source] = Lane(source, now: clock.uptime) }
    for waiting in order.waiting { waiting.finish() }
  }

  /// Between two steps no transaction is open.
  private func drop(_ source: Source) {
    guard let lane = lanes.removeValue(forKey: source) else { return }
    unassign(lane)
    lane.producer?.close()
  }

  func close(_ source: Source, after fault: KafkaFault) {
    guard var lane = lanes[source] else { return }
    unassign(lane)
    lane.close(after: fault, now: clock.uptime)
    lanes[source] = lane
    tell(.warning, "a partition begins again", source, fault)
  }

  private func unassign(_ lane: Lane) {
    guard lane.phase == .open else { return }
    do throws(KafkaFault) { try home.unassign([lane.source]) } catch { tell(.warning, "giving up a partition at home", lane.source, error) }
  }

  // MARK: - From closed to open

  private func initialize() {
    for source in lanes.keys.sorted() where !orders.isStopping {
      guard var lane = lanes[source], case .closed(let until) = lane.phase, until <= clock.uptime else { continue }
      do throws(KafkaFault) {
        let producer = try peer.transactionalProducer(id: settings.transactionalID(of: source))
        lane.producer = producer
        lanes[source] = lane
        try producer.initialize(timeout: Self.callTimeout)
        lane.phase = .settled
        lane.status.phase = .positioning
        lanes[source] = lane
      } catch {
        close(source, after: error)
        return  // The others would wait as long for the same peer.
      }
    }
  }

  private func findPositions() {
    let settled = lanes.values.filter { $0.phase == .settled }.map(\.source).sorted()
    guard !settled.isEmpty, positionsAfter <= clock.uptime else { return }
    let positions: [Source: Int64]
    do throws(KafkaFault) {
      positions = try startPositions(of: settled)
    } catch {
      positionsAfter = clock.uptime + Lane.pause(after: error)
      for source in settled { lanes[source]?.status.trouble = error.description }
      log(.init(.warning, "positions at the peer", [("peer", region), ("error", error.description)]))
      return
    }
    open(settled.compactMap { source in positions[source].map { (source, $0) } })
    if positions.count < settled.count { positionsAfter = clock.uptime + .seconds(1) }
  }

  /// What the peer has committed; a partition that was never published there begins with all that home still has.
  private func startPositions(of settled: [Source]) throws(KafkaFault) -> [Source: Int64] {
    let positions = try RelayPositions.read(
      settings.names.relay, on: peer, admin: admin, region: settings.region, while: { !orders.isStopping })
    let known = positions.filter { settled.contains($0.key) }
    return known.merging(try beginnings(of: settled.filter { known[$0] == nil })) { own, _ in own }
  }

  /// The first records that home still has. The consumer is not asked: its answers queue behind its fetches, for half a second each.
  private func beginnings(of sources: [Source]) throws(KafkaFault) -> [Source: Int64] {
    sources.isEmpty ? [:] : try homeAdmin.offsets(at: 0, of: sources, timeout: Self.questionTimeout)
  }

  private func open(_ starts: [(source: Source, offset: Int64)]) {
    if starts.isEmpty { return }
    do throws(KafkaFault) {
      try home.assign(starts)
      for (source, start) in starts {
        lanes[source]?.begin(at: start, now: clock.uptime)
        log(.init(.info, "publishing", fields(source) + [("from", "\(start)")]))
      }
    } catch {
      for (source, _) in starts { close(source, after: error) }
    }
  }

  // MARK: - Read

  private func read() {
    let waits = !lanes.values.contains { $0.isDue(at: clock.uptime) }
    var lost: [Source] = []
    do throws(KafkaFault) {
      try home.poll(limit: Self.records, wait: waits ? .milliseconds(100) : .zero) { polled in
        switch polled {
        case .record(let record): take(record)
        case .end(let source, let offset):
          // Markers and aborted records lie between the last record and the end.
          if let next = lanes[source]?.next, lanes[source]?.phase == .open { lanes[source]?.next = max(next, offset) }
        case .outOfRange(let source): lost.append(source)
        case .fault(let source, let fault):
          log(.init(.warning, "reading at home", (source.map(fields) ?? [("peer", region)]) + [("error", fault.description)]))
        }
      }
    } catch {
      log(.init(.warning, "reading at home", [("peer", region), ("error", error.description)]))
    }
    home.release()
    for source in lost { skipLost(source) }
  }

  private func take(_ record: PolledRecord) {
    guard lanes[record.source]?.phase == .open, let next = lanes[record.source]?.next, record.offset >= next else { return }
    let headers = home.headers(of: record)
    lanes[record.source]?.next = record.offset + 1
    switch filter.verdict(headers: headers, value: record.value) {
    case .copy:
      // By the key: the partition at the peer is the same for all revisions of an id, and those come from one partition here, in order.
      lanes[record.source]?.pending.append(
        ProducedRecord(
          topic: record.source.topic, partition: nil, key: record.key.map(Array.init), value: record.value.map(Array.init), headers: headers
        ))
    case .foreign: lanes[record.source]?.status.foreign += 1
    case .local: lanes[record.source]?.status.local += 1
    }
  }

  /// The records at the position are deleted at home (or the topic was made anew): what is left is published, and the gap is said.
  private func skipLost(_ source: Source) {
    guard let lane = lanes[source], lane.phase == .open else { return }
    do throws(KafkaFault) {
      try home.unassign([source])
      guard let first = try beginnings(of: [source])[source] else {
        throw KafkaFault(.retry, code: "_TIMED_OUT", "the beginning of `\(source.topic)` is not known")
      }
      try home.assign([(source, first)])
      let gone = max(0, first - lane.next)
      lanes[source]?.next = first
      lanes[source]?.status.lost += gone
      log(
        .init(.error, "records were deleted before they were published", fields(source) + [("records", "\(gone)"), ("from", "\(first)")]))
    } catch {
      lanes[source]?.phase = .settled  // It is not assigned any more.
      close(source, after: error)
    }
  }

  // MARK: - Words

  private func fields(_ source: Source) -> [(name: String, value: String)] {
    [("peer", region), ("topic", source.topic), ("partition", "\(source.partition)")]
  }

  private func tell(_ level: WorkerEvent.Level, _ message: String, _ source: Source, _ fault: KafkaFault) {
    log(.init(level, message, fields(source) + [("error", fault.description)]))
  }
}
