internal import EventModel

/// Writes events as JSON, as the shop's services publish them.
struct EventWriter {
  private let market: Market
  private let region: String
  private let ids: IDs
  private var events: UInt64 = 0
  private var out: [UInt8] = []

  init(market: Market, region: String, ids: IDs) {
    (self.market, self.region, self.ids) = (market, region, ids)
  }

  enum Topic: String, Sendable, CaseIterable {
    case orders = "orders.v1"
    case payments = "payments.v1"
    case inventory = "inventory.v1"
  }

  /// Topic, key and bytes of a step. `onHand`: of the shelf that it moves.
  mutating func write(_ step: Step, at time: Int64, onHand: Int64) -> (topic: Topic, key: String, value: [UInt8]) {
    out = []
    out.reserveCapacity(800)
    switch step {
    case .placed(let order):
      open("placed", at: time)
      member("order_id", order.id)
      member("currency", order.currency.code)
      writeCustomer(of: order)
      writeBasket(order.basket, order)
      writeAddress(of: order)
      if let note = order.note { member("note", note) }
      return close(.orders, order.id)
    case .amended(let order):
      open("amended", at: time)
      member("order_id", order.id)
      member("currency", order.currency.code)
      member("amendment", 1)
      writeBasket(order.amended ?? order.basket, order)
      return close(.orders, order.id)
    case .cancelled(let order, let reason, let isPaid):
      open("cancelled", at: time)
      member("order_id", order.id)
      member("currency", order.currency.code)
      member("reason", reason)
      if isPaid { member("refund_due", order.charge, order.currency) }
      return close(.orders, order.id)
    case .authorized(let order, let attempt):
      payment("authorized", at: time, order.id, attempt, order.charge, order.currency, gateway: order.gateway)
      writeCard(order.customer.card, device: order.customer.device, gateway: order.gateway)
      return close(.payments, order.id)
    case .declined(let order, let attempt):
      payment("declined", at: time, order.id, attempt, order.charge, order.currency, gateway: order.gateway)
      writeCard(order.customer.card, device: order.customer.device, gateway: order.gateway)
      member("decline_code", "insufficient_funds")
      return close(.payments, order.id)
    case .captured(let order, let attempt, let note):
      payment("captured", at: time, order.id, attempt, order.charge, order.currency, gateway: order.gateway)
      if let note { member("note", note) }
      return close(.payments, order.id)
    case .refunded(let order, let attempt, let amount, let reason, let agent):
      payment("refunded", at: time, order.id, attempt, amount, order.currency, gateway: order.gateway)
      member("refund_id", "F-" + order.id)
      member("reason", reason)
      if let agent { member("agent_id", "agent-\(agent)") }
      return close(.payments, order.id)
    case .trial(let trial):
      payment("declined", at: time, trial.order, trial.number, trial.amount, trial.currency, gateway: trial.gateway)
      writeCard(trial.card, device: trial.device, gateway: trial.gateway)
      member("decline_code", "incorrect_cvc")
      return close(.payments, trial.order)
    case .reserved(let order, let line, _):
      return reservation("reserved", at: time, order, line, onHand)
    case .released(let order, let line):
      return reservation("released", at: time, order, line, onHand)
    case .shipped(let order, let line):
      return reservation("shipped", at: time, order, line, onHand)
    case .adjusted(let article, let warehouse, let quantity, let reason):
      stock("adjusted", at: time, article, warehouse, quantity, onHand)
      member("reason", reason)
      return close(.inventory, Article.catalogue[article].sku)
    case .received(let article, let warehouse, let quantity):
      stock("received", at: time, article, warehouse, quantity, onHand)
      member("supplier", "supplier-\(article % 7 + 1)")
      return close(.inventory, Article.catalogue[article].sku)
    }
  }

  // MARK: Parts of events

  private mutating func open(_ type: String, at time: Int64) {
    events += 1
    let id = String(ids.event(events), radix: 16)
    out.append(UInt8(ascii: "{"))
    member("event_id", String(repeating: "0", count: 16 - id.utf8.count) + id)
    member("type", type)
    name("occurred_at")
    out.append(UInt8(ascii: "\""))
    EventTime(microseconds: time).appendRFC3339(to: &out)
    out.append(UInt8(ascii: "\""))
    member("region", region)
  }

  private mutating func close(_ topic: Topic, _ key: String) -> (topic: Topic, key: String, value: [UInt8]) {
    out.append(UInt8(ascii: "}"))
    return (topic, key, out)
  }

  private mutating func payment(
    _ type: String, at time: Int64, _ order: String, _ attempt: Int, _ amount: Int64, _ currency: Currency, gateway: Int
  ) {
    open(type, at: time)
    member("payment_id", ids.payment(order, attempt))
    member("order_id", order)
    member("amount", amount, currency)
    member("currency", currency.code)
    member("gateway", market.gateways[gateway])
  }

  private mutating func writeCard(_ card: Card, device: String, gateway: Int) {
    member("device_id", device)
    object("card") { writer in
      if gateway == 2 { writer.null("fingerprint") } else { writer.member("fingerprint", card.fingerprint) }
      writer.member("brand", card.brand)
      writer.member("last4", card.last4)
      writer.member("issuer_country", card.country)
    }
  }

  private mutating func writeCustomer(of order: Order) {
    object("customer") { writer in
      writer.member("id", order.customer.id)
      writer.member("tier", order.customer.tier)
      writer.member("email", order.email)
      if order.isIdentified { writer.member("identity_checked_at", "2026-02-11T09:30:00Z") }
    }
  }

  private mutating func writeAddress(of order: Order) {
    object("ship_to") { writer in
      let city = order.country.cities[min(order.customer.city, order.country.cities.count - 1)]
      writer.member("country", order.country.code)
      writer.member("city", city.name)
      writer.member("postal_code", city.postalCode)
      writer.member("street", order.customer.street)
    }
  }

  private mutating func writeBasket(_ basket: Order.Basket, _ order: Order) {
    let currency = order.currency
    name("lines")
    out.append(UInt8(ascii: "["))
    for (index, line) in basket.lines.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      out.append(UInt8(ascii: "{"))
      member("sku", Article.catalogue[line.article].sku)
      member("title", Article.catalogue[line.article].title)
      member("quantity", line.quantity)
      member("price", line.price, currency)
      out.append(UInt8(ascii: "}"))
    }
    out.append(UInt8(ascii: "]"))
    object("shipping") { writer in
      writer.member("method", order.method.rawValue)
      writer.member("fee", basket.fee, currency)
    }
    if let discount = basket.discount {
      object("discount") { writer in
        writer.member("code", discount.code)
        writer.member("amount", discount.amount, currency)
      }
    }
    member("tax", basket.tax, currency)
    member("total", basket.total, currency)
  }

  private mutating func stock(_ type: String, at time: Int64, _ article: Int, _ warehouse: Int, _ quantity: Int64, _ onHand: Int64) {
    open(type, at: time)
    member("sku", Article.catalogue[article].sku)
    member("warehouse", market.warehouses[warehouse])
    member("quantity", quantity)
    member("on_hand", onHand)
  }

  private mutating func reservation(
    _ type: String, at time: Int64, _ order: Order, _ index: Int, _ onHand: Int64
  ) -> (topic: Topic, key: String, value: [UInt8]) {
    let line = order.basket.lines[index]
    stock(type, at: time, line.article, order.warehouse, line.quantity, onHand)
    member("reservation_id", ids.reservation(order.id, index))
    member("order_id", order.id)
    if type == "shipped" {
      member("parcel_id", "PX-\(order.id)-\(index + 1)")
      member("carrier", market.carriers[index % market.carriers.count])
      member("value", line.price * line.quantity, order.currency)
      member("currency", order.currency.code)
    }
    return close(.inventory, Article.catalogue[line.article].sku)
  }

  // MARK: JSON

  private mutating func name(_ name: StaticString) {
    if let last = out.last, last != UInt8(ascii: "{") { out.append(UInt8(ascii: ",")) }
    out.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { out.append(contentsOf: $0) }
    out.append(UInt8(ascii: "\""))
    out.append(UInt8(ascii: ":"))
  }

  /// Texts of the shop hold nothing that JSON escapes.
  private mutating func member(_ name: StaticString, _ text: String) {
    self.name(name)
    out.append(UInt8(ascii: "\""))
    out.append(contentsOf: text.utf8)
    out.append(UInt8(ascii: "\""))
  }

  private mutating func member(_ name: StaticString, _ number: Int64) {
    self.name(name)
    append(number)
  }

  /// An amount of minor units as a decimal string.
  private mutating func member(_ name: StaticString, _ amount: Int64, _ currency: Currency) {
    self.name(name)
    out.append(UInt8(ascii: "\""))
    if currency.digits == 0 {
      append(amount)
    } else {
      append(amount / 100)
      out.append(UInt8(ascii: "."))
      out.append(UInt8(ascii: "0") + UInt8(amount % 100 / 10))
      out.append(UInt8(ascii: "0") + UInt8(amount % 10))
    }
    out.append(UInt8(ascii: "\""))
  }

  private mutating func null(_ name: StaticString) {
    self.name(name)
    out.append(contentsOf: [UInt8(ascii: "n"), UInt8(ascii: "u"), UInt8(ascii: "l"), UInt8(ascii: "l")])
  }

  private mutating func object(_ name: StaticString, _ body: (inout EventWriter) -> Void) {
    self.name(name)
    out.append(UInt8(ascii: "{"))
    body(&self)
    out.append(UInt8(ascii: "}"))
  }

  private mutating func append(_ number: Int64) {
    var rest = number.magnitude
    if number < 0 { out.append(UInt8(ascii: "-")) }
    let start = out.count
    repeat {
      out.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    out[start...].reverse()
  }
}
