/// Windows without events (language.md 18.3).
extension KPIState {
  /// The first window that a key has and that is not there: it begins less than `fill` after an event. nil: there is none.
  func missing(_ plan: KPIPlan) -> WindowSpan? {
    guard let fill = plan.fill, case .grid(let grid) = plan.shape, var (span, last) = done.map({ ($0.span, $0.last) }) ?? firstWindow else {
      return nil
    }
    var rest = windows.drop { $0.span.start <= span.start }
    for window in windows[..<rest.startIndex] { last = max(last, window.last) }
    while true {
      let next = grid.start(after: span)
      let isFilled = plan.isEndless || last > next - fill
      guard let window = rest.first else { return isFilled ? grid.next(after: span) : nil }
      if window.span.start != next, isFilled { return grid.next(after: span) }
      // The window there, or the first behind the gap: a later event begins anew.
      (span, last) = (window.span, max(last, window.last))
      rest.removeFirst()
    }
  }

  private var firstWindow: (WindowSpan, Int64)? { windows.first.map { ($0.span, $0.last) } }
}
