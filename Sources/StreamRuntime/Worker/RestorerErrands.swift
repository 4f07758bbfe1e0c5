internal import EventModel
internal import RuleEngine

/// What the restorer does for the shard beside its restores: questions to the cluster that may take a while.
extension Restorer {
  func findPartitions() {
    do throws(KafkaFault) {
      let counts = try admin.partitionCounts(of: context.settings.inputs, timeout: Self.patience)
      let missing = context.settings.inputs.filter { (counts[$0] ?? 0) == 0 }
      context.board.with { $0.holdReason = missing.first.map { "topic `\($0)` does not exist" } }
      guard missing.isEmpty else { return }
      needsPartitions = false
      context.shard.post(.partitions(counts))
    } catch {
      note(error, "reading the topics' partitions")
    }
  }

  func resolve() {
    guard let (sources, start) = unresolved.first else { return }
    do throws(KafkaFault) {
      var offsets: [Source: Int64] = [:]
      switch start {
      case .earliest:
        for source in sources { offsets[source] = try enquirer.bounds(of: source, timeout: Self.patience).lowerBound }
      case .latest: offsets = try admin.ends(of: sources, timeout: Self.patience)
      case .time(let time):
        offsets = try admin.offsets(at: time.microseconds, of: sources, timeout: Self.patience)
      }
      guard sources.allSatisfy({ offsets[$0] != nil }) else { return }
      unresolved.removeFirst()
      context.shard.post(.starts(offsets))
    } catch {
      note(error, "finding where sources begin")
    }
  }

  func collectGarbage() {
    guard context.cluster.capabilities.deleteRecords else { return }
    let positions = garbage.take(at: context.clock.uptime).sorted { $0.key < $1.key }
    guard !positions.isEmpty else { return }
    do throws(KafkaFault) {
      try admin.deleteRecords(before: positions.map { (context.stateSource($0.key), $0.value) }, timeout: Self.patience)
    } catch {
      note(error, "deleting old state")
    }
  }
}
