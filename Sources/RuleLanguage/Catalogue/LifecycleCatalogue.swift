import Diagnostics

/// Mistakes in lifecycles, and in rules that rest on others: TN0540–TN0559, and warnings of them.
extension DiagnosticCode {
  static let unknownState = DiagnosticCode(540)
  static let ambiguousState = DiagnosticCode(541)
  static let statesOfOneKind = DiagnosticCode(542)
  static let arrowTwice = DiagnosticCode(543)
  static let noInitialState = DiagnosticCode(544)
  static let patternOfLifecycle = DiagnosticCode(545)
  static let unreachableState = DiagnosticCode(704)
  static let deadEnd = DiagnosticCode(705)
}

extension Diagnostic {
  static func unknownState(_ state: Word, kinds: [String], on: SourceSpan?) -> Diagnostic {
    let nearest = nearestName(to: state.text, among: kinds)
    return Diagnostic(
      .unknownState, .error, "there is no state `\(state.text)`", at: state.span, notes: [Note("its streams are here", at: on)],
      help: nearest.map { "did you mean `\($0)`?" } ?? "a state is a kind of those streams, or is declared: `state \(state.text) = …`",
      edit: nearest.map { Edit(replace: state.span, with: $0) })
  }

  static func ambiguousState(_ state: Word, kinds: [String]) -> Diagnostic {
    Diagnostic(
      .ambiguousState, .error, "`\(state.text)` may be \(kinds.quoted)", at: state.span,
      help: "say which: `state \(state.text) = \(kinds.first ?? "…")`")
  }

  static func statesOfOneKind(_ state: Word, _ other: Word) -> Diagnostic {
    Diagnostic(
      .statesOfOneKind, .error, "an event would enter both `\(other.text)` and `\(state.text)`", at: state.span,
      notes: [Note("the other state is here", at: other.span)], help: "tell them apart: `state \(state.text) = … as e where …`")
  }

  static func arrowTwice(_ from: Word, _ to: Word) -> Diagnostic {
    Diagnostic(.arrowTwice, .error, "the arrow from `\(from.text)` to `\(to.text)` is drawn twice", at: to.span)
  }

  static func stayTwice(_ span: SourceSpan, of state: Word, first: SourceSpan) -> Diagnostic {
    Diagnostic(
      .arrowTwice, .error, "`\(state.text)` has a longest stay already", at: span, notes: [Note("it is said here", at: first)],
      help: "`within` is how long an entity may stay in the state, whichever way it leaves it")
  }

  static func stateWithoutArrow(_ state: Word) -> Diagnostic {
    Diagnostic(.unreachableState, .warning, "no arrow leads to state `\(state.text)`, and none from it", at: state.span)
  }

  static func noInitialState(_ name: Word) -> Diagnostic {
    Diagnostic(
      .noInitialState, .error, "lifecycle `\(name.text)` has no state to begin in", at: name.span,
      help: "every state is entered from another: say where an entity begins, with `start`")
  }

  static func patternOfLifecycle(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .patternOfLifecycle, .error, "`on` of a lifecycle names streams and kinds alone", at: span,
      help: "say it of a state: `state paid = payments.captured as p where …`")
  }

  static func unreachableState(_ state: Word) -> Diagnostic {
    Diagnostic(.unreachableState, .warning, "no way leads from a first state to `\(state.text)`", at: state.span)
  }

  static func deadEnd(_ state: Word) -> Diagnostic {
    Diagnostic(
      .deadEnd, .warning, "no arrow leads from `\(state.text)`, and it is no end", at: state.span,
      help: "name it after `end`, or draw the arrow by which it is left")
  }
}

enum LifecycleCatalogue {
  private static func order(_ text: String, on: String = "orders", end: String = "cancelled") -> String {
    "lifecycle order { by order_id  on \(on)  \(text)  end \(end) retain 90d }\n"
  }

  static let entries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .unknownState, .error, "a state that there is not",
      explanation: "States are kinds of the streams that the lifecycle is on, or declared with `state`.",
      bad: order("placed -> amended  amended -> canceled"), good: order("placed -> amended  amended -> cancelled")),
    DiagnosticEntry(
      .ambiguousState, .error, "a state that two streams have",
      explanation: "Where two streams have a kind of one name, `state` says which is meant.",
      bad: secondOrders + order("placed -> cancelled", on: "orders, web_orders"),
      good: secondOrders
        + order("state placed = orders.placed  state cancelled = orders.cancelled  placed -> cancelled", on: "orders, web_orders")),
    DiagnosticEntry(
      .statesOfOneKind, .error, "two states that one event enters", explanation: "An event moves its entity to one state.",
      bad: order("state begun = orders.placed  state asked = orders.placed  begun -> asked  asked -> cancelled"),
      good: order("state begun = orders.placed  state asked = orders.amended  begun -> asked  asked -> cancelled")),
    DiagnosticEntry(
      .arrowTwice, .error, "an arrow that is drawn twice", explanation: "An arrow is drawn once, and a state has one longest stay.",
      bad: order("placed -> cancelled  placed -> cancelled"), good: order("placed -> cancelled")),
    DiagnosticEntry(
      .noInitialState, .error, "a lifecycle without a beginning",
      explanation: "Entities begin in the states into which no arrow leads, and in those under `start`.",
      bad: order("placed -> cancelled  cancelled -> placed"),
      good: "lifecycle order { by order_id  on orders  placed -> cancelled  cancelled -> placed  start placed  end cancelled retain 90d }\n"
    ),
    DiagnosticEntry(
      .patternOfLifecycle, .error, "an alias or condition after `on` of a lifecycle",
      explanation: "A lifecycle sees the events that enter its states. What must hold of them is said of the state.",
      bad: order("placed -> cancelled", on: "orders as o"), good: order("placed -> cancelled")),
    DiagnosticEntry(
      .unreachableState, .warning, "a state to which no way leads", explanation: "No entity is ever in it, unless by an illegal move.",
      bad:
        "lifecycle order { by order_id  on orders  placed -> cancelled  amended -> amended, cancelled  start placed  end cancelled retain 90d }\n"
        .replacing("amended -> amended, cancelled  start placed", with: "state lost = orders.amended  start placed"),
      good: order("placed -> amended, cancelled  amended -> cancelled")),
    DiagnosticEntry(
      .deadEnd, .warning, "a state that is never left, and is no end",
      explanation: "An entity in it is forgotten without having come to an end.", bad: order("placed -> amended, cancelled"),
      good: order("placed -> amended, cancelled", end: "amended, cancelled")),
  ]

  private static let secondOrders =
    "stream web_orders { topic \"web-orders.v1\"  schema \"order-event.schema.json\"  kind type  key order_id  time occurred_at  id event_id within 1h }\n"
}
