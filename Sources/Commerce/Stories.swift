/// Makes up orders and what happens to them. Ordinary stories keep every promise of the shop.
struct Stories {
  var random: SeededGenerator
  var customers: Customers
  let market: Market
  let region: String
  let ids: IDs
  var shelves: Shelves
  private(set) var orders = 0

  init(seed: UInt64, region: String, ids: IDs) {
    random = SeededGenerator(seed: seed, salt: 2)
    market = Market.of(region: region)
    customers = Customers(seed: seed, market: market, names: ids)
    shelves = Shelves(warehouses: market.warehouses.count)
    (self.region, self.ids) = (region, ids)
  }

  mutating func orderID() -> String {
    orders += 1
    return ids.order(orders)
  }

  // MARK: Orders

  /// What may be asked of an order; the rest is chance.
  struct Wish {
    var customer: Customer?
    var country: Market.Country?
    var method: Order.Method?
    var lines: [(article: Int, quantity: Int64)]?
    var email: String?
    var note: String?
    /// Added to the total, without a reason.
    var surcharge: Int64 = 0
    var isIdentified: Bool?
    var mayBeAmended = false
  }

  mutating func order(at time: Int64, _ wish: Wish = Wish()) -> Order {
    let customer = wish.customer ?? customers.someone(at: time)
    let country = wish.country ?? customer.country
    let method = wish.method ?? random.pickFavouring([.standard, .express, .pickup])
    let wanted = wish.lines ?? someLines(business: customer.tier == "business")
    let lines = wanted.map {
      Order.Line(article: $0.article, quantity: $0.quantity, price: country.currency.price(ofCents: Article.catalogue[$0.article].cents))
    }
    let hasVoucher = random.chance(0.15)
    var basket = priced(lines, country: country, method: method, hasVoucher: hasVoucher)
    basket.total += wish.surcharge
    var amended: Order.Basket?
    if wish.mayBeAmended, random.chance(0.04) {
      var more = lines
      more[0].quantity += 1
      amended = priced(more, country: country, method: method, hasVoucher: hasVoucher)
    }
    let large = max(basket.total, amended?.total ?? 0) >= Promises.identityNeeded(country.currency) / 2
    return Order(
      id: orderID(), customer: customer, country: country, method: method, basket: basket, amended: amended,
      email: wish.email ?? customer.email, note: wish.note ?? (random.chance(0.05) ? random.pick(Self.notes) : nil),
      isIdentified: wish.isIdentified ?? (customer.isIdentified || large), warehouse: random.whole(0...(market.warehouses.count - 1)),
      gateway: random.whole(0...(market.gateways.count - 1)))
  }

  private mutating func someLines(business: Bool) -> [(article: Int, quantity: Int64)] {
    let articles = Array(Article.catalogue.indices)
    return (0..<random.pickFavouring([1, 1, 2, 3])).map { _ in
      (
        random.pickFavouring(articles),
        business && random.chance(0.1) ? Int64(random.whole(10...60)) : Int64(random.pickFavouring([1, 1, 2, 3]))
      )
    }
  }

  private func priced(_ lines: [Order.Line], country: Market.Country, method: Order.Method, hasVoucher: Bool) -> Order.Basket {
    let sum = lines.reduce(0) { $0 + $1.price * $1.quantity }
    let fee =
      switch method {
      case .standard: country.currency.price(ofCents: 500)
      case .express: country.currency.price(ofCents: 1_300)
      case .pickup: Int64(0)
      }
    let discount = hasVoucher ? (code: "WELCOME10", amount: sum / 10) : nil
    let tax = (sum * country.tax + 50) / 100
    return Order.Basket(lines: lines, fee: fee, discount: discount, tax: tax, total: sum + fee + tax - (discount?.amount ?? 0))
  }

  // MARK: What happens to them

  /// A story of an order in which everybody does what they should.
  mutating func ordinary(at time: Int64) -> [Scheduled] {
    let order = order(at: time, Wish(mayBeAmended: true))
    switch random.unit() {
    case ..<0.03: return cancelledUnpaid(order, at: time)
    case ..<0.05: return cancelledPaid(order, at: time)
    case ..<0.07: return returned(order, at: time)
    default: return paid(order, at: time).steps
    }
  }

  /// Placed, reserved, paid and shipped.
  mutating func paid(_ order: Order, at time: Int64) -> (steps: [Scheduled], captured: Int64, attempt: Int) {
    var steps = opened(order, at: time)
    var authorized = after(time, 2...12)
    var attempt = 1
    if random.chance(0.1) {
      steps.append(Scheduled(time: authorized, step: .declined(order, attempt: 1)))
      authorized = after(authorized, 15...60)
      attempt = 2
    }
    steps.append(Scheduled(time: authorized, step: .authorized(order, attempt: attempt)))
    let captured = after(authorized, random.chance(0.05) ? 180...420 : 25...120)
    steps.append(Scheduled(time: captured, step: .captured(order, attempt: attempt, note: nil)))
    steps += shipped(order, from: after(captured, 90...1_800))
    return (steps, captured, attempt)
  }

  /// Placed, perhaps amended, and its lines reserved.
  mutating func opened(_ order: Order, at time: Int64) -> [Scheduled] {
    var steps = [Scheduled(time: time, step: .placed(order))]
    if order.amended != nil { steps.append(Scheduled(time: after(time, 5...18), step: .amended(order))) }
    let reserved = after(time, 19...24)
    for line in order.basket.lines.indices {
      steps.append(Scheduled(time: reserved + Int64(line) * 40_000, step: .reserved(order, line: line, isOversold: false)))
    }
    return steps
  }

  mutating func shipped(_ order: Order, from time: Int64) -> [Scheduled] {
    var at = time
    return order.basket.lines.indices.map { line in
      defer { at = after(at, 5...60) }
      return Scheduled(time: at, step: .shipped(order, line: line))
    }
  }

  mutating func released(_ order: Order, from time: Int64) -> [Scheduled] {
    order.basket.lines.indices.map { Scheduled(time: time + Int64($0 + 1) * 50_000, step: .released(order, line: $0)) }
  }

  private mutating func cancelledUnpaid(_ order: Order, at time: Int64) -> [Scheduled] {
    var steps = opened(order, at: time)
    steps.append(Scheduled(time: after(time, 2...12), step: .declined(order, attempt: 1)))
    let cancelled = after(time, 60...600)
    let reason = random.pick(["customer", "payment"])
    steps.append(Scheduled(time: cancelled, step: .cancelled(order, reason: reason, isPaid: false)))
    return steps + released(order, from: cancelled)
  }

  /// Paid, then cancelled before it was shipped, and given back.
  private mutating func cancelledPaid(_ order: Order, at time: Int64) -> [Scheduled] {
    let (steps, cancelled) = paidThenCancelled(order, at: time)
    let agent = random.chance(0.3) ? random.whole(1...20) : nil
    return steps + [
      Scheduled(
        time: after(cancelled, 60...2_400), step: .refunded(order, attempt: 1, amount: order.charge, reason: "cancelled", agent: agent))
    ]
  }

  mutating func paidThenCancelled(_ order: Order, at time: Int64) -> (steps: [Scheduled], cancelled: Int64) {
    var steps = opened(order, at: time)
    let authorized = after(time, 2...12)
    let captured = after(authorized, 25...90)
    let cancelled = after(captured, 30...240)
    steps.append(Scheduled(time: authorized, step: .authorized(order, attempt: 1)))
    steps.append(Scheduled(time: captured, step: .captured(order, attempt: 1, note: nil)))
    steps.append(Scheduled(time: cancelled, step: .cancelled(order, reason: random.pick(["customer", "stock"]), isPaid: true)))
    return (steps + released(order, from: cancelled), cancelled)
  }

  /// Shipped, and one line of it sent back.
  private mutating func returned(_ order: Order, at time: Int64) -> [Scheduled] {
    let (steps, captured, attempt) = paid(order, at: time)
    let line = order.basket.lines[0]
    let refunded = after(captured, 2_400...5_400)
    return steps + [
      Scheduled(
        time: refunded, step: .refunded(order, attempt: attempt, amount: line.price * line.quantity, reason: "returned", agent: nil))
    ]
  }

  /// A time so many seconds later, in whole milliseconds.
  mutating func after(_ time: Int64, _ seconds: ClosedRange<Double>) -> Int64 { (time + random.microseconds(seconds)) / 1_000 * 1_000 }

  private static let notes = [
    "Please leave it with the neighbours at no. 12", "It is a present: no invoice in the parcel", "Ring twice", "Bitte erst ab 18 Uhr",
    "Call 555-0142 on arrival",
  ]
}
