import Diagnostics
import Foundation
import RuleLanguage

/// The rules that the benchmarks evaluate, as text through the checker, over `OrderEvents`.
enum Workload {
  static let topic = "orders.v1"

  /// - Parameters:
  ///   - stateless: how many rules look at one event alone; ten of them hold for about one event in a hundred.
  ///   - windows: how many rules count the orders of a customer in ten minutes.
  static func program(stateless: Int, windows: Int = 0, topic: String = topic) -> CheckedProgram {
    let rules = (0..<stateless).map(statelessRule) + (0..<windows).map(window)
    let text = stream(topic) + rules.joined(separator: "\n")
    let schema = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "order-event.schema.json")
    let result = RuleProgram.check(files: [SourceText(file: "workload.tenet", bytes: Array(text.utf8))]) { _ in
      (try? Data(contentsOf: schema)).map(Array.init)
    }
    guard let program = result.program else {
      fatalError("the workload does not check:\n" + TextRenderer(sources: result.sources, isColored: false).render(result.diagnostics))
    }
    return program
  }

  private static func stream(_ topic: String) -> String {
    """
    stream orders {
      topic       "\(topic)"
      schema      "order-event.schema.json"
      kind        type
      key         order_id
      time        occurred_at
      id          event_id within 1h
      partitioner murmur2
      disorder    5s
      delay       10s
    }

    """
  }

  private static func statelessRule(_ number: Int) -> String {
    let kind = ["orders.placed", "orders.placed or orders.amended", "orders.placed or orders.cancelled"][number % 3]
    let when =
      switch number % 5 {
      case 0: #"o.ship_to.country in ["KP", "X\#(number)"] && o.total > \#(number)"#
      case 1: #"o.total > \#(890 + number % 10) && o.currency == "EUR""#
      case 2: "o.tax > o.total && o.total > \(60 + number)"
      case 3: "o.items > \(1000 + number)"
      default: #"o.channel == "partner-\#(number)" && o.total >= 0.5"#
      }
    return """
      rule stateless_\(number) {
        on \(kind) as o
        when \(when)
        severity medium
        owner "benchmarks"
        violation "order {o.order_id}: {o.total} {o.currency} from {o.channel}"
      }

      """
  }

  private static func window(_ number: Int) -> String {
    """
    rule window_\(number) {
      by customer = o.customer.id
      on orders.placed as o
      over sliding 10m
      when count() >= \(20 + number)
      severity high
      owner "benchmarks"
      violation "{count()} orders of customer {customer} in ten minutes"
    }

    """
  }
}
