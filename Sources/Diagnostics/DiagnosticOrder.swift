extension Sequence<Diagnostic> {
  /// In the order of files and places, each once.
  package func inReadingOrder() -> [Diagnostic] {
    var seen: Set<Diagnostic> = []
    return filter { seen.insert($0).inserted }
      .enumerated()
      .sorted { a, b in
        let (x, y) = (a.element, b.element)
        if x.span.file != y.span.file { return x.span.file < y.span.file }
        if x.span.range.lowerBound != y.span.range.lowerBound { return x.span.range.lowerBound < y.span.range.lowerBound }
        return a.offset < b.offset
      }
      .map(\.element)
  }

  package var hasErrors: Bool { contains { $0.severity == .error } }
}
