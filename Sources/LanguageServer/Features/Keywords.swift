/// The words of the grammar: what they mean, and where they may stand.
enum Keywords {
  /// The likelier before.
  static let declarations = ["rule", "test", "fixture", "let", "param", "kpi", "lifecycle", "stream", "table", "hours"]
  static let types = ["decimal", "int", "duration", "string", "bool", "double", "timestamp"]
  static let notes = [
    "severity", "owner", "runbook", "tags", "mode", "scope", "effective", "suppress", "remember", "start", "was", "allow", "violation",
    "correct",
  ]
  /// What begins a line of a declaration's body.
  static let clauses: [String: [String]] = [
    "stream": ["topic", "schema", "kind", "kinds", "key", "time", "id", "partitioner", "disorder", "delay", "skew", "lateness"],
    "table": ["topic", "schema", "key", "time", "disorder", "delay", "lateness", "keep", "max_rows"],
    "hours": ["zone", "open", "closed"],
    "param": ["default", "region"],
    "rule": ["by", "on", "with", "expect", "then", "forbid", "over", "when", "param"] + notes,
    "lifecycle": ["by", "on", "state", "start", "end", "retain"] + notes,
    "kpi": ["by", "on", "over", "measure", "when", "emit", "fill", "target"] + notes,
    "test": ["given", "cases", "at", "after", "expect"],
  ]
  /// The order in which the grammar has clauses, before the notes.
  static let order: [String: [String]] = [
    "rule": ["by", "on", "with", "expect", "then", "forbid", "over", "when"], "kpi": ["by", "on", "over", "measure", "when"],
    "lifecycle": ["by", "on"], "stream": [], "table": [],
  ]
  /// Clauses that may stand again.
  static let repeated: Set<String> = ["with", "then", "param", "allow", "correct", "state"]
  /// Beside a clause of one form those of the others do not stand.
  static let otherForms: [String: [String]] = [
    "with": ["expect", "then", "forbid", "over"], "expect": ["with", "then", "forbid", "over", "when"],
    "then": ["with", "expect", "over", "when"], "forbid": ["with", "expect", "over", "when"], "over": ["with", "expect", "then", "forbid"],
    "when": ["expect", "then", "forbid"],
  ]
  /// What goes on a clause on a line of its own.
  static let nextLines: [String: [String]] = [
    "expect": ["unless"], "then": ["unless"], "forbid": ["unless"], "violation": ["exposure"],
  ]
  /// What may go on a clause, after something in it.
  static let continuations: [String: [String]] = [
    "on": ["or", "as", "where"], "with": ["or", "as", "where", "within", "before", "after", "around", "counting"],
    "expect": ["or", "as", "where", "within", "due", "unless", "before", "after", "around", "counting"],
    "then": ["or", "as", "where", "within", "due", "unless", "before", "after", "around", "counting"],
    "forbid": ["or", "as", "where", "within", "due", "unless", "before", "after", "around", "counting"],
    "over": ["every", "gap", "max", "in", "from", "once", "retain"], "severity": ["when", "else"], "violation": ["exposure"],
    "correct": ["when"], "measure": ["when"], "id": ["within"], "effective": ["to", "in"], "end": ["retain"], "open": ["to"],
  ]
  /// What a keyword takes, where that is one of few words.
  static let values: [String: [String]] = [
    "severity": levels, "else": levels, "mode": ["active", "shadow", "quiet", "off"], "scope": ["region", "local", "global"],
    "start": ["now", "earliest"], "over": ["sliding", "tumbling", "hopping", "session", "calendar", "all"],
    "calendar": ["hour", "day", "week", "month"], "partitioner": ["murmur2", "crc32"], "emit": ["every"], "session": ["gap"],
    "with": ["all", "first", "last"],
    "all": ["from"], "arrives": ["late", "at", "after"], "given": ["region", "param"], "time": ["passes"], "rules": ["start"],
    "catches": ["up"], "open": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "at": ["most"],
  ]
  static let levels = ["info", "low", "medium", "high", "critical"]
  /// After these stand words and texts of the author's own.
  static let beforeFreeWords: Set<String> = [
    "tags", "owner", "runbook", "was", "topic", "schema", "zone", "as", "state", "kind", "key", "time", "id",
  ]
  /// After these an event's kind is named.
  static let beforeEvents: Set<String> = ["on", "expect", "then", "forbid", "with", "unless", "or", "from", "correct", "first", "last"]

  static func meaning(of word: String) -> String? { meanings[word] }

  private static let meanings: [String: String] = [
    "stream": "Events that services write to one topic, and what is known of their time and order.",
    "table": "Rows that are asked for by their key, as they held at the event's own time.",
    "hours": "Office hours in a time zone, for deadlines that count them.", "let": "A name for a value.",
    "param": "A value that regions, and tests, may set otherwise.", "fixture": "An event that tests start from.",
    "rule": "What must be true of the events. A violation is published where it is not.",
    "lifecycle": "The states of an entity, the moves between them, and how long it may stay.",
    "kpi": "A measure over windows of time, with a target if there is one.",
    "test": "A small world in virtual time: events, and what the rules must say of them.",
    "by": "The key on which events are matched: parts that all patterns have.", "on": "The events that the rule is about.",
    "when": "The condition under which it is a violation.", "where": "Which events of the pattern are meant.",
    "as": "A name for the event of a pattern.", "or": "Another kind of event that will do as well.",
    "expect": "What must come, or have come, in time. In a test: what must stand.",
    "forbid": "What must not come in this time.", "then": "The next step of a chain.", "unless": "What excuses.",
    "with": "Other events that the event is held against, before or after it.",
    "over": "The window of events that a limit or KPI looks at.", "within": "How long the span is.",
    "due": "The deadline is the value of an expression.", "before": "The span lies before the event.",
    "after": "The span lies after the event.", "around": "The span lies on both sides of the event.",
    "counting": "Only office hours count.", "sliding": "The window ends at each instant, and is so long.",
    "tumbling": "Windows of one size follow one another.", "hopping": "Windows of one size begin at every step.",
    "session": "A window ends when no event came for the gap.", "calendar": "Windows are hours, days, weeks or months of a time zone.",
    "measure": "What the KPI's value is.", "emit": "How often values are published before the window has ended.",
    "fill": "For how long after its last event a key has windows.", "target": "What the value must be like.",
    "severity": "How bad a violation is: info, low, medium, high or critical; under conditions, tried in order.",
    "owner": "Who answers for the rule.", "runbook": "Where it says what to do.", "tags": "Words to find violations by.",
    "mode": "active; shadow: to another topic, without corrections; quiet: for other rules only; off: not evaluated.",
    "scope": "region: evaluated for each owner region; local: published only there; global: over the events of all regions.",
    "effective": "The days on which the rule holds.", "suppress": "For how long after a violation further ones of its key are held back.",
    "remember": "How long a violation that rests on something missing is kept for late evidence.",
    "start": "How far back the rule reads before it goes live.", "was": "The rule's former name: state and ids are kept.",
    "allow": "Silences a warning in this rule, with the reason.",
    "violation": "The message, with expressions in braces; then `exposure e`, or values in braces.",
    "exposure": "The amount at stake.", "correct": "An event that puts things right, sent when the verdict is settled.",
    "topic": "The topic that it is read from.", "schema": "The JSON Schema of its events.",
    "kind": "The field that tells the kinds of event apart.", "kinds": "Names for kinds whose values are no names.",
    "key": "The fields that producers place records by.", "time": "The field with the event's own time.",
    "id": "The field that tells duplicates, and for how long they come.", "partitioner": "How producers place keys.",
    "disorder": "How far out of order the events of a partition may stand.",
    "delay": "How long after its time an event may become readable.", "skew": "How wrong the service's clock may be.",
    "lateness": "How late an event may be for a rule to revise what it said.", "keep": "How long rows that were replaced are kept.",
    "given": "The region of a test, or the value of a param.", "cases": "The test runs once for each row.",
    "retain": "How long after its last event a key is kept.",
    "every": "The step, or how often.", "gap": "For how long no event came.", "max": "How long a session is at most.",
    "all": "Everything: of a window, the whole history; with `with`, all events of the span together.",
    "first": "The first event of the span.", "last": "The last event of the span.",
    "once": "The event opens a key, and does not come again.",
    "else": "The level where no condition is true.", "state": "A name for a state that events of a pattern enter.",
    "end": "The states in which the entity has ended.", "default": "The value where no region has its own.",
    "region": "A region, and its own value.", "zone": "The time zone, by its IANA name.", "open": "Days and times that count.",
    "closed": "Days that do not count.", "max_rows": "How many rows the table may have.", "murmur2": "As Java clients place keys.",
    "crc32": "As librdkafka places keys.", "most": "The longest that the deadline may be away.",
    "at": "In a test: when its line happens.", "time passes": "Nothing happens until then: what is due falls due.",
    "rules start": "What stands above was in the topics before the rules were.",
    "catches up": "The stream's events are read again, in order.", "passes": "Nothing happens until then: what is due falls due.",
    "arrives": "When the event is read: dated as the line says, it comes later.", "late": "Read now, at the test's wall clock.",
    "partition": "Where the event was written.", "lags": "From now on the stream's events cannot be read.",
    "catches": "The stream's events are read again, in order.", "deleted": "A tombstone: the row ends.",
    "rules": "What stands above was in the topics before the rules were.", "no": "None is so, open or resolved.",
    "dated": "The violation's own instant.", "resolved": "It was violated, and has been put right since.",
    "withdrawn": "By all that is known now it was never violated.",
    "undetermined": "It cannot be said: history is missing, or a field is broken.", "waiting": "The rule's clock is held.",
    "revoked": "The correction's violation was withdrawn afterwards.",
  ]
}
