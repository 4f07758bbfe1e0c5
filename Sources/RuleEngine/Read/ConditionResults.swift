internal import EventModel
internal import RuleLanguage

/// Evaluates the rules' conditions over a batch, each when it is first asked for.
struct ConditionResults {
  typealias Result = (true: [Int], undetermined: [Int])

  private let rules: [RuleConditions]
  private var patterns: [[Result?]]
  private var verdicts: [Result?]

  init(_ rules: [RuleConditions]) {
    self.rules = rules
    patterns = rules.map { $0.patterns.map { _ in nil } }
    verdicts = rules.map { _ in nil }
  }

  mutating func clear() {
    for rule in patterns.indices {
      for pattern in patterns[rule].indices { patterns[rule][pattern] = nil }
      verdicts[rule] = nil
    }
  }

  /// Events for which the `where` of a pattern holds, or ended in an error.
  mutating func pattern(_ rule: Int, _ pattern: Int, in batch: EventBatch) -> Result {
    if let known = patterns[rule][pattern] { return known }
    let result = evaluate(rule, pattern, withWhen: false, in: batch)
    patterns[rule][pattern] = result
    return result
  }

  /// Events for which a condition's `where` and `when` hold, or ended in an error.
  mutating func violations(_ rule: Int, in batch: EventBatch) -> Result {
    if let known = verdicts[rule] { return known }
    precondition(rules[rule].patterns.count == 1, "a condition has one pattern")
    let result = evaluate(rule, 0, withWhen: true, in: batch)
    verdicts[rule] = result
    return result
  }

  private func evaluate(_ rule: Int, _ pattern: Int, withWhen: Bool, in batch: EventBatch) -> Result {
    let conditions = rules[rule]
    var result: Result = ([], [])
    let streams = conditions.patterns[pattern].streams
    for stream in streams where batch.streams[stream.stream].count > 0 {
      let evaluator = PredicateEvaluator(batch: batch, rows: batch.streams[stream.stream], conditions: conditions, pattern: pattern)
      evaluator.evaluate(stream, withWhen: withWhen, into: &result)
    }
    if streams.count > 1 { result = (result.true.sorted(), result.undetermined.sorted()) }
    return result
  }
}

/// Evaluates predicates over the rows of one stream.
struct PredicateEvaluator {
  let batch: EventBatch
  let rows: StreamRows
  let conditions: RuleConditions
  let pattern: Int

  /// Adds the events for which the conditions hold, and those for which they ended in an error.
  func evaluate(_ stream: StreamConditions, withWhen: Bool, into result: inout ConditionResults.Result) {
    let words = rows.words
    let (wanted, answers) = (rows.takeAnswers(), rows.takeAnswers())
    defer {
      rows.giveAnswers(wanted)
      rows.giveAnswers(answers)
    }
    // `wanted.yes`: rows that hold so far; `wanted.no`: those that ended in an error.
    select(stream, into: wanted.yes)
    wanted.no.update(repeating: 0, count: words)
    for predicate in [stream.where, withWhen ? stream.when : nil] {
      guard let predicate else { continue }
      evaluate(predicate, need: wanted.yes, into: answers)
      for word in 0..<words {
        wanted.no[word] |= wanted.yes[word] & ~(answers.yes[word] | answers.no[word])
        wanted.yes[word] &= answers.yes[word]
      }
    }
    collect(wanted.yes, into: &result.true)
    collect(wanted.no, into: &result.undetermined)
  }

  /// The rows of the pattern's kinds.
  private func select(_ stream: StreamConditions, into mask: UnsafeMutablePointer<UInt64>) {
    let words = rows.words
    if stream.isWhole {
      mask.update(repeating: ~0, count: words)
    } else {
      mask.update(repeating: 0, count: words)
      for kind in stream.kinds {
        let ofKind = rows.rows(ofKind: kind)
        for word in 0..<words { mask[word] |= ofKind[word] }
      }
    }
    if rows.count & 63 != 0 { mask[words - 1] &= 1 << UInt64(rows.count & 63) - 1 }
  }

  private func collect(_ mask: UnsafeMutablePointer<UInt64>, into events: inout [Int]) {
    for word in 0..<rows.words {
      var bits = mask[word]
      while bits != 0 {
        events.append(Int(rows.events[word * 64 + bits.trailingZeroBitCount]))
        bits &= bits &- 1
      }
    }
  }

  /// The answers of a predicate for the rows of `need`; those of others hold anything.
  private func evaluate(_ predicate: Predicate, need: UnsafeMutablePointer<UInt64>, into result: Answers) {
    switch predicate {
    case .constant(let truth): result.set(truth, words: rows.words)
    case .comparison(let index): result.copy(rows.answers(index), words: rows.words)
    case .not(let part): evaluate(part, need: need, into: result.negated)
    case .all(let parts): combine(parts, need: need, into: result)
    // a || b is !(!a && !b), and negating exchanges yes and no.
    case .any(let parts): combine(parts, isDisjunction: true, need: need, into: result.negated)
    case .choice(let condition, let yes, let no): choose(condition, yes, no, need: need, into: result)
    case .plain(let expression): evaluate(expression, need: need, into: result)
    }
  }

  /// The conjunction of parts, or of their negations.
  private func combine(_ parts: [Predicate], isDisjunction: Bool = false, need: UnsafeMutablePointer<UInt64>, into result: Answers) {
    let words = rows.words
    result.set(true, words: words)
    let (answers, left) = (rows.takeAnswers(), rows.takeAnswers())
    defer {
      rows.giveAnswers(answers)
      rows.giveAnswers(left)
    }
    for part in parts {
      var some: UInt64 = 0
      for word in 0..<words {
        left.yes[word] = need[word] & ~result.no[word]
        some |= left.yes[word]
      }
      if some == 0 { return }
      let found: Answers
      if case .comparison(let index) = part {
        found = rows.answers(index)
      } else {
        evaluate(part, need: left.yes, into: answers)
        found = answers
      }
      let (yes, no) = isDisjunction ? (found.no, found.yes) : (found.yes, found.no)
      for word in 0..<words {
        result.yes[word] &= yes[word]
        result.no[word] |= no[word] & left.yes[word]
      }
    }
  }

  private func choose(_ condition: Predicate, _ yes: Predicate, _ no: Predicate, need: UnsafeMutablePointer<UInt64>, into result: Answers) {
    let words = rows.words
    let (test, left, answers) = (rows.takeAnswers(), rows.takeAnswers(), rows.takeAnswers())
    defer { for memory in [test, left, answers] { rows.giveAnswers(memory) } }
    evaluate(condition, need: need, into: test)
    result.yes.update(repeating: 0, count: words)
    result.no.update(repeating: 0, count: words)
    for (branch, mask) in [(yes, test.yes), (no, test.no)] {
      for word in 0..<words { left.yes[word] = need[word] & mask[word] }
      evaluate(branch, need: left.yes, into: answers)
      for word in 0..<words {
        result.yes[word] |= answers.yes[word] & left.yes[word]
        result.no[word] |= answers.no[word] & left.yes[word]
      }
    }
  }

  /// Row by row.
  private func evaluate(_ expression: CheckedExpression, need: UnsafeMutablePointer<UInt64>, into result: Answers) {
    for word in 0..<rows.words {
      var bits = need[word]
      (result.yes[word], result.no[word]) = (0, 0)
      while bits != 0 {
        let bit = bits & (0 &- bits)
        bits &= bits &- 1
        let event = Int(rows.events[word * 64 + bit.trailingZeroBitCount])
        let activation = EventActivation(batch: batch, rule: conditions.rule, pattern: pattern, event: event, params: conditions.params)
        switch try? expression.evaluate(activation) {
        case .bool(true)?: result.yes[word] |= bit
        case .bool(false)?: result.no[word] |= bit
        default: break
        }
      }
    }
  }
}
