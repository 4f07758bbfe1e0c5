internal import CHotPath
internal import EventModel

extension StreamRows {
  /// The answers to a comparison for all rows; those of other kinds hold anything.
  func answers(_ index: Int) -> Answers { masks.answers(index) { fill($0, comparisons[index]) } }

  /// The rows of a kind.
  func rows(ofKind kind: Int) -> UnsafeMutablePointer<UInt64> {
    masks.rows(ofKind: kind) { hp_equal_symbol(level, kinds, words * 64, UInt16(kind), $0) }
  }

  func takeAnswers() -> Answers { masks.take() }
  func giveAnswers(_ answers: Answers) { masks.give(answers) }

  private func fill(_ answers: Answers, _ comparison: Comparison) {
    let rows = words * 64
    switch comparison {
    case .isPresent(let index):
      let column = columns[index]
      for word in 0..<words {
        answers.yes[word] = column.present[word]
        answers.no[word] = ~(column.present[word] | column.invalid[word])
      }
    case .isTrue(let index):
      let column = columns[index]
      split(answers, column.flags, column.present)
    case .number(let index, let order, let constant):
      let column = columns[index]
      hp_compare_int(level, column.numbers, rows, order.code, constant, answers.yes)
      split(answers, answers.yes, column.present)
      guard plan.columns[index].form == .decimal else { return }
      let exact = ExactDecimal(coefficient: Int128(constant), scale: Int16(decimalScale))
      correct(answers, column.flags) { row in order.holds(self.decimal(column: index, row: row), exact) }
    case .double(let index, let order, let constant):
      let column = columns[index]
      hp_compare_double(column.doubles, rows, order.code, constant, answers.yes)
      split(answers, answers.yes, column.present)
    case .symbols(let index, let symbols):
      fill(answers, columns[index], symbols)
    case .numbers(let a, let order, let b):
      hp_compare_ints(level, columns[a].numbers, columns[b].numbers, rows, order.code, answers.yes)
      splitBoth(answers, columns[a], columns[b])
      guard plan.columns[a].form == .decimal else { return }
      let compare = { (row: Int) in order.holds(self.decimal(column: a, row: row), self.decimal(column: b, row: row)) }
      correct(answers, columns[a].flags, compare)
      correct(answers, columns[b].flags, compare)
    case .doubles(let a, let order, let b):
      hp_compare_doubles(columns[a].doubles, columns[b].doubles, rows, order.code, answers.yes)
      splitBoth(answers, columns[a], columns[b])
    case .texts(let a, let b):
      fillEqualTexts(answers, columns[a], columns[b])
    }
  }

  private func fill(_ answers: Answers, _ column: Column, _ symbols: [UInt16]) {
    if let first = symbols.first {
      hp_equal_symbol(level, column.symbols, words * 64, first, answers.yes)
    } else {
      answers.yes.update(repeating: 0, count: words)
    }
    for symbol in symbols.dropFirst() {
      hp_equal_symbol(level, column.symbols, words * 64, symbol, answers.no)
      for word in 0..<words { answers.yes[word] |= answers.no[word] }
    }
    split(answers, answers.yes, column.present)
  }

  private func fillEqualTexts(_ answers: Answers, _ a: Column, _ b: Column) {
    answers.yes.update(repeating: 0, count: words)
    for row in 0..<count where a.isPresent(row) && b.isPresent(row) {
      if bytes(a.span(row), row: row).elementsEqual(bytes(b.span(row), row: row)) { answers.yes[row >> 6] |= 1 << UInt64(row & 63) }
    }
    splitBoth(answers, a, b)
  }

  /// Where `present`, the answer is yes by `truth`, else no.
  private func split(_ answers: Answers, _ truth: UnsafeMutablePointer<UInt64>, _ present: UnsafeMutablePointer<UInt64>) {
    for word in 0..<words {
      let (bits, valid) = (truth[word], present[word])
      answers.yes[word] = bits & valid
      answers.no[word] = ~bits & valid
    }
  }

  private func splitBoth(_ answers: Answers, _ a: Column, _ b: Column) {
    for word in 0..<words {
      let (bits, valid) = (answers.yes[word], a.present[word] & b.present[word])
      answers.yes[word] = bits & valid
      answers.no[word] = ~bits & valid
    }
  }

  /// Answers anew where a decimal does not fit its column.
  private func correct(_ answers: Answers, _ flags: UnsafeMutablePointer<UInt64>, _ holds: (Int) -> Bool) {
    for word in 0..<words {
      var bits = flags[word] & (answers.yes[word] | answers.no[word])
      while bits != 0 {
        let bit = bits & (0 &- bits)
        bits &= bits &- 1
        let truth = holds(word * 64 + bit.trailingZeroBitCount)
        answers.yes[word] = truth ? answers.yes[word] | bit : answers.yes[word] & ~bit
        answers.no[word] = truth ? answers.no[word] & ~bit : answers.no[word] | bit
      }
    }
  }
}

extension Comparison.Order {
  var code: hp_comparison {
    switch self {
    case .less: HP_LESS
    case .lessOrEqual: HP_LESS_EQUAL
    case .equal: HP_EQUAL
    }
  }

  func holds(_ a: ExactDecimal, _ b: ExactDecimal) -> Bool {
    switch self {
    case .less: a < b
    case .lessOrEqual: a <= b
    case .equal: a == b
    }
  }
}
