internal import Synchronization

/// A counter, gauge or histogram: what has one set of labels.
package protocol Metric: AnyObject, Sendable {
  func append(_ name: String, _ labels: MetricLabels, to text: inout ExpositionText)
}

package enum MetricKind: String, Sendable { case counter, gauge, histogram }

/// Label names with their values, in the order of declaration.
package struct MetricLabels: Sendable {
  package var pairs: [(name: String, value: String)]
  package init(_ pairs: [(name: String, value: String)] = []) { self.pairs = pairs }

  func adding(_ name: String, _ value: String) -> MetricLabels { MetricLabels(pairs + [(name: name, value: value)]) }
}

/// The metrics of one name, one for each combination of label values that was asked for.
package final class MetricFamily<Member: Metric>: Sendable {
  private let labels: [String]
  private let members = Mutex<[[String]: Member]>([:])
  private let make: @Sendable () -> Member

  init(labels: [String], make: @escaping @Sendable () -> Member) {
    self.labels = labels
    self.make = make
  }

  /// The metric with these label values. Who counts often keeps it.
  package func callAsFunction(_ values: String...) -> Member { member(values) }

  package func member(_ values: [String]) -> Member {
    precondition(values.count == labels.count, "as many label values as label names")
    return members.withLock { members in
      if let known = members[values] { return known }
      let new = make()
      members[values] = new
      return new
    }
  }

  func append(_ name: String, to text: inout ExpositionText) {
    let sorted = members.withLock { Array($0) }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    for (values, member) in sorted {
      member.append(name, MetricLabels(zip(labels, values).map { (name: $0, value: $1) }), to: &text)
    }
  }
}
