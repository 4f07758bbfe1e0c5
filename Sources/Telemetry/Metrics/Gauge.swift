/// A number that goes up and down.
package final class Gauge: Sendable {
  private let number = AtomicDouble()

  package init() {}

  package var value: Double { number.value }

  package func set(_ value: Int) { number.store(Double(value)) }
  package func set(_ value: Double) { number.store(value) }
  package func add(_ amount: Int) { number.add(Double(amount)) }
}

extension Gauge: Metric {
  package func append(_ name: String, _ labels: MetricLabels, to text: inout ExpositionText) {
    text.sample(name, labels, value)
  }
}
