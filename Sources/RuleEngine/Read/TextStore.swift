internal import CHotPath

/// The texts of a batch that had escapes, written out; each is followed by enough bytes for a scanner to read on.
final class TextStore {
  private var memory: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var count = 0

  init() {
    capacity = 4096
    memory = .allocate(capacity: capacity)
    memory.initialize(repeating: 0, count: capacity)
  }

  deinit { memory.deallocate() }

  var base: UnsafePointer<UInt8> { UnsafePointer(memory) }

  func clear() { count = 0 }

  /// Where the text of a string is, written out if it has escapes; nil: the value is no string. `text`: the bytes that tokens point into.
  func span(ofString token: hp_token, _ text: UnsafePointer<UInt8>) -> TextSpan? {
    switch token.kind {
    case HP_STRING.rawValue: TextSpan(token)
    case HP_ESCAPED_STRING.rawValue: unescape(text + Int(token.start), length: Int(token.length))
    default: nil
    }
  }

  /// Writes out a checked string of JSON.
  func unescape(_ text: UnsafePointer<UInt8>, length: Int) -> TextSpan {
    reserve(length + Int(HP_PADDING))
    let written = Int(hp_unescape(memory + count, text, length))
    let span = TextSpan(start: count, length: written, isStored: true)
    (memory + count + written).update(repeating: 0, count: 8)
    count += written + 8
    return span
  }

  private func reserve(_ more: Int) {
    guard count + more > capacity else { return }
    var larger = capacity * 2
    while larger < count + more { larger *= 2 }
    let fresh = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    fresh.initialize(repeating: 0, count: larger)
    fresh.update(from: memory, count: count)
    memory.deallocate()
    (memory, capacity) = (fresh, larger)
  }
}
