internal import CHotPath

extension Array {
  /// An element is read soon: its memory is brought near while other work goes on. This only hastens: an index that is none is no fault.
  /// - Parameter lines: how many cache lines from there on, of 64 bytes.
  func prefetch(_ index: Int = 0, lines: Int = 1) {
    withUnsafeBufferPointer {
      guard let begin = $0.baseAddress else { return }
      for line in 0..<lines { hp_prefetch(UnsafeRawPointer(begin + index) + line * 64) }
    }
  }
}
