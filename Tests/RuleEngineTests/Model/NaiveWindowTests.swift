import Testing

/// The model itself, against what was reckoned by hand: windows, states, and rules on rules.
@Suite("The naive model: limits, KPIs, lifecycles, what becomes of violations")
struct NaiveWindowTests {
  @Test("limits", arguments: limitsCases)
  func limits(_ one: NaiveCase) throws { try one.check() }

  @Test("KPIs", arguments: kpisCases)
  func kpis(_ one: NaiveCase) throws { try one.check() }

  @Test("lifecycles", arguments: lifecyclesCases)
  func lifecycles(_ one: NaiveCase) throws { try one.check() }

  @Test("what is held back, asked for, and seen by other rules", arguments: verdictsCases)
  func verdicts(_ one: NaiveCase) throws { try one.check() }

  private static func rule(_ body: String) -> String { "rule r {\n by id\n \(body)\n}\n" }
  private static func kpi(_ body: String, by: String = "by id") -> String { "kpi k {\n \(by)\n \(body)\n}\n" }

  private static let limitsCases = [
    NaiveCase(
      "sliding: the start is out of the window, the end is in it", rule("on a.x over sliding 5s when count() >= 2"),
      "10:00:00 a.x 1 k1\n10:00:05 a.x 2 k1\n10:00:09.999 a.x 3 k1\n10:01:00 a.x 4 k1",
      "r 10:00:09.999 k1 resolved false again over:2 over:3"),
    NaiveCase(
      "sliding: true of the empty window says nothing at first", rule("on a.x as p over sliding 5s when sum(p.n) < 2"),
      "10:00:00 a.x 1 k1 n=1\n10:00:01 a.x 2 k1 n=1", "r 10:00:05 k1 open over:2"),
    NaiveCase(
      "sliding: no value leaves it as it was", rule("on a.x as p over sliding 5s when avg(p.n) > 1.0"),
      "10:00:00 a.x 1 k1 n=2\n10:01:00 a.x 2 k1 n=0",
      "r 10:00:00 k1 resolved false again over:1"),
    NaiveCase(
      "sliding: one in error is undetermined while the window holds it", rule("on a.x as p over sliding 5s when sum(p.n) > 2"),
      "10:00:00 a.x 1 k1 n=3\n10:00:02 a.x 2 k1 n=?\n10:00:03 a.x 3 k1 n=0", "r 10:00:00 k1 resolved false again over:1",
      "? r 10:00:02 k1 error",
      "? r 10:00:03 k1 error", "? r 10:00:05 k1 error"),
    NaiveCase(
      "tumbling: a run of windows, resolved by silence", rule("on a.x as p over tumbling 10s when sum(p.n) > 2 violation \"{sum(p.n)}\""),
      "10:00:00 a.x 1 k1 n=3\n10:00:19.999 a.x 2 k1 n=4\n10:00:20 a.x 3 k1 n=0\n10:00:30 a.x 4 k1 n=5\n10:00:50 a.x 5 k1 n=6",
      "r 10:00:10 k1 resolved false again over:2 \"4\"", "r 10:00:40 k1 resolved false again over:4 \"5\"",
      "r 10:01:00 k1 resolved false again over:5 \"6\""),
    NaiveCase(
      "tumbling: an undetermined window leaves the run as it is", rule("on a.x as p over tumbling 10s when sum(p.n) > 2"),
      "10:00:00 a.x 1 k1 n=3\n10:00:10 a.x 2 k1 n=?\n10:00:20 a.x 3 k1 n=3", "r 10:00:10 k1 resolved false again over:3",
      "? r 10:00:10 k1 error"),
    NaiveCase(
      "tumbling: still open while the next window has not ended", rule("on a.x as p over tumbling 10s when sum(p.n) > 2"),
      "10:00:00 a.x 1 k1 n=3",
      clock: "10:00:20", "r 10:00:10 k1 open over:1"),
    NaiveCase(
      "calendar: the day of 23 hours, and a week",
      rule("on a.x over calendar day in \"Europe/Dublin\" when count() >= 2")
        + "rule s { by id on a.x over calendar week in \"Europe/Dublin\" when count() == 3 }",
      "2026-03-28T23:59:59 a.x 1 k1\n2026-03-29T00:00 a.x 2 k1\n2026-03-29T22:59:59 a.x 3 k1\n2026-03-29T23:00 a.x 4 k1",
      "r 2026-03-29T23:00:00 k1 resolved false again over:2 over:3", "s 2026-03-29T23:00:00 k1 resolved false again over:1 over:2 over:3"),
    NaiveCase(
      "all: from the first opening on, an instant is whole", rule("on a.y as p over all from a.x retain 1h when sum(p.n) > 2"),
      "10:00:00 a.y 1 k1 n=1\n10:00:01 a.y 2 k1 n=2\n10:00:01 a.x 3 k1\n10:59:00 a.y 4 k1 n=1",
      "r 10:59:00 k1 open over:2 over:4",
      "? r 10:00:00 k1 no history"),
    NaiveCase(
      "all: over when there was no event for so long", rule("on a.y as p over all from a.x retain 1h when sum(p.n) > 2"),
      "10:00:00 a.x 1 k1\n11:00:00 a.y 2 k1 n=3\n12:00:00.001 a.y 3 k1 n=3", "r 11:00:00 k1 open over:2",
      "? r 12:00:00.001 k1 no history"),
    NaiveCase(
      "all: the first is sure to be the first, or says that it does not recur",
      rule("on a.y as p over all from a.x retain 1h when sum(p.n) > 2")
        + "rule s { by id on a.y as p over all from a.x once retain 1h when sum(p.n) > 2 }",
      "10:00:00 a.x 1 k1\n10:00:01 a.y 2 k1 n=3", known: "09:30", "? r 10:00:01 k1 no history", "s 10:00:01 k1 open over:2"),
  ]

  private static let kpisCases = [
    NaiveCase(
      "hopping: an event is in each window that holds it", kpi("on a.x as p over hopping 10s every 5s measure sum(p.n)"),
      "10:00:05 a.x 1 k1 n=1\n10:00:10 a.x 2 k1 n=2", "k 10:00:00 to 10:00:10 k1 = 1 of 1", "k 10:00:05 to 10:00:15 k1 = 3 of 2",
      "k 10:00:10 to 10:00:20 k1 = 2 of 1"),
    NaiveCase(
      "session: merged by one between, ended by its gap, cut", kpi("on a.x over session gap 5s max 12s measure count()"),
      "10:00:00 a.x 1 k1\n10:00:08 a.x 2 k1\n10:00:04 a.x 3 k1\n10:00:11.999 a.x 4 k1\n10:00:12 a.x 5 k1\n10:00:17 a.x 6 k1",
      "k 10:00:00 to 10:00:12 k1 = 4 of 4", "k 10:00:12 to 10:00:17 k1 = 1 of 1", "k 10:00:17 to 10:00:22 k1 = 1 of 1"),
    NaiveCase(
      "calendar: the hour that is shown twice, the night that lacks one",
      kpi("on a.x over calendar hour in \"Europe/Dublin\" measure count()"),
      "2026-10-25T00:30 a.x 1 k1\n2026-10-25T01:30 a.x 2 k1\n2026-03-29T00:30 a.x 3 k1\n2026-03-29T01:00 a.x 4 k1 p=1",
      "k 2026-10-25T00:00:00 to 2026-10-25T02:00:00 k1 = 2 of 2", "k 2026-03-29T01:00:00 to 2026-03-29T02:00:00 k1 = 1 of 1"),
    NaiveCase(
      "fill: silence has windows for so long", kpi("on a.x over tumbling 10s measure count() fill 15s"),
      "10:00:00 a.x 1 k1\n10:00:45 a.x 2 k1", "k 10:00:00 to 10:00:10 k1 = 1 of 1", "k 10:00:10 to 10:00:20 k1 = 0 of 0",
      "k 10:00:40 to 10:00:50 k1 = 1 of 1", "k 10:00:50 to 10:01:00 k1 = 0 of 0"),
    NaiveCase(
      "fill without key: always", kpi("on a.x over tumbling 10s measure count() fill 10s", by: ""), "10:00:05 a.x 1 k1", clock: "10:01:31",
      "k 10:00:00 to 10:00:10 all = 1 of 1", "k 10:00:10 to 10:00:20 all = 0 of 0", "k 10:00:20 to 10:00:30 all = 0 of 0"),
    NaiveCase(
      "without `when` there is no value", kpi("on a.x as p over tumbling 10s measure avg(p.amount) when count() >= 2"),
      "10:00:00 a.x 1 k1\n10:00:01 a.x 2 k1 amount=2.005\n10:00:10 a.x 3 k1", "k 10:00:00 to 10:00:10 k1 = \"1.5025000\" of 2",
      "k 10:00:10 to 10:00:20 k1 = – of 1"),
    NaiveCase(
      "target: a run over windows without a value and gaps",
      kpi("on a.x as p over tumbling 10s measure sum(p.n) when count() >= 2 target <= 2"),
      "10:00:00 a.x 1 k1 n=3\n10:00:00 a.x 2 k1\n10:00:10 a.x 3 k1\n10:01:00 a.x 4 k1 n=4\n10:01:00 a.x 5 k1\n10:02:00 a.x 6 k1 n=1\n10:02:00 a.x 7 k1",
      "k 10:00:10 k1 resolved target met \"k: it is 4, and not <= 2\"", "k 10:00:00 to 10:00:10 k1 = 3 of 2 missed",
      "k 10:00:10 to 10:00:20 k1 = – of 1", "k 10:01:00 to 10:01:10 k1 = 4 of 2 missed", "k 10:02:00 to 10:02:10 k1 = 1 of 2 met"),
    NaiveCase(
      "ago: the value of a week before, by the clocks",
      kpi("on a.x over calendar hour in \"Europe/Dublin\" measure count() target >= ago(7d)"),
      "2026-03-24T10:10 a.x 1 k1\n2026-03-24T10:20 a.x 2 k1\n2026-03-31T09:10 a.x 3 k1\n2026-03-31T10:10 a.x 4 k1",
      "k 2026-03-24T10:00:00 to 2026-03-24T11:00:00 k1 = 2 of 2", "k 2026-03-31T09:00:00 to 2026-03-31T10:00:00 k1 = 1 of 1 missed",
      "k 2026-03-31T10:00:00 to 2026-03-31T11:00:00 k1 = 1 of 1", "k 2026-03-31T10:00:00 k1 open \"k: it is 1, and not >= 2\"",
      "? k 2026-03-24T10:00:00 k1 history", "? k 2026-03-31T10:00:00 k1 history"),
  ]

  private static let order = """
    lifecycle o {
     by id
     on a, b
     state placed = a.x
     state paid = b.x
     state sent = a.y
     state back = b.z
     placed -> paid within 10s
     paid -> sent, back
     sent -> back within 10s
     end back retain 1h
     violation "{from} {to}"
    }

    """

  private static let lifecyclesCases = [
    NaiveCase(
      "a move along no arrow, and the entity is there", order, "10:00:00 a.x 1 k1\n10:00:05 a.y 2 k1\n10:00:20 b.z 11 k1",
      "o.illegal_transition 10:00:05 k1 open on:2 from:1 \"placed sent\"", "o.overdue 10:00:15 k1 resolved late on:2 to:11 \"sent ?\""),
    NaiveCase(
      "a stay is widened by skew, and left open", order, "10:00:00 a.x 1 k1\n10:00:12 b.x 11 k1\n10:01:00 a.x 2 k2",
      "o.overdue 10:01:10 k2 open on:2 \"placed ?\""),
    NaiveCase(
      "events of one instant are taken in the order of the arrows", order,
      "10:00:00 a.y 1 k1\n10:00:00 a.x 2 k1\n10:00:00 b.x 11 k1\n10:00:00 b.z 12 k1"),
    NaiveCase(
      "and those of two streams within skew", order, "10:00:00 b.x 11 k1\n10:00:02 a.x 1 k1\n10:01:00 b.x 12 k2\n10:01:02.001 a.x 2 k2",
      "? o.illegal_transition 10:01:00 k2 no history", "o.illegal_transition 10:01:02.001 k2 open on:2 from:12 \"paid placed\"",
      "o.overdue 10:01:12.001 k2 open on:2 \"placed ?\""),
    NaiveCase(
      "an event of its own state is no move", order, "10:00:00 a.x 1 k1\n10:00:05 a.x 2 k1\n10:00:13 b.x 11 k1",
      "o.overdue 10:00:10 k1 resolved late on:1 to:11 \"placed ?\""),
    NaiveCase(
      "remembered until an hour after the last event", order,
      "10:00:00 b.z 11 k1\n11:00:00 b.z 12 k1\n12:00:00 a.x 1 k1\n13:00:00.001 a.x 2 k1\n13:00:01 b.x 13 k1",
      "? o.illegal_transition 10:00:00 k1 no history", "o.illegal_transition 12:00:00 k1 open on:1 from:11 \"back placed\"",
      "o.overdue 12:00:10 k1 open on:1 \"placed ?\""),
    NaiveCase(
      "a move that is read late is put in its place", order,
      "10:00:00 a.x 1 k1\n10:00:08 a.y 2 k1\n10:05:00 a.x 3 k2\n10:05:00 b.x 12 k2\n10:00:05 b.x 11 k1\n10:00:12 b.z 13 k1"),
    NaiveCase(
      "a stay from before what is known", order, "10:00:00 a.x 1 k1\n10:00:20 a.y 2 k1", known: "10:00:01",
      "? o.overdue 10:00:10 k1 history",
      "? o.illegal_transition 10:00:20 k1 history", "o.overdue 10:00:30 k1 open on:2 \"sent ?\""),
  ]

  private static let verdictsCases = [
    NaiveCase(
      "held back within the span of the last that was said", rule("on a.x as p when p.n > 0 suppress 10s"),
      "10:00:00 a.x 1 k1 n=1\n10:00:09.999 a.x 2 k1 n=1\n10:00:05 a.x 3 k2 n=1\n10:00:10 a.x 4 k1 n=1\n10:00:15 a.x 5 k1 n=1",
      "r 10:00:00 k1 open on:1 and 1 held back", "r 10:00:05 k2 open on:3", "r 10:00:10 k1 open on:4 and 1 held back"),
    NaiveCase(
      "a correction when it is settled",
      rule("on a.x as p when p.amount > 2.00 violation \"w\" correct c.fix { id: id, amount: p.amount - 2, n: p.n } when p.n > 0"),
      "10:00:00 a.x 1 k1 n=1 amount=2.50\n10:00:01 a.x 2 k2 n=0 amount=3.00\n10:00:02 a.x 3 k3 n=? amount=3.00\n10:05:00 a.x 4 k4 n=1 amount=4",
      clock: "10:05:01", "r 10:00:00 k1 open on:1 \"w\"", "r 10:00:01 k2 open on:2 \"w\"", "r 10:00:02 k3 open on:3 \"w\"",
      "r 10:05:00 k4 open on:4 \"w\"",
      "c.fix {\"amount\":\"0.50\",\"id\":\"k1\",\"n\":1,\"occurred_at\":\"2026-01-05T10:00:00Z\",\"type\":\"fix\"}"),
    NaiveCase(
      "violations are events, what is held back is none",
      "rule low { by id on a.x as p when p.n > 0 severity high suppress 5s mode quiet violation \"w\" { exposure: p.amount, n: p.n } }\n"
        + "rule r { by id on low as v with all a.y as j within 10s before when count(j) > 0 && v.n < 9 && v.exposure > 1 violation \"{v.n} {v.at}\" }",
      "09:59:55 a.y 1 k1\n10:00:00 a.x 2 k1 n=1 amount=2\n10:00:04 a.x 3 k1 n=2 amount=2\n10:00:05 a.x 4 k1 n=3 amount=2",
      "r 10:00:00 k1 open on:low with:1 \"1 2026-01-05T10:00:00Z\"", "r 10:00:05 k1 open on:low with:1 \"3 2026-01-05T10:00:05Z\""),
    NaiveCase(
      "a rule on the overdue", order + "rule r { by id on o.overdue as v when v.from == \"placed\" violation \"{v.from}\" }",
      "10:00:00 a.x 1 k1",
      "o.overdue 10:00:10 k1 open on:1 \"placed ?\"", "r 10:00:10 k1 open on:o.overdue \"placed\""),
    NaiveCase(
      "in effect on days of a zone", rule("on a.x when true effective 2026-03-29 to 2026-03-29 in \"Europe/Dublin\""),
      "2026-03-28T23:59:59 a.x 1 k1\n2026-03-29T00:00 a.x 2 k1\n2026-03-29T22:59:59 a.x 3 k1\n2026-03-29T23:00 a.x 4 k1",
      "r 2026-03-29T00:00:00 k1 open on:2", "r 2026-03-29T22:59:59 k1 open on:3"),
    NaiveCase(
      "a param of the region, a severity by the exposure",
      rule("on a.x as p when p.amount > level severity high when exposure > 4, else low violation \"w\" exposure p.amount mode shadow"),
      "10:00:00 a.x 1 k1 amount=2.50\n10:00:01 a.x 2 k1 amount=3.50\n10:00:02 a.x 3 k1 amount=4.50\n10:00:03 a.x 4 k1 amount=?",
      "r 10:00:01 k1 open on:2 \"w\" low", "r 10:00:02 k1 open on:3 \"w\" high", "? r 10:00:03 k1 error"),
  ]
}
