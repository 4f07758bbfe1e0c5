internal import Diagnostics
internal import EventModel
internal import Settings

/// A call of a verb, read and checked against the verb's options.
struct Invocation: Sendable {
  var operands: [String] = []
  private var values: [String: String] = [:]
  private var switches: Set<String> = []
  /// Settings given as options, in the order of the call.
  private(set) var settings: [(name: String, value: String)] = []
  var console = Console.standard

  /// Reads what follows the verb.
  init(_ arguments: [String], of verb: Verb) throws(CallMistake) {
    var rest = arguments[...]
    while let word = rest.popFirst() {
      if word == "--" {
        operands += rest
        break
      }
      // What goes on like an expression is one: `-7 / 2`, `- 1`, `-(1 + 2)`.
      let isOption = word.hasPrefix("-") && word.dropFirst().first.map { $0.isLetter || $0 == "-" } == true
      guard isOption else {
        operands.append(word)
        continue
      }
      try take(word, from: &rest, of: verb)
    }
    if verb.operands.isEmpty, let first = operands.first {
      throw CallMistake("`\(verb.name)` takes no `\(first)`", help: "tenet \(verb.name) --help")
    }
  }

  private mutating func take(_ word: String, from rest: inout ArraySlice<String>, of verb: Verb) throws(CallMistake) {
    var name = String(word.drop { $0 == "-" })
    var value: String?
    if let equals = name.firstIndex(of: "=") {
      value = String(name[name.index(after: equals)...])
      name = String(name[..<equals])
    }
    if word == "-h" { name = "help" }
    let option = (verb.options + Option.common).first { $0.name == name }
    guard word.hasPrefix("--") || word == "-h", option != nil || (verb.readsSettings && SettingsTable.find(name) != nil) else {
      throw unknown(name, of: verb, as: word)
    }
    if let option, option.value == nil {
      if value != nil { throw CallMistake("`--\(name)` takes no value") }
      switches.insert(name)
      return
    }
    guard let text = value ?? rest.popFirst() else { throw CallMistake("`--\(name)` lacks its value", help: "tenet \(verb.name) --help") }
    guard let option else {
      settings.append((name, text))
      return
    }
    if !option.choices.isEmpty, !option.choices.contains(text) {
      let near = nearestName(to: text, among: option.choices).map { "did you mean `\($0)`?" }
      throw CallMistake("`\(text)` is none of \(option.choices.joined(separator: ", "))", help: near)
    }
    values[name] = text
  }

  private func unknown(_ name: String, of verb: Verb, as word: String) -> CallMistake {
    var names = (verb.options + Option.common).map(\.name)
    if verb.readsSettings { names += SettingsTable.all.filter { !$0.isFree }.map(\.name) }
    let help = nearestName(to: name, among: names).map { "did you mean `--\($0)`?" } ?? "tenet \(verb.name) --help"
    return CallMistake("`\(verb.name)` has no option `\(word.prefix { $0 != "=" })`", help: help)
  }

  // MARK: Values

  func isSet(_ name: String) -> Bool { switches.contains(name) }
  subscript(name: String) -> String? { values[name] }
  var wantsJSON: Bool { values["format"] == "json" }
  var color: String { values["color"] ?? "auto" }

  func whole(_ name: String, in range: ClosedRange<Int>) throws(CallMistake) -> Int? {
    guard let text = values[name] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw CallMistake("`--\(name) \(text)` is no number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func duration(_ name: String) throws(CallMistake) -> Duration? {
    guard let text = values[name] else { return nil }
    guard let duration = Duration(ruleText: text), duration > .zero else {
      throw CallMistake("`--\(name) \(text)` is no duration", help: "as in `30s` or `1h30m`")
    }
    return duration
  }

  func time(_ name: String) throws(CallMistake) -> EventTime? {
    guard let text = values[name] else { return nil }
    guard let time = EventTime(rfc3339: text) else {
      throw CallMistake("`--\(name) \(text)` is no time", help: "as in `2026-01-05T10:00:00Z`")
    }
    return time
  }
}
