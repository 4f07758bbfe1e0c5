import Commerce
import EventModel
import RuleEngine
import Testing

@testable import tenet

private func at(_ minute: Int) -> EventTime { EventTime(microseconds: Int64(minute) * 60_000_000) }

@Suite("The score of the demo")
struct ScoreboardTests {
  private func board(_ faults: [PlantedFault]) -> Scoreboard {
    var board = Scoreboard()
    faults.forEach { board.plant($0) }
    return board
  }

  @Test("a fault is pending until its rule's clock has passed it, then missed, and found whenever it is reported")
  func life() {
    var board = board([PlantedFault(rule: "r", key: ["a"], due: at(10))])
    let score = { (minute: Int) in board.faults(clock: { _ in at(minute) }, tolerance: .seconds(60)) }
    #expect(score(10) == .init(planted: 1, found: 0, missed: 0, pending: 1, unexplained: 0))
    #expect(score(11) == .init(planted: 1, found: 0, missed: 0, pending: 1, unexplained: 0))
    #expect(score(12) == .init(planted: 1, found: 0, missed: 1, pending: 0, unexplained: 0))
    board.take(id: "v", rule: "r", key: ["a"], at: at(10), stands: true)
    #expect(score(12) == .init(planted: 1, found: 1, missed: 0, pending: 0, unexplained: 0))
  }

  @Test("a violation of another key, time or rule is false, until it is withdrawn")
  func unexplained() {
    var board = board([PlantedFault(rule: "r", key: ["a"], due: at(10))])
    board.take(id: "1", rule: "r", key: ["b"], at: at(10), stands: true)
    board.take(id: "2", rule: "r", key: ["a"], at: at(11), stands: true)
    board.take(id: "3", rule: "s", key: ["a"], at: at(10), stands: true)
    let clock = { (_: String) in at(0) }
    #expect(board.unexplained == 3 && board.violations == 3)
    #expect(board.complaints(clock: clock, tolerance: .zero).count == 3)
    for id in ["1", "2", "3"] { board.take(id: id, rule: "r", key: ["a"], at: at(10), stands: false) }
    #expect(board.unexplained == 0 && board.violations == 0)
    #expect(board.complaints(clock: clock, tolerance: .zero).isEmpty)
  }

  @Test("two faults alike want two violations, and a third is false")
  func twins() {
    var board = board([PlantedFault(rule: "r", key: ["a"], due: at(1)), PlantedFault(rule: "r", key: ["a"], due: at(1))])
    let score = { board.faults(clock: { _ in at(9) }, tolerance: .zero) }
    for id in ["1", "2", "3"] { board.take(id: id, rule: "r", key: ["a"], at: at(1), stands: true) }
    #expect(score() == .init(planted: 2, found: 2, missed: 0, pending: 0, unexplained: 1))
    board.take(id: "1", rule: "r", key: ["a"], at: at(1), stands: true)
    board.take(id: "2", rule: "r", key: ["a"], at: at(1), stands: false)
    board.take(id: "3", rule: "r", key: ["a"], at: at(1), stands: false)
    #expect(score() == .init(planted: 2, found: 1, missed: 1, pending: 0, unexplained: 0))
  }

  @Test("records fill the screen: rows change in place, money at risk is what is open, windows make a series")
  func records() {
    var board = DemoBoard()
    func violation(_ id: String, _ state: String, _ amount: String) -> OutputRecord {
      let json =
        #"{"id":"\#(id)","revision":1,"state":"\#(state)","rule":"r","severity":"high","key":{"order_id":"o","n":2},"at":"2026-01-05T10:30:00Z","message":"m","exposure":{"amount":"\#(amount)","currency":"EUR"}}"#
      return OutputRecord(topic: .violations, key: nil, value: Array(json.utf8), headers: [])
    }
    func kpi(_ minute: Int, _ value: String) -> OutputRecord {
      let json =
        #"{"kpi":"k","key":{"currency":"EUR"},"window":{"start":"2026-01-05T10:0\#(minute):00Z","end":"2026-01-05T10:09:00Z"},"final":false,"value":\#(value)}"#
      return OutputRecord(topic: .kpis, key: nil, value: Array(json.utf8), headers: [])
    }
    #expect(board.take([violation("1", "open", "10.50"), violation("2", "open", "4.50")]).count == 2)
    board.take([violation("1", "resolved", "10.50"), kpi(1, "\"2.50\""), kpi(3, "7"), kpi(2, "5"), kpi(3, "8")])
    var state = ScreenState()
    board.fill(&state)
    #expect(state.violations.map(\.id) == ["2", "1"])
    #expect(state.violations.map(\.state) == ["open", "resolved"])
    #expect(state.violations[0].key == "o/2")
    #expect(state.standing == ["high": 2])
    #expect(state.atRisk.map(\.amount) == ["4.50"])
    #expect(state.kpis.first?.history == [2.5, 5, 8])
    #expect(state.kpis.first?.value == "8")
    #expect(board.committed[.kpis] == 4)
  }
}
