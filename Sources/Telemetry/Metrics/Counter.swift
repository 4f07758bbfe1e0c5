/// A number that only grows. Its name ends in `_total`.
package final class Counter: Sendable {
  private let number = AtomicDouble()

  package init() {}

  package var value: Double { number.value }

  package func add(_ amount: Int = 1) { add(Double(amount)) }

  package func add(_ amount: Double) {
    precondition(amount >= 0, "a counter only grows")
    number.add(amount)
  }
}

extension Counter: Metric {
  package func append(_ name: String, _ labels: MetricLabels, to text: inout ExpositionText) {
    text.sample(name, labels, value)
  }
}
