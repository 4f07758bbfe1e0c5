import Diagnostics

/// Warnings about what is right and may not be meant: TN0700–TN0799.
extension DiagnosticCode {
  static let streamWithoutID = DiagnosticCode(700)
  static let shortWindow = DiagnosticCode(701)
  static let exposureWithoutCurrency = DiagnosticCode(702)
  static let optionalKey = DiagnosticCode(703)
  static let tooLittle = DiagnosticCode(706)
  static let duplicateRule = DiagnosticCode(707)
  static let shadowedRule = DiagnosticCode(708)
  static let noteWithoutTarget = DiagnosticCode(709)
}

extension Diagnostic {
  static func streamWithoutID(_ name: Word) -> Diagnostic {
    Diagnostic(
      .streamWithoutID, .warning, "stream `\(name.text)` has no `id`", at: name.span,
      help: "with `id event_id within 24h` a repeated event counts once, and a violation keeps its id in a replay")
  }

  static func shortWindow(_ span: SourceSpan, stream: CheckedStream) -> Diagnostic {
    Diagnostic(
      .shortWindow, .warning, "the window is shorter than the disorder of stream `\(stream.name)`", at: span,
      notes: [Note("its events may stand further apart than the window is long", at: stream.span)])
  }

  static func exposureWithoutCurrency(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .exposureWithoutCurrency, .warning, "this exposure has no currency", at: span, help: "say which: `{ exposure: x, currency: \"EUR\" }`"
    )
  }
}

extension Diagnostic {
  static func tooLittle(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .tooLittle, .warning, "a window that is empty does not speak of silence: nothing begins it", at: span,
      help: "measure it, in a KPI with `fill` and `target`, or `expect` the next event of the kind within a time")
  }

  static func duplicateRule(_ name: String, at span: SourceSpan, first: CheckedRule) -> Diagnostic {
    Diagnostic(
      .duplicateRule, .warning, "`\(name)` is violated just when `\(first.name)` is", at: span,
      notes: [Note("that rule is here", at: first.span)], help: "leave one of them out")
  }

  static func shadowedRule(_ name: String, at span: SourceSpan, by other: CheckedRule) -> Diagnostic {
    Diagnostic(
      .shadowedRule, .warning, "whenever `\(name)` is violated, `\(other.name)` is, too", at: span,
      notes: [Note("that rule asks for less, and is here", at: other.span)],
      help: "make one rule of them, with `severity X when …`, or say in one what the other leaves")
  }

  static func noteWithoutTarget(_ keyword: Word) -> Diagnostic {
    Diagnostic(
      .noteWithoutTarget, .warning, "`\(keyword.text)` is of violations, and a KPI without `target` has none", at: keyword.span,
      help: "say what is good, as in `target >= 500`, or leave it out")
  }

  static func optionalKey(_ part: Word, pattern: PatternSyntax) -> Diagnostic {
    let kind = pattern.names.map(\.text).joined(separator: " or ")
    let alias = pattern.alias?.text ?? "e"
    return Diagnostic(
      .optionalKey, .warning, "`\(part.text)` may be absent from `\(kind)`: such events are not seen by the rule", at: part.span,
      notes: [Note("the pattern is here", at: pattern.span)],
      help: "say that it is meant: `\(kind) as \(alias) where has(\(alias).\(part.text))`")
  }
}

enum WarningCatalogue {
  static let entries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .tooLittle, .warning, "a limit that speaks of too little",
      explanation: "A limit looks at events. Before the first one of a key, and after the last, there is nothing that it could look at.",
      bad: "rule orders.few { by customer_id  on orders.placed  over sliding 1h  when count() < 3 }\n",
      good: "kpi orders.few { by customer_id  on orders.placed  over tumbling 1h  measure count() }\n"),
    DiagnosticEntry(
      .duplicateRule, .warning, "two rules that are one",
      explanation: "Both have the same patterns and conditions, so each violation is told twice.",
      bad:
        "rule orders.large { on orders.placed as o  when o.total > 1000 }\nrule orders.big { on orders.placed as b  when b.total > 1000 }\n",
      good: "rule orders.large { on orders.placed as o  when o.total > 1000 }\n"),
    DiagnosticEntry(
      .shadowedRule, .warning, "a rule whose violations another tells, too",
      explanation: "One rule asks for all that the other asks for, and more. A violation of it is told twice.",
      bad: "rule orders.large { on orders.placed as o  when o.total > 1000 }\n"
        + "rule orders.large_abroad { on orders.placed as o  when o.total > 1000 && o.ship_to.country != \"DE\" }\n",
      good: "rule orders.large { on orders.placed as o  when o.total > 1000 && o.ship_to.country == \"DE\" }\n"
        + "rule orders.large_abroad { on orders.placed as o  when o.total > 1000 && o.ship_to.country != \"DE\" }\n"),
    DiagnosticEntry(
      .noteWithoutTarget, .warning, "what a KPI without a target would say of violations",
      explanation: "A KPI has values. Only those that miss a `target` are violations, with a severity and a message.",
      bad: "kpi orders.number { on orders.placed  over tumbling 1h  measure count()  severity low }\n",
      good: "kpi orders.number { on orders.placed  over tumbling 1h  measure count()  owner \"sales\" }\n"),
    DiagnosticEntry(
      .streamWithoutID, .warning, "a stream without an id",
      explanation: """
        Without an id a retried event counts twice, and what a violation rests on is told by topic, partition and offset: the same event \
        in another topic or region makes another violation.
        """,
      bad: "stream clicks { topic \"clicks.v1\"  schema \"order-event.schema.json\"  kind type  time occurred_at }\n",
      good:
        "stream clicks { topic \"clicks.v1\"  schema \"order-event.schema.json\"  kind type  time occurred_at  id event_id within 1h }\n"),
    DiagnosticEntry(
      .shortWindow, .warning, "a window shorter than the disorder of its stream",
      explanation: "Events of one partition may stand further out of order than the window is long, so it is rarely seen whole in time.",
      bad: "rule orders.many { by customer_id  on orders.placed  over sliding 2s  when count() > 5 }\n",
      good: "rule orders.many { by customer_id  on orders.placed  over sliding 2m  when count() > 5 }\n"),
    DiagnosticEntry(
      .exposureWithoutCurrency, .warning, "an exposure without a currency",
      explanation: "Exposures are summed by currency. An amount of the schema carries its own; another number is given one.",
      bad: "rule orders.large { on orders.placed as o  when o.total > 1000  violation \"large\" exposure 5 }\n",
      good: "rule orders.large { on orders.placed as o  when o.total > 1000  violation \"large\" { exposure: 5, currency: o.currency } }\n"),
    DiagnosticEntry(
      .optionalKey, .warning, "a part of the key that may be absent",
      explanation:
        "An event whose key is not whole is not seen by the rule, and counted as `no key`. `where has(…)` says that this is meant.",
      bad: "rule fraud.cards { by card_fingerprint  on payments.declined as d  over sliding 1h  when count() > 5 }\n",
      good: """
        rule fraud.cards {
          by card_fingerprint
          on payments.declined as d where has(d.card_fingerprint)
          over sliding 1h
          when count() > 5
        }

        """),
  ]
}
