internal import Synchronization

/// All the metrics of a process, and their text.
///
/// Names follow Prometheus' conventions: `tenet_…`, base units (`_seconds`, `_bytes`), counters end in `_total`. A name is declared once;
/// declaring it again in the same way gives the same metric.
package final class MetricsRegistry: Sendable {
  private struct Entry {
    var kind: MetricKind
    var help: String
    var labels: [String]
    /// nil: its numbers are read when the text is made.
    var family: (any AnyObject & Sendable)?
    var append: @Sendable (_ name: String, _ text: inout ExpositionText) -> Void
  }
  private let entries = Mutex<[String: Entry]>([:])

  package init() {}

  package func counter(_ name: String, _ help: String) -> Counter { counters(name, help, labels: []).member([]) }
  package func counters(_ name: String, _ help: String, labels: [String]) -> MetricFamily<Counter> {
    family(name, .counter, help, labels) { Counter() }
  }

  package func gauge(_ name: String, _ help: String) -> Gauge { gauges(name, help, labels: []).member([]) }
  package func gauges(_ name: String, _ help: String, labels: [String]) -> MetricFamily<Gauge> {
    family(name, .gauge, help, labels) { Gauge() }
  }

  package func histogram(_ name: String, _ help: String, bounds: [Double] = Histogram.seconds) -> Histogram {
    histograms(name, help, labels: [], bounds: bounds).member([])
  }
  package func histograms(
    _ name: String, _ help: String, labels: [String], bounds: [Double] = Histogram.seconds
  ) -> MetricFamily<Histogram> {
    family(name, .histogram, help, labels) { Histogram(bounds: bounds) }
  }

  /// Numbers that are read when the text is made: `read` returns them with their label values. Declaring the name again replaces `read`.
  package func observe(
    _ kind: MetricKind, _ name: String, _ help: String, labels: [String] = [],
    _ read: @escaping @Sendable () -> [(labels: [String], value: Double)]
  ) {
    precondition(kind != .histogram, "a histogram is not one number")
    checkName(name, kind, labels)
    entries.withLock {
      $0[name] = Entry(kind: kind, help: help, labels: labels) { name, text in
        for (values, value) in read().sorted(by: { $0.labels.lexicographicallyPrecedes($1.labels) }) {
          text.sample(name, MetricLabels(zip(labels, values).map { (name: $0, value: $1) }), value)
        }
      }
    }
  }

  /// Everything, in Prometheus' text format 0.0.4.
  package func text() -> String {
    let sorted = entries.withLock { Array($0) }.sorted { $0.key < $1.key }
    var text = ExpositionText()
    for (name, entry) in sorted {
      text.head(name, entry.kind, entry.help)
      entry.append(name, &text)
    }
    return text.string
  }

  /// The content type of `text()`.
  package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private func family<Member: Metric>(
    _ name: String, _ kind: MetricKind, _ help: String, _ labels: [String], _ make: @escaping @Sendable () -> Member
  ) -> MetricFamily<Member> {
    checkName(name, kind, labels)
    return entries.withLock { entries in
      if let known = entries[name] {
        guard known.kind == kind, known.labels == labels, let family = known.family as? MetricFamily<Member> else {
          preconditionFailure("metric \(name) is declared in two ways")
        }
        return family
      }
      let family = MetricFamily(labels: labels, make: make)
      entries[name] = Entry(kind: kind, help: help, labels: labels, family: family) { family.append($0, to: &$1) }
      return family
    }
  }

  private func checkName(_ name: String, _ kind: MetricKind, _ labels: [String]) {
    precondition(isName(name) && labels.allSatisfy { isName($0) && $0 != "le" && !$0.hasPrefix("__") }, "metric \(name) is well named")
    precondition(name.hasPrefix("tenet_") || name.hasPrefix("process_"), "metric \(name) begins with tenet_")
    precondition(name.hasSuffix("_total") == (kind == .counter), "counters end in _total, and nothing else does: \(name)")
  }

  private func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return name.utf8.allSatisfy { (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") }
  }
}
