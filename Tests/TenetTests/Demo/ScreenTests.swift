import EventModel
import Testing

@testable import tenet

private func at(_ clock: String) -> EventTime { EventTime(rfc3339: "2026-03-02T\(clock)Z") ?? .distantPast }

private func state() -> ScreenState {
  var state = ScreenState()
  state.region = "eu-west-1"
  (state.rules, state.kpiCount) = (19, 5)
  state.address = "http://127.0.0.1:8080"
  state.elapsed = .seconds(67)
  (state.events, state.eventsPerSecond, state.rates) = (21_480, 512.4, [100, 200, 400, 800])
  (state.lag, state.deadLetters, state.late, state.duplicates) = (12, 31, 40, 97)
  state.faults = .init(planted: 48, found: 43, missed: 0, pending: 5, unexplained: 0)
  state.standing = ["critical": 3, "high": 20, "low": 1]
  state.atRisk = [("EUR", "12345.67"), ("GBP", "230.00")]
  state.violations = [
    .init(
      id: "1", state: "open", severity: "critical", at: at("10:02:11"), rule: "payments.capture_without_order", key: "EW1-K7Q1042",
      message: "129.90 EUR captured for order EW1-K7Q1042, which was never placed", exposure: "129.90 EUR"),
    .init(
      id: "2", state: "resolved", severity: "medium", at: at("10:01:59"), rule: "orders.express_late", key: "EW1-K7Q7",
      message: "express order EW1-K7Q7 did not leave in two hours", exposure: "13.95 EUR"),
    .init(
      id: "3", state: "open", severity: "info", at: at("10:00:00"), rule: "orders.test_order", key: "EW1-K7Q9",
      message: "order \u{1B}[31mEW1\n looks like a test 試験", exposure: nil),
  ]
  state.kpis = [
    .init(name: "orders.sales", key: "EUR", value: "98765.40", history: [1, 2, 3, 8]),
    .init(name: "orders.sales", key: "GBP", value: "1200.00", history: [5, 5]),
    .init(name: "payments.approval_rate", key: "northpay", value: "0.9123456789", history: [0.8, 0.9, .nan, 0.91]),
    .init(name: "payments.refund_volume", key: "SEK", value: nil, history: []),
  ]
  return state
}

private func text(_ width: Int, _ height: Int, _ state: ScreenState = state()) -> [String] {
  ScreenLayout(width: width, height: height).lines(state).map { String($0.text.reversed().drop { $0 == " " }.reversed()) }
}

@Suite("The demo's screen")
struct ScreenTests {
  @Test("a wide terminal shows everything, KPIs in two columns")
  func wide() {
    let expected = """
      | tenet demo   a shop in eu-west-1  19 rules, 5 KPIs  1:07                               http://127.0.0.1:8080   q quits
      |
      | events   21,480   512/s ▁▂▄█   12 lag   31 dead letters   40 late   97 duplicates
      | faults   48 put in   43 found   5 not yet due   0 missed   0 false
      | at risk  12,345.67 EUR   230.00 GBP
      |
      | KPIs
      | orders.sales             EUR            98,765.40  ▁▂▃█     payments.approval_rate   northpay          0.9123  ▁█ █
      | orders.sales             GBP             1,200.00  ▄▄       payments.refund_volume   SEK                    –
      |
      | violations   3 critical   20 high   1 low
      | 10:02:11  critical payments.capture_without_order  EW1-K7Q1042       129.90 EUR captured for order EW1…     129.90 EUR
      | 10:01:59  medium   orders.express_late             EW1-K7Q7          resolved: express order EW1-K7Q7 …      13.95 EUR
      | 10:00:00  info     orders.test_order               EW1-K7Q9          order ·[31mEW1· looks like a test…
      |
      |
      """
    #expect(text(120, 16).map { "|" + $0 }.joined(separator: "\n") == expected)
  }

  @Test("a terminal of eighty columns drops what does not fit, and never a line's end")
  func narrow() {
    let lines = ScreenLayout(width: 80, height: 24).lines(state())
    #expect(lines.count == 24)
    #expect(lines.allSatisfy { $0.width <= 80 })
    let shown = lines.map(\.text).joined(separator: "\n")
    #expect(shown.contains("critical payments.capture_without_ord…"))
    #expect(shown.contains("payments.approval_rate"))
  }

  @Test("every size gives as many lines, none too wide", arguments: [1, 5, 12, 24, 60], [10, 40, 79, 80, 100, 116, 160, 250])
  func everySize(_ height: Int, _ width: Int) {
    let lines = ScreenLayout(width: width, height: height).lines(state())
    #expect(lines.count == height)
    #expect(lines.allSatisfy { $0.width <= width })
  }

  @Test("what events say cannot move the cursor")
  func escapes() {
    for line in ScreenLayout(width: 200, height: 30).lines(state()) {
      #expect(!line.text.unicodeScalars.contains { $0.value < 0x20 })
    }
  }

  @Test("a missed fault and a false violation stand out")
  func alarms() {
    var state = state()
    state.faults.missed = 1
    state.faults.unexplained = 2
    let line = ScreenLayout(width: 120, height: 10).lines(state)[3]
    #expect(line.pieces.filter { $0.style == .bad }.map(\.text) == ["1", "2"])
  }

  @Test("an empty shop has a screen, too")
  func empty() {
    #expect(text(100, 12, ScreenState()).contains(" at risk  nothing"))
  }

  @Test("figures are written as people read them")
  func figures() {
    #expect(Figures.grouped("-1234567.5") == "-1,234,567.5")
    #expect(Figures.grouped("NaN") == "NaN")
    #expect(Figures.value("0.33333333") == "0.3333")
    #expect(Figures.clock(.seconds(3_725)) == "1:02:05")
    #expect(Figures.sparkline([0, 0], width: 5) == "▁▁")
    #expect(Figures.sparkline([], width: 5) == "")
  }
}
