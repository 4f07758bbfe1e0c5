/// A program of very many rules, as a shop might have after years: conditions, obligations, limits and KPIs in four domains, each with its notes and a
/// test.
struct ManyRules {
  var count: Int

  static let streams = """
    stream orders { topic "orders.v1"  schema "order-event.schema.json"  kind type  key order_id  time occurred_at  id event_id within 24h  disorder 5s }

    """

  /// Of the rules, a file a domain; by name.
  var files: [(name: String, text: String)] {
    let domains = ["orders", "fraud", "pricing", "fulfilment"]
    return [("streams.tenet", Self.streams)]
      + domains.enumerated().map { index, domain in
        let numbers = stride(from: index, to: count, by: domains.count)
        return (domain + ".tenet", numbers.map { rule($0, domain) }.joined(separator: "\n"))
      }
  }

  private func rule(_ number: Int, _ domain: String) -> String {
    let notes = """
        severity critical when exposure > \(number).00, high when exposure > 10.00, else low
        owner "team-\(number % 12)"
        runbook "https://wiki.example/\(domain)/\(number)"
        tags \(domain), checked
      """
    let name = "\(domain).rule_\(number)"
    let form =
      switch number % 3 {
      case 0: "on orders.placed as o where o.currency == \"EUR\"\n  when o.total > \(number).00 && !(o.ship_to.country in [\"KP\", \"SY\"])"
      case 1:
        "by order_id\n  on orders.placed as o where o.total > \(number).00\n  expect orders.amended within \(number % 50 + 1)m\n  unless orders.cancelled"
      default:
        "by customer = o.customer.id, currency\n  on orders.placed as o\n  over sliding \(number % 50 + 1)m\n  when count() >= \(number % 9 + 3) && sum(o.total) > \(number).00"
      }
    let exposure = number % 3 == 2 ? "sum(o.total)" : "o.total"
    return """
      /// The \(number)th thing that must hold of \(domain).
      rule \(name) {
        \(form)
      \(notes)
        violation "\(domain) \(number): {\(exposure)} of {key}" exposure \(exposure)
      }

      test "\(domain) \(number) has nothing to say of a small order" {
        at 10:00  orders.placed { order_id: "o-\(number)", total: 0.50, currency: "USD" }
        expect no \(name)
      }

      """
  }
}
