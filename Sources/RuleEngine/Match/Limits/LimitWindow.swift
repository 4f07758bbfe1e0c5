internal import EventModel

/// A window of a key that a limit judges.
struct LimitWindow {
  enum Truth: UInt8 {
    /// It is false by what is known, or not judged yet.
    case holds
    case breach
    /// There is no value, or no telling.
    case none
  }

  /// Names its row.
  let number: UInt32
  let span: WindowSpan
  private(set) var truth = Truth.holds
  /// Of a breach.
  private(set) var content: ViolationContent?
  /// The clock was past its end when it was last judged.
  private(set) var isDecided = false
  /// An event came since it was last judged; no row says so, as it is judged in the same step if it can be.
  var isTouched = false
  /// Of a window of many events, from one look to the next.
  var totals: WindowTotals?
  private var isDirty = true
  private var pieces: UInt16 = 0

  init(number: UInt32, _ span: WindowSpan) { (self.number, self.span) = (number, span) }

  var size: Int { (content?.size ?? 0) + (totals?.size ?? 0) + MemoryLayout<LimitWindow>.stride }

  mutating func judge(_ truth: Truth, _ content: ViolationContent?, isDecided: Bool) {
    isTouched = false
    if (self.truth, self.isDecided) != (truth, isDecided) || self.content != content { isDirty = true }
    (self.truth, self.content, self.isDecided) = (truth, content, isDecided)
  }

  var verdict: WindowVerdict {
    switch truth {
    case .holds: .holds(isDecided: isDecided)
    case .breach: content.map { .breach($0) } ?? .none
    case .none: .none
    }
  }

  mutating func drain(part: UInt32, _ body: (PartChange) -> Void) {
    guard isDirty else { return }
    isDirty = false
    var row = RowWriter()
    row.unsigned(UInt64(number))
    row.span(span)
    row.byte(truth.rawValue << 1 | (isDecided ? 1 : 0))
    content?.write(to: &row)
    body(PartChange(part: part, bytes: row.bytes, pieces: pieces))
    pieces = PartChange.pieces(of: row.bytes.count)
  }

  func drainEnd(part: UInt32, _ body: (PartChange) -> Void) {
    if pieces > 0 { body(PartChange(part: part, bytes: nil, pieces: pieces)) }
  }

  init(_ bytes: [UInt8]) {
    var row = RowReader(bytes)
    number = UInt32(row.unsigned())
    span = row.span()
    let flags = row.byte()
    guard let truth = Truth(rawValue: flags >> 1) else { preconditionFailure("the truth of a window in a row is known") }
    (self.truth, isDecided, isDirty) = (truth, flags & 1 != 0, false)
    if !row.isAtEnd { content = ViolationContent(from: &row) }
    pieces = PartChange.pieces(of: bytes.count)
  }
}
