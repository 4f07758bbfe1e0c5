import EventModel
import Foundation
import RuleEngine
import RuleLanguage
import StreamRuntime
import TestKit
import Testing

@testable import tenet

/// What `/metrics` says of the memory that rules take.
@Suite("The engine as others see it")
struct EngineViewTests {
  @Test("keys and bytes of each rule are measured at once, and then no more often than every 15 seconds")
  func footprints() throws {
    let project = try ReplayProject()
    defer { project.remove() }
    let checked = try Rulebook.check([project.path("Rules")], schemas: project.path("Schemas")).program
    let program = try #require(checked)
    let clock = VirtualClock(now: EventTime(microseconds: 0))
    let view = EngineView(clock)
    let replayer = Replayer(program, options: .init(region: "us-east-1", slots: 1)) { _ in }
    replayer.attach([:])
    view.take(replayer.engine)
    #expect(view.current.footprints["payments.paid"]?.keys == 0)
    for number in 0..<3 {
      let value =
        #"{"event_id":"e-\#(number)","type":"placed","at":"2026-03-02T10:00:0\#(number)Z","order_id":"o-\#(number)","currency":"EUR","total":1}"#
      try replayer.take(RecordedLine.Record(topic: "orders.v1", partition: 0, value: Array(value.utf8)))
    }
    replayer.finish()
    clock.advance(by: .seconds(14))
    view.take(replayer.engine)
    #expect(view.current.footprints["payments.paid"]?.keys == 0)
    clock.advance(by: .seconds(1))
    view.take(replayer.engine)
    #expect(view.current.footprints["payments.paid"]?.keys == 3)
    #expect(view.current.footprints["payments.paid"].map { $0.bytes > 300 } == true)
    #expect(view.current.counters.events.values.reduce(0, +) == 3)
  }
}
