internal import CHotPath
internal import EventModel

/// Scans one record at a time: checks its bytes and finds the fields that are read.
final class RecordScanner {
  private let level: hp_level
  let tokens: UnsafeMutablePointer<hp_token>
  /// The bytes of the record scanned last, padded, and where its strings may end.
  private var scratch: UnsafeMutablePointer<UInt8>
  private var stops: UnsafeMutablePointer<UInt64>
  /// The longest record that there is room for.
  private var capacity = 16 * 1024

  /// `nodes`: the most that a stream's tree has.
  init(nodes: Int, level: hp_level) {
    self.level = level
    tokens = .allocate(capacity: nodes + 1)
    tokens.initialize(repeating: hp_token(), count: nodes + 1)
    (scratch, stops) = Self.memory(for: capacity)
  }

  private static func memory(for length: Int) -> (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt64>) {
    let words = hp_stop_words(length)
    return (.allocate(capacity: words * 64), .allocate(capacity: words))
  }

  deinit {
    tokens.deallocate()
    scratch.deallocate()
    stops.deallocate()
  }

  /// A record that is no JSON object.
  struct Fault {
    var reason: DeadLetterReason
    var detail: String
  }

  /// Scans a record. Returns its bytes, padded, until the next call; or what is wrong with it.
  func scan(_ record: UnsafeRawBufferPointer, _ tree: FieldTree) -> Result<UnsafePointer<UInt8>, Fault> {
    if record.count > capacity { grow(for: record.count) }
    let (text, stops) = (scratch, stops)
    let isASCII = hp_prepare(level, text, stops, record.baseAddress?.assumingMemoryBound(to: UInt8.self), record.count)
    if !isASCII, !hp_is_utf8(text, record.count) { return .failure(Fault(reason: .notJSON, detail: "not UTF-8")) }
    var place = 0
    let result = hp_project(text, stops, record.count, tree.top, tree.nodes, Int32(tree.count), tokens, &place)
    return result == HP_OK ? .success(UnsafePointer(text)) : .failure(fault(result, at: place, of: record.count))
  }

  private func grow(for count: Int) {
    while count > capacity { capacity *= 2 }
    scratch.deallocate()
    stops.deallocate()
    (scratch, stops) = Self.memory(for: capacity)
  }

  private func fault(_ result: hp_result, at place: Int, of count: Int) -> Fault {
    switch result {
    case HP_TOO_DEEP: Fault(reason: .notJSON, detail: "nested beyond \(HP_DEPTH)")
    case HP_NO_OBJECT: Fault(reason: .schema, detail: "the record is no object")
    default: Fault(reason: .notJSON, detail: place >= count ? "the text ends too early" : "not JSON at byte \(place)")
    }
  }
}

extension RecordScanner.Fault: Error {}
