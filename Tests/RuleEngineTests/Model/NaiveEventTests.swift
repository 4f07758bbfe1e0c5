import Testing

/// The model itself, against what was reckoned by hand: rules that begin at an event.
@Suite("The naive model: conditions, obligations, prohibitions, chains, joins")
struct NaiveEventTests {
  @Test("conditions and obligations", arguments: obligationsCases)
  func obligations(_ one: NaiveCase) throws { try one.check() }

  @Test("prohibitions and chains", arguments: prohibitionsCases)
  func prohibitions(_ one: NaiveCase) throws { try one.check() }

  @Test("joins", arguments: joinsCases)
  func joins(_ one: NaiveCase) throws { try one.check() }

  private static func rule(_ body: String) -> String { "rule r {\n by id\n \(body)\n}\n" }

  private static let obligationsCases = [
    NaiveCase(
      "a condition, a field in error, and one that is too late", rule("on a.x as p when p.n > 1"),
      "10:00:00 a.x 1 k1 n=2\n10:01:00 a.x 2 k1 n=?\n10:10:00 a.x 3 k1 n=1\n10:00:01 a.x 4 k1 n=5",
      "r 10:00:00 k1 open on:1", "? r 10:01:00 k1 error", "r 10:00:01 k1 open on:4"),
    NaiveCase(
      "met at the very end, and late a millisecond after it", rule("on a.x expect a.y within 5s"),
      "10:00:00 a.x 1 k1\n10:00:00 a.x 2 k2\n10:00:05 a.y 3 k1\n10:00:05.001 a.y 4 k2", "r 10:00:05 k2 resolved late on:2 expect:4"),
    NaiveCase(
      "skew widens at both ends", rule("on a.x expect b.z within 5s"),
      "10:00:00 a.x 1 k1\n10:00:00 a.x 2 k2\n10:00:00 a.x 3 k3\n10:00:00 a.x 4 k4\n10:00:07 b.z 11 k1\n10:00:07.001 b.z 12 k2\n09:59:58 b.z 13 k3\n09:59:57.999 b.z 14 k4",
      "r 10:00:05 k2 resolved late on:2 expect:12", "r 10:00:05 k4 open on:4"),
    NaiveCase(
      "of alike events of one instant the greater is after", rule("on a.x expect a.x within 5s"), "10:00:00 a.x 2 k1\n10:00:00 a.x 1 k1",
      "r 10:00:05 k1 open on:2"),
    NaiveCase(
      "an event of one instant that is not alike meets", rule("on a.x expect a.y within 5s"), "10:00:00 a.y 1 k1\n10:00:00 a.x 2 k1"),
    NaiveCase(
      "excused in time, and afterwards", rule("on a.x expect a.y within 5s unless b.z remember 1m"),
      "10:00:00 a.x 1 k1\n10:00:00 a.x 2 k2\n10:00:00 a.x 3 k3\n10:00:03 b.z 11 k1\n10:00:20 b.z 12 k2\n10:01:06 b.z 13 k3",
      "r 10:00:05 k2 resolved excused on:2 unless:12", "r 10:00:05 k3 open on:3"),
    NaiveCase(
      "the deadline is a field", rule("on a.x as p expect a.y due p.due at most 10s"),
      "10:00:00 a.x 1 k1 due=10:00:03\n10:00:00 a.x 2 k2 due=10:00:11\n10:00:00 a.x 3 k3\n10:00:00 a.x 4 k4 due=09:00\n10:00:00 a.x 5 k5 due=10:00:03\n10:00:03 a.y 6 k5",
      "r 10:00:03 k1 open on:1", "? r 10:00:00 k2 horizon", "? r 10:00:00 k3 error", "r 10:00:00 k4 open on:4"),
    NaiveCase(
      "office hours, a day closed", rule("on a.x expect a.y within 10h counting desk"),
      "2026-01-05T03:00 a.x 2 k2\n2026-01-09T16:00 a.x 1 k1",
      "r 2026-01-12T17:30:00 k1 open on:1", "r 2026-01-06T10:30:00 k2 open on:2"),
    NaiveCase(
      "hours in the night on which the clocks go forward",
      rule("on a.x as p where p.n == 0 expect a.y within 1h counting night")
        + "rule s { by id on a.x as p where p.n == 1 expect a.y within 1h30m counting night }",
      "2026-03-29T00:00 a.x 1 k1\n2026-03-29T00:00 a.x 2 k1 n=1", "r 2026-03-29T01:30:00 k1 open on:1", "s 2026-03-30T00:00:00 k1 open on:2"
    ),
    NaiveCase(
      "hours in the night on which they go back",
      rule("on a.x as p where p.n == 0 expect a.y within 2h counting night")
        + "rule s { by id on a.x as p where p.n == 1 expect a.y within 3h counting night }",
      "2026-10-24T23:00 a.x 1 k1\n2026-10-24T23:00 a.x 2 k1 n=1", "r 2026-10-25T01:30:00 k1 open on:1", "s 2026-10-25T02:30:00 k1 open on:2"
    ),
    NaiveCase(
      "looking back, nothing resolves", rule("on a.x expect a.y within 5s before"),
      "10:00:00 a.y 1 k1\n10:00:05 a.x 2 k1\n10:00:06 a.x 3 k1\n10:00:07 a.y 4 k1", "r 10:00:06 k1 open on:3"),
    NaiveCase(
      "a where in error meets nobody, and leaves it open", rule("on a.x expect a.y as e where e.n == 1 within 5s"),
      "10:00:00 a.x 1 k1\n10:00:00 a.x 2 k2\n10:00:01 a.y 3 k1 n=?\n10:00:01 a.y 4 k2 n=?\n10:00:02 a.y 5 k2 n=1", "? r 10:00:00 k1 error"),
    NaiveCase(
      "an obligation whose span began before what is known", rule("on a.x expect a.y within 5s before"),
      "10:00:00 a.x 1 k1\n10:00:06 a.x 2 k1", known: "10:00:01", "? r 10:00:00 k1 history", "r 10:00:06 k1 open on:2"),
    NaiveCase(
      "not decided before the clock is past the end", rule("on a.x expect b.z within 5s"), "10:00:00 a.x 1 k1\n10:00:00.000001 a.x 2 k2",
      clock: "10:00:07.000001", "r 10:00:05 k1 open on:1"),
    NaiveCase(
      "an id comes once in a partition, and once in a key", rule("on a.x when true") + "rule s { by id on a.x forbid a.x within 5s }",
      "10:00:00 a.x 1 k1\n10:00:01 a.x 1 k1\n10:00:02 a.x 1 k1 p=1", "r 10:00:00 k1 open on:1", "r 10:00:02 k1 open on:1"),
  ]

  private static let prohibitionsCases = [
    NaiveCase(
      "the end is in the span, the start is not", rule("on a.x forbid a.y within 5s"),
      "10:00:00 a.x 1 k1\n10:00:00 a.y 2 k1\n10:00:05 a.y 3 k1\n10:00:05.001 a.y 4 k1", "r 10:00:05 k1 open on:1 forbid:3"),
    NaiveCase(
      "skew narrows at both ends", rule("on a.x forbid b.z within 5s"),
      "10:00:00 a.x 1 k1\n10:00:02 b.z 11 k1\n10:00:02.001 b.z 12 k1\n10:00:03 b.z 13 k1\n10:00:03.001 b.z 14 k1",
      "r 10:00:02.001 k1 open on:1 forbid:12 forbid:13"),
    NaiveCase(
      "of alike events of one instant the greater is after", rule("on a.x forbid a.x within 5s"), "10:00:00 a.x 2 k1\n10:00:00 a.x 1 k1",
      "r 10:00:00 k1 open on:1 forbid:2"),
    NaiveCase(
      "and the lesser before", rule("on a.x forbid a.x within 5s before"), "10:00:00 a.x 2 k1\n10:00:00 a.x 1 k1",
      "r 10:00:00 k1 open on:2 forbid:1"),
    NaiveCase(
      "around: dated at the later of both", rule("on a.x forbid a.y as f within 5s around violation \"{f.n}\""),
      "10:00:00 a.y 1 k1 n=1\n10:00:05 a.x 2 k1\n10:00:06 a.y 3 k1 n=3\n10:01:00 a.x 4 k2\n10:01:05 a.y 5 k2 n=5",
      "r 10:00:05 k1 open on:2 forbid:1 forbid:3 \"1\"", "r 10:01:05 k2 open on:4 forbid:5 \"5\""),
    NaiveCase(
      "ten are shown", rule("on a.x forbid a.y within 1m"),
      "10:00:00 a.x 1 k1\n" + (10...21).map { "10:00:\($0) a.y y\($0) k1" }.joined(separator: "\n"),
      "r 10:00:10 k1 open on:1 " + (10...19).map { "forbid:y\($0)" }.joined(separator: " ") + " and 2 more"),
    NaiveCase(
      "ended by an excuse up to the forbidden event", rule("on a.x forbid a.y within 9s unless b.z"),
      "10:00:10 a.x 1 k1\n10:00:10 a.x 2 k2\n10:00:10 a.x 3 k3\n10:00:10 a.x 4 k4\n10:00:15 a.y 5 k1\n10:00:15 a.y 6 k2\n10:00:15 a.y 7 k3\n10:00:15 a.y 8 k4\n10:00:08 b.z 11 k1\n10:00:17 b.z 12 k2\n10:00:17.001 b.z 13 k3\n10:00:07.999 b.z 14 k4",
      "r 10:00:15 k3 open on:3 forbid:7", "r 10:00:15 k4 open on:4 forbid:8"),
    NaiveCase(
      "an excuse names the forbidden event", rule("on a.x forbid a.y as f within 9s unless b.z as u where u.n == f.n"),
      "10:00:00 a.x 1 k1\n10:00:01 b.z 11 k1 n=2\n10:00:05 a.y 2 k1 n=1\n10:00:06 a.y 3 k1 n=2", "r 10:00:05 k1 open on:1 forbid:2 forbid:3"
    ),
    NaiveCase(
      "an excuse in error", rule("on a.x forbid a.y within 9s unless b.z as u where u.n == 1"),
      "10:00:00 a.x 1 k1\n10:00:01 b.z 11 k1 n=?\n10:00:05 a.y 2 k1", "? r 10:00:00 k1 error"),
    NaiveCase(
      "a forbidden event in error does not count", rule("on a.x forbid a.y as f where f.n == 1 within 9s"),
      "10:00:00 a.x 1 k1\n10:00:01 a.y 2 k1 n=?\n10:00:05 a.y 3 k1 n=1", "r 10:00:05 k1 open on:1 forbid:3"),
    NaiveCase(
      "a chain goes on from the first, and no later one begins it again",
      rule("on a.x then a.y as s where s.n > 0 within 10s forbid b.z within 10s violation \"{s.n}\""),
      "10:00:00 a.x 1 k1\n10:00:01 a.y 2 k1\n10:00:02 a.y 3 k1 n=1\n10:00:05 a.y 4 k1 n=2\n10:00:10 b.z 11 k1\n10:00:11 b.z 12 k1",
      "r 10:00:10 k1 open on:1 then:3 forbid:11 \"1\""),
    NaiveCase(
      "a chain that its excuse ends, at either step",
      rule("on a.x then a.y within 10s unless b.x forbid b.z within 10s unless b.x"),
      "10:00:00 a.x 1 k1\n10:00:02 b.x 10 k1\n10:00:05 a.y 2 k1\n10:00:10 b.z 11 k1\n10:01:00 a.x 3 k2\n10:01:05 a.y 4 k2\n10:01:08 b.x 12 k2\n10:01:10 b.z 13 k2\n10:02:00 a.x 5 k3\n10:02:05 a.y 6 k3\n10:02:10 b.z 14 k3\n10:02:11 b.x 15 k3",
      "r 10:02:10 k3 open on:5 then:6 forbid:14"),
    NaiveCase(
      "without unless no history is asked for",
      rule("on a.x forbid a.y within 5s") + "rule s { by id on a.x forbid a.y within 5s unless b.z }",
      "10:00:00 a.x 1 k1\n10:00:05 a.y 2 k1", known: "10:00:01", "r 10:00:05 k1 open on:1 forbid:2", "? s 10:00:00 k1 history"),
  ]

  private static let joinsCases = [
    NaiveCase(
      "each pair", rule("on a.x as p with b.z as j within 5s before when j.n > p.n"),
      "10:00:00 b.z 11 k1 n=2\n10:00:03 b.z 12 k1 n=0\n10:00:05 b.z 13 k1 n=3\n10:00:05 a.x 1 k1 n=1",
      "r 10:00:05 k1 open on:1 with:11", "r 10:00:05 k1 open on:1 with:13"),
    NaiveCase(
      "after: dated as the partner", rule("on a.x as p with a.y as j within 5s after when j.n > p.n"),
      "10:00:00 a.y 1 k1 n=2\n10:00:00 a.x 2 k1 n=1\n10:00:05 a.y 3 k1 n=3", "r 10:00:00 k1 open on:2 with:1",
      "r 10:00:05 k1 open on:2 with:3"),
    NaiveCase(
      "the last and the first", rule("on a.x as p with last a.y as j within 5s before with first a.y as k within 5s after when j.n != k.n"),
      "10:00:00 a.y 1 k1 n=1\n10:00:01 a.y 2 k1 n=2\n10:00:05 a.x 3 k1\n10:00:06 a.y 4 k1 n=3\n10:00:07 a.y 5 k1 n=2\n10:01:00 a.x 6 k1\n10:01:01 a.y 7 k1 n=4",
      "r 10:00:10 k1 open on:3 with:2 with:4"),
    NaiveCase(
      "a join is not widened", rule("on a.x as p with last b.z as j within 5s before when j.n > 0"),
      "10:00:00 b.z 11 k1 n=1\n10:00:05.001 a.x 1 k1\n10:00:06 b.z 12 k1 n=1"),
    NaiveCase(
      "all, and none at all", rule("on a.x as p with all a.y as j within 5s around when count(j) == 0 || sum(j.n) > 3"),
      "10:00:00 a.x 1 k1\n10:00:55 a.y 2 k1 n=1\n10:01:00 a.x 3 k1\n10:01:05 a.y 4 k1 n=3\n10:01:05.001 a.y 5 k1 n=9",
      "r 10:00:05 k1 open on:1", "r 10:01:05 k1 open on:3 with:2 with:4"),
    NaiveCase(
      "a pair with all beside it", rule("on a.x as p with a.y as j within 5s before with all b.z as k within 5s after when j.n < count(k)"),
      "10:00:00 a.y 1 k1 n=1\n10:00:01 a.y 2 k1 n=2\n10:00:05 a.x 3 k1\n10:00:06 b.z 11 k1\n10:00:07 b.z 12 k1",
      "r 10:00:10 k1 open on:3 with:1 with:11 with:12"),
    NaiveCase(
      "one that cannot be judged leaves all undetermined",
      rule("on a.x as p with all a.y as j where j.n > 1 within 5s before when count(j) == 0"),
      "10:00:00 a.y 1 k1 n=?\n10:00:01 a.x 2 k1\n10:01:00 a.x 3 k1\n10:02:00 a.x 4 k1 n=?", "? r 10:00:01 k1 error",
      "r 10:01:00 k1 open on:3",
      "r 10:02:00 k1 open on:4"),
    NaiveCase(
      "the average of nothing is not judged", rule("on a.x as p with all a.y as j within 5s before when avg(j.n) < 1.0"),
      "10:00:00 a.x 1 k1"),
    NaiveCase(
      "what was before the history",
      rule("on a.x as p with last a.y as j within 5s before when j.n > 0")
        + "rule s { by id on a.x as p with a.y as j within 5s before when j.n > 0 }",
      "10:00:00 a.y 1 k1 n=1\n10:00:03 a.x 2 k1\n10:00:05 a.x 3 k2", known: "10:00:02", "? r 10:00:03 k1 history",
      "? r 10:00:05 k2 history",
      "s 10:00:03 k1 open on:2 with:1"),
    NaiveCase(
      "a row is that of the anchor's time", rule("on a.x as p when t.get(p.id).v == p.n"),
      "09:00 t k1 v=1\n10:00:00 t k1 v=2\n10:30:00 t k1 deleted\n09:59:59 a.x 1 k1 n=1\n10:00:00 a.x 2 k1 n=2\n10:00:01 a.x 3 k1 n=1\n10:30:00 a.x 4 k1 n=2\n10:00:00 a.x 5 k2",
      "r 09:59:59 k1 open on:1", "r 10:00:00 k1 open on:2", "? r 10:30:00 k1 no row", "? r 10:00:00 k2 no row"),
    NaiveCase(
      "a row that was replaced long ago", rule("on a.x as p when t.find(p.id).hasValue()"),
      "08:00 t k1 v=1\n08:30 t k1 v=2\n10:00 t k2 v=2\n08:29:00 a.x 1 k1\n08:31:00 a.x 2 k1", "? r 08:29:00 k1 history",
      "r 08:31:00 k1 open on:2"),
  ]
}
