import Diagnostics

/// What is said of the mistakes of expressions. The examples are rules over the streams of the language's examples.
enum ExpressionCatalogue {
  static let entries = names + types + values + windows

  private static func rule(when condition: String, on pattern: String = "orders.placed as o") -> String {
    "rule shop.example { on \(pattern)  when \(condition) }\n"
  }

  private static func limit(when condition: String, by key: String = "customer_id, currency") -> String {
    "rule shop.example { by \(key)  on orders.placed as o  over sliding 1h  when \(condition) }\n"
  }

  private static let names: [DiagnosticEntry] = [
    DiagnosticEntry(
      .unknownExpressionName, .error, "a name that is none here",
      explanation: "An expression names the aliases of its patterns, parts of the key, lets and params. Fields are named through an alias.",
      bad: rule(when: "total > 1000"), good: rule(when: "o.total > 1000")),
    DiagnosticEntry(
      .unknownField, .error, "a field that the schema does not have",
      explanation: "The fields of an event are those of its schema.", bad: rule(when: "o.totl > 1000"), good: rule(when: "o.total > 1000")),
    DiagnosticEntry(
      .unknownFunction, .error, "a function that there is not",
      explanation: "Functions are those of CEL and its extensions, and a few of Tenet's own.",
      bad: rule(when: "o.order_id.beginsWith(\"x\")"),
      good: rule(when: "o.order_id.startsWith(\"x\")")),
    DiagnosticEntry(
      .eventAsValue, .error, "an event where a value stands",
      explanation: "An alias is the name of an event. Its fields are values, and the event itself is none; only `count` takes it.",
      bad: rule(when: "o == o"), good: rule(when: "o.total == o.tax")),
    DiagnosticEntry(
      .fieldNotReadable, .error, "a field of a type that rules do not know",
      explanation: "A field that may be a string or an integer, or that has no type in its schema, has no type in rules either.",
      bad: signals + "rule shop.example { on signals.raised as s  when s.code == \"x\" }\n",
      good: signals + "rule shop.example { on signals.raised as s  when s.source == \"x\" }\n"),
    DiagnosticEntry(
      .fieldOfSeveralTypes, .error, "a field whose type depends on the kind of event",
      explanation:
        "Where a pattern is of several kinds, and they have different types for a field, the expression asks for the kind first.",
      bad: signals + "rule shop.example { on signals.raised or signals.measured as s  when s.level > 5 }\n",
      good: signals + "rule shop.example { on signals.raised or signals.measured as s  when s.type == \"measured\" && s.level > 5 }\n"),
    DiagnosticEntry(
      .letCycle, .error, "a let that is made of itself", explanation: "A let is a name for an expression, which cannot hold that name.",
      bad: "let high = low + 1\nlet low = high - 1\n", good: "let low = 5\nlet high = low + 1\n"),
    DiagnosticEntry(
      .variableTaken, .error, "a macro's variable with a name that is taken",
      explanation: "Nothing hides another name, so that a name means one thing in a rule.",
      bad: rule(when: "o.lines.exists(o, o.price > 5)"),
      good: rule(when: "o.lines.exists(l, l.price > 5)")),
    DiagnosticEntry(
      .badMacro, .error, "a macro that is not used as it can be",
      explanation: "`has` takes a field; `exists`, `all`, `map`, `filter` take a name for the element and an expression over it.",
      bad: rule(when: "has(o)"), good: rule(when: "has(o.discount)")),
  ]

  /// A stream of the tests' schemas in which types differ.
  private static let signals = """
    stream signals { topic "signals.v1"  schema "signal-event.schema.json"  kind type  key source  time at  id signal_id within 1h }

    """

  private static let types: [DiagnosticEntry] = [
    DiagnosticEntry(
      .noOverload, .error, "an operator or function with values that it does not take",
      explanation: "Types are not converted silently, but for integers, which become decimals where one is wanted.",
      bad: rule(when: "o.order_id + 1 == \"o-1\""),
      good: rule(when: "o.order_id + \"1\" == \"o-1\"")),
    DiagnosticEntry(
      .wrongType, .error, "an expression of another type than its place wants",
      explanation: "A condition is true or false; an amount is a number.",
      bad: rule(when: "o.total"), good: rule(when: "o.total > 0")),
    DiagnosticEntry(
      .decimalAndDouble, .error, "a double beside a decimal",
      explanation: "Decimals are exact and doubles are not. `decimal(x, scale)` says to how many digits a double is meant.",
      bad: rule(when: "o.total > double(5)"), good: rule(when: "o.total > decimal(double(5), 2)")),
    DiagnosticEntry(
      .decimalDivision, .error, "a division of decimals",
      explanation: "Most quotients have no exact decimal. `div(a, b, scale)` rounds half to even, `ratio(a, b)` is a double.",
      bad: rule(when: "o.total / 3 > 5"), good: rule(when: "div(o.total, 3, 2) > 5")),
    DiagnosticEntry(
      .decimalTooLong, .error, "a number with more digits than a decimal holds",
      explanation: "A decimal has at most 34 digits, after the point too.",
      bad: rule(when: "o.total > 0.00000000000000000000000000000000001"), good: rule(when: "o.total > 0.01")),
    DiagnosticEntry(
      .neverEqual, .error, "a comparison of values that are never equal",
      explanation: "Values of different types are never equal, so the comparison would always have the same answer.",
      bad: rule(when: "o.total == \"EUR\""),
      good: rule(when: "o.currency == \"EUR\"")),
    DiagnosticEntry(
      .mixedMembers, .error, "values of different types in one list, map or choice",
      explanation: "The members of a list have one type, so have the values of a map and both sides of `? :`.",
      bad: rule(when: "o.region in [\"eu\", 1]"),
      good: rule(when: "o.region in [\"eu\", \"us\"]")),
    DiagnosticEntry(
      .dynamicType, .error, "a type that is known only when events come",
      explanation:
        "In rules every type is known from the schemas. `dyn`, `type` and maps with other keys than strings are no part of them.",
      bad: rule(when: "dyn(o.total) > 5"), good: rule(when: "o.total > 5")),
  ]

  private static let values: [DiagnosticEntry] = [
    DiagnosticEntry(
      .unguarded, .warning, "a field that may be absent, read without asking",
      explanation:
        "Where the field is absent the rule is undetermined for that event. A guard is `has(f)` before it in `&&`, in `? :` or in `where`.",
      bad: rule(when: "o.discount > 5"), good: rule(when: "has(o.discount) && o.discount > 5")),
    DiagnosticEntry(
      .comparedToNull, .error, "a comparison with null",
      explanation: "A field that is null counts as absent. Whether it is there is asked by `has`.",
      bad: rule(when: "o.discount == null"), good: rule(when: "!has(o.discount)")),
    DiagnosticEntry(
      .impossibleValue, .error, "a value that the field never has",
      explanation: "The schema lists the values of the field, and this is none of them.",
      bad: rule(when: "o.type == \"place\"", on: "orders as o"), good: rule(when: "o.type == \"placed\"", on: "orders as o")),
    DiagnosticEntry(
      .alwaysFails, .error, "an expression that always ends in an error",
      explanation: "Its parts are known, and what is made of them is no value.",
      bad: rule(when: "o.occurred_at > timestamp(\"yesterday\")"), good: rule(when: "o.occurred_at > timestamp(\"2026-01-05T00:00:00Z\")")),
    DiagnosticEntry(
      .alwaysTrue, .warning, "a condition that is always true",
      explanation:
        "It is decided before events come: by the bounds in the schema, by what stands before it in `&&`, `||` or `where`, or by itself.",
      bad: rule(when: "o.total > 100 && o.total > 50"), good: rule(when: "o.total > 50 && o.total < 100")),
    DiagnosticEntry(
      .neverTrue, .warning, "a condition that is never true",
      explanation: "No event has what it asks for: the schema's bounds or what stands before it in `&&`, `||` or `where` leave nothing.",
      bad: rule(when: "o.total > 100 && o.total < 50"), good: rule(when: "o.total > 50 && o.total < 100")),
    DiagnosticEntry(
      .notConstant, .error, "a param where a value must be known",
      explanation: "Values of params, and what stands in tests, are made of literals and lets. A param is set by regions and tests.",
      bad: "param floor int { default 5 }\nparam ceiling int { default floor + 5 }\n",
      good: "let least = 5\nparam floor int { default least }\nparam ceiling int { default least + 5 }\n"),
    DiagnosticEntry(
      .mixedCurrencies, .error, "amounts of currencies that may differ",
      explanation: """
        Amounts are added and compared where the rule equates their currencies: in a `where`, before it in `&&` or `||`, or by a part of \
        the key. A plain number has no currency and goes with any.
        """,
      bad: "rule shop.example { by order_id  on orders.placed as o  expect payments.captured as p where p.amount == o.total within 1h }\n",
      good: """
        rule shop.example {
          by order_id
          on orders.placed as o
          expect payments.captured as p where p.currency == o.currency && p.amount == o.total within 1h
        }

        """),
  ]

  private static let windows: [DiagnosticEntry] = [
    DiagnosticEntry(
      .unguardedInWindow, .error, "a field that may be absent in a window function",
      explanation: "One event without the field would leave the whole window without a value.", bad: limit(when: "sum(o.discount) > 100"),
      good: """
        rule shop.example {
          by customer_id, currency
          on orders.placed as o where has(o.discount)
          over sliding 1h
          when sum(o.discount) > 100
        }

        """),
    DiagnosticEntry(
      .windowCurrency, .error, "a window function over amounts of several currencies",
      explanation: "The currency is a part of the key, equated with one, or a constant of the schema.",
      bad: limit(when: "sum(o.total) > 100", by: "customer_id"),
      good: limit(when: "sum(o.total) > 100")),
    DiagnosticEntry(
      .windowNotHere, .error, "a window function where there is no window", explanation: "Window functions look at the events of `over`.",
      bad: rule(when: "sum(o.total) > 100"), good: limit(when: "sum(o.total) > 100")),
    DiagnosticEntry(
      .windowNested, .error, "a window function inside another",
      explanation: "A window function goes over events, and not over what other functions made of them.",
      bad: limit(when: "max(o.total - min(o.total)) > 5"), good: limit(when: "max(o.total) - min(o.total) > 5")),
    DiagnosticEntry(
      .windowAlias, .error, "a window function that names no event, or several",
      explanation: "What stands in it names exactly one alias: the events that it goes over.",
      bad: limit(when: "sum(1) > 5"), good: limit(when: "count(o) > 5")),
    DiagnosticEntry(
      .windowArgument, .error, "a window function of what it does not take",
      explanation: "`count` takes an alias or nothing; `sum` and `avg` take numbers, `min` and `max` what has an order.",
      bad: limit(when: "sum(o.order_id) > 5"),
      good: limit(when: "distinct(o.order_id) > 5")),
    DiagnosticEntry(
      .distinctUnbounded, .error, "a `distinct` in a verdict without a bound",
      explanation: "A verdict rests on exact numbers, so the values are kept, up to the number that they are compared with.",
      bad: limit(when: "distinct(o.order_id) > count()"), good: limit(when: "distinct(o.order_id) > 100")),
    DiagnosticEntry(
      .windowedEventOutside, .error, "a field of a window's event outside a window function",
      explanation: "The window holds many events. `first(…)` and `last(…)` take one; parts of the key are the same in all.",
      bad: limit(when: "o.total > 100"),
      good: limit(when: "last(o.total) > 100")),
  ]
}
