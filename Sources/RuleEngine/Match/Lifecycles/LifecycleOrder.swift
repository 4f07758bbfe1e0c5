internal import EventModel

/// The order in which the events of an entity are taken (language.md 17.2): clocks that differ a little do not make a move illegal.
enum LifecycleOrder {
  /// A longer run is taken as it is.
  private static let longest = 6

  /// The first clock at which the order of a run is known.
  static func closing(of run: ArraySlice<LifecycleStep>, _ plan: LifecyclePlan) -> Int64 {
    guard run.count <= longest, let last = run.last else { return RuleClock.past }
    return plan.closing(behind: last.ref)
  }

  /// Where the run ends that begins at an index.
  static func end(of steps: [LifecycleStep], from first: Int, _ plan: LifecyclePlan) -> Int {
    var end = first + 1
    while end < steps.count, plan.isInRun(steps[end].ref, behind: steps[end - 1].ref) { end += 1 }
    return end
  }

  /// The first order in which every move is an arrow, from the state before on; else the run as it is. `state`: nil: it is not known.
  static func arranged(_ run: ArraySlice<LifecycleStep>, from state: Int?, _ plan: LifecyclePlan) -> [LifecycleStep] {
    let run = Array(run)
    guard run.count > 1, run.count <= longest else { return run }
    var search = Search(run: run, plan: plan)
    return search.extend(state) ? search.order.map { run[$0] } : run
  }

  /// Tries the orders, the first by 2.7 before the others.
  private struct Search {
    let run: [LifecycleStep]
    let plan: LifecyclePlan
    var order: [Int] = []

    mutating func extend(_ state: Int?) -> Bool {
      if order.count == run.count { return true }
      for index in run.indices where isNext(index) {
        let to = run[index].state
        if let state, state != to, !plan.hasArrow(state, to) { continue }
        order.append(index)
        if extend(to) { return true }
        order.removeLast()
      }
      return false
    }

    /// It is left, and the events of its own stream that are dated before it are taken.
    private func isNext(_ index: Int) -> Bool {
      guard !order.contains(index) else { return false }
      return !run.indices.contains { other in
        run[other].ref.stream == run[index].ref.stream && run[other].time < run[index].time && !order.contains(other)
      }
    }
  }
}
