internal import RuleEngine
package import StreamRuntime
internal import Synchronization

/// Publishes a region's violations, corrections and KPIs to its peers, each record once (protocol.md 16).
///
///     let relay = Relay(settings: RelaySettings(application: "shop-rules", region: "us-east-1", instance: "host-1"),
///       home: cluster, peers: ["eu-west-1": peer])
///     // from a thread that waits for SIGTERM: relay.stop()
///     let end = relay.run()          // blocks
///
/// One thread a peer reads and commits, so that a peer out of reach holds up no other; the calling one keeps the place in the group.
package final class Relay: Sendable {
  private let settings: RelaySettings
  private let home: any Cluster
  private let peers: [(region: String, cluster: any Cluster, orders: RelayOrders)]
  private let clock: any WorkerClock
  private let log: @Sendable (WorkerEvent) -> Void
  private let place: RelayPlace
  private let stopping = Atomic(false)
  private let watched = Mutex(Watched())

  private struct Watched {
    var ends: [Source: Int64] = [:]
    var waitsFor: String? = "a place in the group"
  }

  /// - Parameter peers: the clusters of the other regions, by region.
  package init(
    settings: RelaySettings, home: any Cluster, peers: [String: any Cluster], clock: any WorkerClock = SystemClock(),
    log: @escaping @Sendable (WorkerEvent) -> Void = { _ in }
  ) {
    self.settings = settings
    self.home = home
    self.peers = peers.sorted { $0.key < $1.key }.map { ($0.key, $0.value, RelayOrders()) }
    self.clock = clock
    self.log = log
    place = RelayPlace(peers: self.peers.map(\.orders))
  }

  /// Finishes the transactions under way and ends, in under five seconds. Returns at once; `run` returns when it is done.
  package func stop() {
    stopping.store(true, ordering: .releasing)
    for peer in peers { peer.orders.stop() }
  }

  /// Runs until stopped, or until it cannot go on.
  package func run() -> WorkerEnd {
    var threads: [Rendezvous] = []
    for (region, cluster, orders) in peers {
      let thread = Rendezvous()
      threads.append(thread)
      OSThread.start { [self] in
        publish(to: region, cluster, orders)
        thread.finish()
      }
    }
    let end = keepPlace(threads)
    stop()
    return end
  }

  /// As it is at this moment.
  package var status: RelayStatus {
    let (ends, waitsFor) = watched.withLock { ($0.ends, $0.waitsFor) }
    var status = RelayStatus(waitsFor: waitsFor)
    for peer in peers {
      let told = Dictionary(uniqueKeysWithValues: peer.orders.status.map { ($0.source, $0) })
      // What was given to it and not taken up yet is not left out.
      status.peers[peer.region] = place.sources.map { source in
        var partition = told[source] ?? RelayStatus.Partition(source)
        if let position = partition.position, let end = ends[partition.source] { partition.lag = max(0, end - position) }
        return partition
      }
    }
    return status
  }

  private func publish(to region: String, _ cluster: any Cluster, _ orders: RelayOrders) {
    do throws(KafkaFault) {
      let relay = try PeerRelay(
        region: region, settings: settings, home: home, peer: cluster, clock: clock, orders: orders, log: log)
      while !orders.isStopping { relay.step() }
      relay.close()
    } catch {
      log(.init(.error, "the peer cannot be published to", [("peer", region), ("error", error.description)]))
      orders.finish()
    }
  }

  private func keepPlace(_ threads: [Rendezvous]) -> WorkerEnd {
    let admin: any ClusterAdmin
    let membership: any GroupMembership
    do throws(KafkaFault) {
      admin = try home.admin()
      membership = try home.membership(group: settings.group, instance: settings.instance)
    } catch {
      return .failed(error.description)
    }
    var end = WorkerEnd.stopped
    var watch = HomeWatch(settings: settings, admin: admin)
    do throws(KafkaFault) {
      try membership.join(topic: settings.names.slots) { [place] change in place.handle(change) }
      while !stopping.load(ordering: .acquiring) {
        let problem = watch.look(now: clock.uptime, place: place)
        watched.withLock { watched in
          watched.ends = watch.ends
          watched.waitsFor = problem ?? (place.hasPlace ? nil : "a place in the group")
        }
        try poll(membership)
      }
    } catch {
      let isTaken = error.code == "FENCED_INSTANCE_ID"
      end = .failed(isTaken ? "another relay runs as instance `\(settings.instance)`" : error.description)
    }
    stop()
    let deadline = clock.uptime + .milliseconds(4_500)
    for thread in threads {
      while !thread.isFinished, clock.uptime < deadline { _ = thread.wait(atMost: .milliseconds(20)) }
    }
    membership.close()
    admin.close()
    return end
  }

  private func poll(_ membership: any GroupMembership) throws(KafkaFault) {
    do throws(KafkaFault) {
      try membership.poll(wait: .milliseconds(100))
    } catch {
      guard error.disposition != .fatal else { throw error }
      log(.init(.warning, "the relays' group", [("error", error.description)]))
    }
  }
}

/// Looks at home now and then: partition counts, and ends for the lag.
private struct HomeWatch {
  let settings: RelaySettings
  let admin: any ClusterAdmin
  private(set) var ends: [Source: Int64] = [:]
  private var problem: String? = "the topics at home"
  private var countsAfter: Duration = .zero
  private var endsAfter: Duration = .zero

  init(settings: RelaySettings, admin: any ClusterAdmin) {
    self.settings = settings
    self.admin = admin
  }

  /// - Returns: what is missing at home; nil: nothing.
  mutating func look(now: Duration, place: RelayPlace) -> String? {
    do throws(KafkaFault) {
      if countsAfter <= now {
        countsAfter = now + .seconds(5)
        let wanted = [settings.names.slots] + settings.topics
        var counts = try admin.partitionCounts(of: wanted, timeout: PeerRelay.questionTimeout)
        problem = wanted.first { counts[$0] == nil }.map { "topic `\($0)` at home" }
        if problem == nil {
          countsAfter = now + .seconds(60)
          place.learn(slots: counts.removeValue(forKey: settings.names.slots) ?? 0, counts: counts)
        }
      }
      if endsAfter <= now {
        endsAfter = now + .seconds(5)
        ends = try admin.ends(of: place.sources, timeout: PeerRelay.questionTimeout)
      }
    } catch {
      if problem != nil { problem = error.description }
    }
    return problem
  }
}
