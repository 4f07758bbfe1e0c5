/// The answers of a condition for the rows of a batch, a bit a row: where it is true, and where it is false; where it is neither, it
/// ended in an error.
struct Answers {
  let yes: UnsafeMutablePointer<UInt64>
  let no: UnsafeMutablePointer<UInt64>

  init(words: Int) {
    yes = .allocate(capacity: words)
    yes.initialize(repeating: 0, count: words)
    no = .allocate(capacity: words)
    no.initialize(repeating: 0, count: words)
  }

  private init(yes: UnsafeMutablePointer<UInt64>, no: UnsafeMutablePointer<UInt64>) { (self.yes, self.no) = (yes, no) }

  /// The same memory the other way round.
  var negated: Answers { Answers(yes: no, no: yes) }

  func deallocate() {
    yes.deallocate()
    no.deallocate()
  }

  func set(_ truth: Bool, words: Int) {
    yes.update(repeating: truth ? ~0 : 0, count: words)
    no.update(repeating: truth ? 0 : ~0, count: words)
  }

  func copy(_ other: Answers, words: Int) {
    yes.update(from: other.yes, count: words)
    no.update(from: other.no, count: words)
  }
}

/// Memory for the answers of one stream's comparisons, and for what is in the making.
struct MaskCache {
  private var answers: [Answers] = []
  private var isKnown: [Bool]
  /// Rows of each kind.
  private var kinds: [UnsafeMutablePointer<UInt64>] = []
  private var isKindKnown: [Bool]
  private var free: [Answers] = []
  private var words = 0

  init(comparisons: Int, kinds: Int) {
    isKnown = Array(repeating: false, count: comparisons)
    isKindKnown = Array(repeating: false, count: kinds)
  }

  mutating func clear(words: Int) {
    if words > self.words {
      deallocate()
      self.words = words
      answers = isKnown.map { _ in Answers(words: words) }
      kinds = isKindKnown.map { _ in
        let mask = UnsafeMutablePointer<UInt64>.allocate(capacity: words)
        mask.initialize(repeating: 0, count: words)
        return mask
      }
    }
    for index in isKnown.indices { isKnown[index] = false }
    for index in isKindKnown.indices { isKindKnown[index] = false }
  }

  mutating func deallocate() {
    for answer in answers + free { answer.deallocate() }
    for kind in kinds { kind.deallocate() }
    (answers, free, kinds) = ([], [], [])
  }

  /// The answers to a comparison, made when they are first asked for.
  mutating func answers(_ comparison: Int, make: (Answers) -> Void) -> Answers {
    let result = answers[comparison]
    if !isKnown[comparison] {
      isKnown[comparison] = true
      make(result)
    }
    return result
  }

  /// The rows of a kind.
  mutating func rows(ofKind kind: Int, make: (UnsafeMutablePointer<UInt64>) -> Void) -> UnsafeMutablePointer<UInt64> {
    let result = kinds[kind]
    if !isKindKnown[kind] {
      isKindKnown[kind] = true
      make(result)
    }
    return result
  }

  /// Memory for a while; it holds anything.
  mutating func take() -> Answers { free.popLast() ?? Answers(words: words) }

  mutating func give(_ answers: Answers) { free.append(answers) }
}
