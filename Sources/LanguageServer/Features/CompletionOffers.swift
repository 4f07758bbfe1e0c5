import Diagnostics
import EventModel
import RuleLanguage

/// What the program declares, as items.
extension Completion {
  mutating func add(_ found: Declared, as label: String, rank: Int) {
    let isRule = ["rule", "kpi", "lifecycle"].contains(found.keyword)
    items.append(
      Item(
        label: label, kind: isRule ? .module : .variable, detail: isRule ? found.keyword : found.signature,
        documentation: found.documentation, rank: rank))
  }

  mutating func declared(_ keywords: String...) {
    for found in index.declared.values where keywords.contains(found.keyword) && isKnownHere(found) { add(found, as: found.name, rank: 2) }
  }

  /// Params that are durations.
  mutating func durations() {
    for found in index.declared.values where found.signature.hasPrefix("param \(found.name) duration") && isKnownHere(found) {
      add(found, as: found.name, rank: 2)
    }
  }

  /// A name of another declaration's own is none here.
  private func isKnownHere(_ found: Declared) -> Bool {
    if case .local(_, let owner) = found.symbol { owner.file == file.source.file && owner.range.contains(offset) } else { true }
  }

  private mutating func locals(_ keyword: String) {
    for found in index.locals(at: offset, of: file.source.file) where found.keyword == keyword { add(found, as: found.name, rank: 1) }
  }

  mutating func events(rules: Bool, fixtures: Bool = false) {
    for name in index.fields.patternNames where index.declared[.rule(name.name)] == nil {
      items.append(Item(label: name.name, kind: name.isStream ? .module : .event, detail: name.isStream ? "stream" : "event", rank: 2))
    }
    if fixtures { declared("fixture", "table") }
    if rules { for (name, rule) in ruleNames { add(rule, as: name, rank: 4) } }
  }

  /// Rules by the names that tests and other rules have for them: a lifecycle is two.
  var ruleNames: [(name: String, rule: Declared)] {
    index.names(of: "rule", "kpi", "lifecycle").flatMap { rule -> [(name: String, rule: Declared)] in
      let names = rule.keyword == "lifecycle" ? ["\(rule.name).illegal_transition", "\(rule.name).overdue"] : [rule.name]
      return names.map { (name: $0, rule: rule) }
    }
  }

  /// Params by the names that tests have for them: those of a rule after its name.
  var givenParams: [(name: String, param: Declared)] {
    let rules = Dictionary(index.names(of: "rule").map { ($0.whole, $0.name) }) { first, _ in first }
    let params = index.declared.values.filter { $0.keyword == "param" }
    let named = params.compactMap { param -> (name: String, param: Declared)? in
      guard case .local(_, let owner) = param.symbol else { return (name: param.name, param: param) }
      return rules[owner].map { (name: "\($0).\(param.name)", param: param) }
    }
    return named.sorted { $0.name < $1.name }
  }

  mutating func expressions() {
    for alias in scope.aliases {
      items.append(Item(label: alias.name, kind: .variable, detail: alias.kinds.joined(separator: " or "), rank: 1))
    }
    for name in scope.names { items.append(Item(label: name, kind: .variable, rank: 1)) }
    for found in index.locals(at: offset, of: file.source.file) where found.keyword == "variable" || found.keyword == "key part" {
      items.append(Item(label: found.name, kind: .variable, detail: found.shape?.type.described ?? found.keyword, rank: 1))
    }
    declared("let", "param", "table")
    for function in FunctionCatalogue.functions where function.isForRules { add(function, label: function.name) }
    keywords(["true", "false"], rank: 8)
  }

  /// The fields that all patterns have, and that a key can be.
  mutating func keyFields() {
    let shapes = scope.patternKinds.compactMap { index.fields.shape(of: [$0]) }
    guard let first = shapes.first else { return }
    let common = first.fields.filter { field in
      switch field.type {
      case .object, .list, .map, .unknown: false
      default: shapes.allSatisfy { $0.member(field.name) != nil }
      }
    }
    fields(Shape(type: .object(ObjectType(fields: common))))
  }

  /// The fields of a stream, in its own declaration.
  mutating func schemaFields() {
    guard let name = scope.tokens.dropFirst().first, case .word(let stream) = name.kind else { return }
    index.fields.shape(of: [stream]).map { fields($0) }
  }

  /// Those that a lifecycle declares, and the kinds of its streams.
  mutating func states() {
    locals("state")
    for name in scope.patternKinds {
      for kind in index.fields.kinds[name] ?? [] where !kind.name.isEmpty {
        items.append(Item(label: kind.name, kind: .event, detail: "\(name).\(kind.name)", rank: 2))
      }
      if let kind = name.split(separator: ".").dropFirst().last {
        items.append(Item(label: String(kind), kind: .event, detail: name, rank: 2))
      }
    }
  }

  // MARK: - Tests

  mutating func inTest(after word: String, _ words: [String]) {
    switch (words.first ?? "", word) {
    case (_, "when"), (_, "in"): expressions()
    case ("expect", "expect"), ("expect", "no"):
      for (name, rule) in ruleNames { add(rule, as: name, rank: 1) }
      keywords(word == "no" ? ["correct"] : ["no", "correct"], rank: 4)
    case ("expect", "correct"): events(rules: false)
    case ("expect", "from"), ("expect", "dated"): break
    case ("expect", _): keywords(["dated", "resolved", "withdrawn", "undetermined", "waiting", "when"], rank: 2)
    case ("given", "given"): keywords(["param", "region"], rank: 1)
    case ("given", "param"): for (name, param) in givenParams { add(param, as: name, rank: 1) }
    case ("given", _), (_, "at"), (_, "after"): break
    case (_, "arrives"): keywords(["late", "at", "after"], rank: 1)
    case (_, "from"): keywords(["partition", "region"], rank: 1)
    case (_, "catches"): keywords(["up"], rank: 1)
    case (_, "time"): keywords(["passes"], rank: 1)
    case (_, "rules"): keywords(["start"], rank: 1)
    default: keywords(["arrives", "from", "deleted", "lags", "catches up"], rank: 2)
    }
  }

  /// After a time, a number, or what ends in a bracket.
  mutating func inTest(afterValue words: [String]) {
    switch (words.first ?? "", words.count) {
    case ("expect", 1): for (name, rule) in ruleNames { add(rule, as: name, rank: 1) }
    case ("expect", _): keywords(["when", "from"], rank: 2)
    case ("at", 1), ("after", 1):
      events(rules: false, fixtures: true)
      keywords(["time passes", "rules start"], rank: 4)
    case ("given", _), ("cases", _): break
    default: keywords(["arrives", "from", "deleted", "when"], rank: 2)
    }
  }

  /// What an expectation's braces may hold: parts of the rule's key, and what every violation has.
  mutating func claimFields(_ name: String) {
    let lifecycle = name.split(separator: ".").first.map(String.init) ?? ""
    guard let rule = index.declared[.rule(name)] ?? index.declared[.rule(lifecycle)] else { return }
    for found in index.declared.values where found.keyword == "key part" {
      if case .local(_, rule.whole) = found.symbol { items.append(Item(label: found.name, kind: .field, detail: "key part", rank: 1)) }
    }
    let always =
      rule.keyword == "kpi"
      ? ["final", "partial", "events", "revision"]
      : ["severity", "exposure", "currency", "message", "expected", "actual", "settled", "reason", "suppressed", "revision", "evidence"]
    for (order, field) in ((rule.keyword == "lifecycle" ? ["from", "to"] : []) + always).enumerated() {
      items.append(Item(label: field, kind: .field, rank: 3, order: order))
    }
  }
}

extension SymbolIndex {
  /// The fields of an event by its name, or a fixture's.
  func shape(ofEvent name: String) -> Shape? { declared[.value(name)]?.shape ?? fields.shape(of: [name]) }
}
