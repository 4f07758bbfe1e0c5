import Diagnostics

/// `lifecycle`: `by`, `on`, states and arrows, `start`, `end … retain`, then the notes.
extension Parser {
  mutating func lifecycle() throws(ParseFailure) -> LifecycleSyntax {
    let name = try declaredName("the name of a lifecycle")
    let owner = "lifecycle `\(name.text)`"
    var (by, on): (KeySyntax?, OnSyntax?)
    var states: [LifecycleSyntax.State] = []
    var arrows: [LifecycleSyntax.Arrow] = []
    var start: [Word] = []
    var end: (states: [Word], retain: LengthSyntax)?
    var notes: [NoteSyntax] = []
    var order = ClauseOrder([["by"], ["on"], ["state", "->"], ["start"], ["end"]])
    try body(of: owner, words: ["by", "on", "state", "start", "end"] + Self.noteWords, isEntry: { $0.isArrow }) {
      parser, keyword throws(ParseFailure) in
      if parser.isAt(.arrow) {
        if let mistake = order.take(Word("->", span: parser.span(of: parser.token)), isOnce: false) { parser.diagnostics.append(mistake) }
        arrows.append(try parser.arrow(from: keyword))
        return
      }
      let isNote = Self.noteWords.contains(keyword.text) && (keyword.text != "start" || end != nil)
      let isOnce = !isNote && keyword.text != "state"
      if let mistake = order.take(isNote ? Word("notes", span: keyword.span) : keyword, isOnce: isOnce) {
        parser.diagnostics.append(mistake)
      }
      switch keyword.text {
      case _ where isNote: notes.append(try parser.note(keyword))
      case "by": by = try parser.key(keyword)
      case "on": on = try parser.on(keyword)
      case "state": states.append(try parser.state(keyword))
      case "start": start = try parser.states()
      default:
        let states = try parser.states()
        _ = try parser.expectWord("retain")
        end = (states, try parser.length())
      }
    }
    guard let by else { throw missing("by", of: owner, at: name.span) }
    guard let on else { throw missing("on", of: owner, at: name.span) }
    guard !arrows.isEmpty || !states.isEmpty else { throw missing("->", of: owner, at: name.span) }
    guard let end else { throw missing("end", of: owner, at: name.span) }
    return LifecycleSyntax(
      name: name, by: by, on: on, states: states, arrows: arrows, start: start, end: end.states, retain: end.retain, notes: notes)
  }

  /// A word before `->` is a state, whatever it is elsewhere.
  private var isArrow: Bool { word != nil && peek().kind == .punctuation(.arrow) }

  private mutating func states() throws(ParseFailure) -> [Word] {
    try list { parser throws(ParseFailure) in try parser.name("a state") }
  }

  private mutating func state(_ keyword: Word) throws(ParseFailure) -> LifecycleSyntax.State {
    let name = try name("a state")
    try expect(.assign)
    return LifecycleSyntax.State(name: name, pattern: try pattern(), span: span(from: keyword.span.range.lowerBound))
  }

  private mutating func arrow(from state: Word) throws(ParseFailure) -> LifecycleSyntax.Arrow {
    try expect(.arrow)
    let to = try states()
    let within = takeWord("within") == nil ? nil : try length()
    let counting = within == nil || takeWord("counting") == nil ? nil : try name("the name of hours")
    return LifecycleSyntax.Arrow(from: state, to: to, within: within, counting: counting, span: span(from: state.span.range.lowerBound))
  }
}
