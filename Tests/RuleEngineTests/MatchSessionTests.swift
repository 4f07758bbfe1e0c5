import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

@Suite("Sessions")
struct MatchSessionTests {
  private func sessions(_ gap: Int, longest: Int, emit: Duration? = nil) -> CheckedProgram {
    MatchKPIWindowTests.kpi(.session(gap: .seconds(gap), max: .seconds(longest)), emit: emit)
  }

  @Test("a session ends its gap after the last event, and is cut so long after the first")
  func ends() {
    #expect(
      lines(
        sessions(60, longest: 100),
        """
        10:00 orders placed e-1 order_id=a
        10:00:50 orders placed e-2 order_id=a
        10:01:30 orders placed e-3 order_id=a
        10:01:45 orders placed e-4 order_id=a
        10:02:45 orders placed e-5 order_id=a
        10:03:20 time
        10:03:20.000001 time
        10:10 time
        """) == [
          #"final 1 kpi {"order_id":"a"} 10:00:00 to 10:01:40 = 3 of 3 events"#,
          #"final 1 kpi {"order_id":"a"} 10:01:45 to 10:02:45 = 1 of 1 events"#,
          #"final 1 kpi {"order_id":"a"} 10:02:45 to 10:03:45 = 1 of 1 events"#,
        ])
  }

  @Test("a late event joins two sessions; what was said of the later is taken back")
  func joins() {
    #expect(
      lines(
        sessions(4, longest: 3600, emit: .seconds(1)),
        """
        10:00:00 orders placed e-1 order_id=a
        10:00:07 orders placed e-2 order_id=a
        10:00:13 orders placed e-3 order_id=a
        10:00:13.5 orders placed e-4 order_id=a at=10:00:03.5
        10:00:14.5 orders placed e-5 order_id=a
        10:01 time
        """) == [
          #"provisional 1 kpi {"order_id":"a"} 10:00:00 to 10:00:04 = 1 of 1 events"#,
          #"provisional 1 kpi {"order_id":"a"} 10:00:07 to 10:00:11 = 1 of 1 events"#,
          #"provisional 2 kpi {"order_id":"a"} 10:00:00 to 10:00:11 = 3 of 3 events"#,
          #"provisional 2 kpi {"order_id":"a"} 10:00:07 to 10:00:11 = – of 0 events"#,
          #"provisional 1 kpi {"order_id":"a"} 10:00:13 to 10:00:18.5 = 2 of 2 events"#,
          #"final 3 kpi {"order_id":"a"} 10:00:00 to 10:00:11 = 3 of 3 events"#,
          #"final 2 kpi {"order_id":"a"} 10:00:13 to 10:00:18.5 = 2 of 2 events"#,
        ])
  }

  @Test("a late event in front moves the cuts of the whole chain")
  func cuts() {
    #expect(
      lines(
        sessions(5, longest: 10),
        """
        10:00:03 orders placed e-1 order_id=a
        10:00:07 orders placed e-2 order_id=a
        10:00:11 orders placed e-3 order_id=a
        10:00:12.5 orders placed e-4 order_id=a p=1
        10:00:14 orders placed e-5 order_id=a at=10:00:02.5 p=1
        10:00:14 orders placed e-6 order_id=b p=0
        10:01 time
        """, partitions: ["orders.v1": 2]) == [
          #"final 1 kpi {"order_id":"a"} 10:00:02.5 to 10:00:12.5 = 4 of 4 events"#,
          #"final 1 kpi {"order_id":"a"} 10:00:12.5 to 10:00:17.5 = 1 of 1 events"#,
          #"final 1 kpi {"order_id":"b"} 10:00:14 to 10:00:19 = 1 of 1 events"#,
        ])
  }

  @Test("a session that may have begun before the start of history is partial, and so are those cut out of its chain")
  func partial() {
    #expect(
      lines(
        sessions(10, longest: 15),
        """
        10:00:00 orders placed e-1 order_id=a
        10:00:09 orders placed e-2 order_id=a
        10:00:18 orders placed e-3 order_id=a
        10:00:30 orders placed e-4 order_id=a
        10:02 time
        """, firstOffset: 5) == [
          #"final 1 kpi {"order_id":"a"} 10:00:00 to 10:00:15 = 2 of 2 events partial"#,
          #"final 1 kpi {"order_id":"a"} 10:00:18 to 10:00:28 = 1 of 1 events partial"#,
          #"final 1 kpi {"order_id":"a"} 10:00:30 to 10:00:40 = 1 of 1 events"#,
        ])
  }
}
