/// Names and values beside a message, in the order in which they were given: `["slot": .int(slot), "topic": "orders.v1"]`.
package struct LogFields: Sendable, ExpressibleByDictionaryLiteral {
  package var pairs: [(name: String, value: LogValue)]

  package init(_ pairs: [(name: String, value: LogValue)] = []) { self.pairs = pairs }
  package init(dictionaryLiteral elements: (String, LogValue)...) { pairs = elements.map { (name: $0.0, value: $0.1) } }
}

package enum LogValue: Sendable, Equatable {
  case string(String)
  case int(Int)
  case double(Double)
  case bool(Bool)
}

extension LogValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral {
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .int(value) }
  package init(floatLiteral value: Double) { self = .double(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }

  /// A duration as a number of seconds: name such a field `…_seconds`.
  package static func seconds(_ duration: Duration) -> LogValue { .double(duration / .seconds(1)) }
}
