internal import EventModel
internal import RuleEngine

/// What a demo came to.
struct DemoSummary: Sendable {
  var state: ScreenState
  var counters: EngineCounters

  private var undetermined: Int { counters.rules.values.reduce(0) { $0 + $1.undetermined.values.reduce(0, +) } }
  private var violations: Int { state.standing.values.reduce(0, +) }
  private var seconds: Double { (state.elapsed / .seconds(1) * 10).rounded() / 10 }

  var text: String {
    let faults = state.faults
    return """

      \(Figures.whole(state.events)) events in \(seconds) s, \(Figures.whole(violations)) violations stand
      faults   \(faults.planted) put in, \(faults.found) found, \(faults.missed) missed, \(faults.pending) not yet due, \(faults.unexplained) false
      besides  \(Figures.whole(state.deadLetters)) dead letters, \(Figures.whole(state.late)) late, \(Figures.whole(state.duplicates)) duplicates, \(Figures.whole(undetermined)) undetermined

      """
  }

  var json: String {
    var json = JSONWriter()
    json.object {
      $0.key("summary")
      $0.object {
        $0.member("events", state.events)
        $0.key("seconds")
        $0.write(seconds)
        $0.key("faults")
        $0.object {
          $0.member("planted", state.faults.planted)
          $0.member("found", state.faults.found)
          $0.member("missed", state.faults.missed)
          $0.member("pending", state.faults.pending)
          $0.member("false", state.faults.unexplained)
        }
        $0.member("violations", violations)
        $0.member("dead_letters", state.deadLetters)
        $0.member("late", state.late)
        $0.member("duplicates", state.duplicates)
        $0.member("undetermined", undetermined)
      }
    }
    return json.text + "\n"
  }
}
