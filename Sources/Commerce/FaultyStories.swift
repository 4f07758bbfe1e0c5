/// What can go wrong in the shop.
enum FaultKind: CaseIterable, Sendable {
  case captureLost, paidTooLate, abandoned, orderLost, unsettledCurrency
  case refundOfNothing, refundForgotten, refundLate
  case wrongTotal, bulk, testOrder, expressLate
  case reservationForgotten, oversold, shrinkage
  case cardTesting, cardsOnDevice, busyCustomer
  case embargoed, cardNumber, identityUnchecked
}

/// A story with faults: its steps, and how many events of it were lost.
struct FaultyStory {
  var steps: [Scheduled]
  var lost = 0
}

extension Stories {
  /// A story in which one thing is wrong, and every rule that must say so.
  mutating func faulty(_ kind: FaultKind, at time: Int64) -> FaultyStory {
    var story =
      switch kind {
      case .captureLost: captureLost(at: time)
      case .paidTooLate: paidTooLate(at: time)
      case .abandoned: abandoned(at: time)
      case .orderLost: orderLost(at: time)
      case .unsettledCurrency: unsettledCurrency(at: time)
      case .refundOfNothing: refundOfNothing(at: time)
      case .refundForgotten: refundForgotten(at: time)
      case .refundLate: refundLate(at: time)
      case .wrongTotal: wrongTotal(at: time)
      case .bulk: bulk(at: time)
      case .testOrder: testOrder(at: time)
      case .expressLate: expressLate(at: time)
      case .reservationForgotten: reservationForgotten(at: time)
      case .oversold: oversold(at: time)
      case .shrinkage: shrinkage(at: time)
      case .cardTesting: cardTesting(at: time)
      case .cardsOnDevice: cardsOnDevice(at: time)
      case .busyCustomer: busyCustomer(at: time)
      case .embargoed: embargoed(at: time)
      case .cardNumber: cardNumber(at: time)
      case .identityUnchecked: identityUnchecked(at: time)
      }
    for index in story.steps.indices { story.steps[index].isPunctual = true }
    return story
  }

  // MARK: Payments

  /// The money was taken, but the event that says so never came.
  private mutating func captureLost(at time: Int64) -> FaultyStory {
    let order = order(at: time)
    var steps = paid(order, at: time).steps
    steps.removeAll { if case .captured = $0.step { true } else { false } }
    steps[0].faults.append(PlantedFault("payments.capture_timeout", order.id, due: time + Promises.payment))
    for index in steps.indices {
      guard case .shipped = steps[index].step else { continue }
      steps[index].faults.append(PlantedFault("inventory.shipped_unpaid", order.id, due: steps[index].time))
    }
    return FaultyStory(steps: steps, lost: 1)
  }

  private mutating func paidTooLate(at time: Int64) -> FaultyStory {
    let order = order(at: time)
    var steps = opened(order, at: time)
    let captured = after(time, 1_000...1_500)
    steps.append(Scheduled(time: after(time, 900...950), step: .authorized(order, attempt: 1)))
    steps.append(Scheduled(time: captured, step: .captured(order, attempt: 1, note: nil)))
    steps += shipped(order, from: after(captured, 90...1_800))
    steps[0].faults.append(PlantedFault("payments.capture_timeout", order.id, due: time + Promises.payment))
    return FaultyStory(steps: steps)
  }

  /// Neither paid nor cancelled.
  private mutating func abandoned(at time: Int64) -> FaultyStory {
    let order = order(at: time, Wish(method: .standard))
    var steps = opened(order, at: time) + released(order, from: after(time, 1_200...2_400))
    steps[0].faults.append(PlantedFault("payments.capture_timeout", order.id, due: time + Promises.payment))
    return FaultyStory(steps: steps)
  }

  private mutating func orderLost(at time: Int64) -> FaultyStory {
    let order = order(at: time)
    var (steps, captured, _) = paid(order, at: time)
    steps.removeFirst()
    for index in steps.indices where steps[index].time == captured {
      steps[index].faults.append(PlantedFault("payments.capture_without_order", order.id, due: captured))
    }
    return FaultyStory(steps: steps, lost: 1)
  }

  private mutating func unsettledCurrency(at time: Int64) -> FaultyStory {
    let customer = customers.newcomer(in: Market.switzerland)
    let order = order(at: time, Wish(customer: customer, isIdentified: true))
    var steps = paid(order, at: time).steps
    for index in steps.indices {
      switch steps[index].step {
      case .authorized, .captured:
        steps[index].faults.append(PlantedFault("payments.unsettled_currency", order.id, due: steps[index].time))
      default: break
      }
    }
    return FaultyStory(steps: steps)
  }

  /// A refund names a payment that never was.
  private mutating func refundOfNothing(at time: Int64) -> FaultyStory {
    let order = order(at: time)
    var (steps, captured, _) = paid(order, at: time)
    let refunded = after(captured, 60...1_200)
    let fault = PlantedFault("payments.refund_without_capture", ids.payment(order.id, 9), due: refunded)
    steps.append(
      Scheduled(
        time: refunded, step: .refunded(order, attempt: 9, amount: order.charge, reason: "goodwill", agent: random.whole(1...20)),
        faults: [fault]))
    return FaultyStory(steps: steps)
  }

  private mutating func refundForgotten(at time: Int64) -> FaultyStory {
    let order = order(at: time)
    var (steps, cancelled) = paidThenCancelled(order, at: time)
    for index in steps.indices where steps[index].time == cancelled {
      steps[index].faults.append(PlantedFault("payments.refund_overdue", order.id, due: cancelled + Promises.refund))
    }
    return FaultyStory(steps: steps)
  }

  private mutating func refundLate(at time: Int64) -> FaultyStory {
    let order = order(at: time)
    var (steps, cancelled) = paidThenCancelled(order, at: time)
    for index in steps.indices where steps[index].time == cancelled {
      steps[index].faults.append(PlantedFault("payments.refund_overdue", order.id, due: cancelled + Promises.refund))
    }
    let refunded = after(cancelled, 4_000...6_000)
    steps.append(
      Scheduled(time: refunded, step: .refunded(order, attempt: 1, amount: order.charge, reason: "cancelled", agent: random.whole(1...20))))
    return FaultyStory(steps: steps)
  }

  // MARK: Orders

  private mutating func withFaultyOrder(_ rule: String, _ wish: Wish, at time: Int64) -> FaultyStory {
    let order = order(at: time, wish)
    var steps = paid(order, at: time).steps
    steps[0].faults.append(PlantedFault(rule, order.id, due: time))
    return FaultyStory(steps: steps)
  }

  private mutating func wrongTotal(at time: Int64) -> FaultyStory {
    withFaultyOrder("orders.total_adds_up", Wish(surcharge: Int64(random.whole(1...900))), at: time)
  }

  private mutating func bulk(at time: Int64) -> FaultyStory {
    var customer = customers.newcomer(in: random.pickFavouring(market.countries))
    while customer.tier == "business" { customer = customers.newcomer(in: customer.country) }
    let lines = [(article: random.pick([0, 1, 3, 4, 6]), quantity: Int64(random.whole(55...120)))]
    return withFaultyOrder("orders.bulk_quantity", Wish(customer: customer, lines: lines), at: time)
  }

  private mutating func testOrder(at time: Int64) -> FaultyStory {
    let wish = random.chance(0.5) ? Wish(email: "Checkout+\(random.whole(1...99))@Test.Example") : Wish(note: "QA run, DO NOT SHIP")
    return withFaultyOrder("orders.test_order", wish, at: time)
  }

  private mutating func expressLate(at time: Int64) -> FaultyStory {
    let order = order(at: time, Wish(method: .express))
    var steps = paid(order, at: time).steps
    steps.removeAll { if case .shipped = $0.step { true } else { false } }
    steps += shipped(order, from: after(time, 7_800...9_600))
    steps[0].faults.append(PlantedFault("orders.express_late", order.id, due: time + Promises.express))
    return FaultyStory(steps: steps)
  }

  private mutating func embargoed(at time: Int64) -> FaultyStory {
    var country = random.pick(Market.embargoed)
    country.currency = market.countries[0].currency
    let customer = customers.newcomer(in: country)
    return withFaultyOrder("compliance.embargoed_destination", Wish(customer: customer), at: time)
  }

  private mutating func identityUnchecked(at time: Int64) -> FaultyStory {
    let customer = customers.newcomer(in: random.pickFavouring(market.countries))
    let chair = Article.catalogue.firstIndex { $0.title.hasPrefix("Office chair") } ?? 0
    return withFaultyOrder(
      "compliance.identity_unchecked", Wish(customer: customer, lines: [(chair, Int64(random.whole(14...20)))], isIdentified: false),
      at: time)
  }

  private mutating func cardNumber(at time: Int64) -> FaultyStory {
    let order = order(at: time)
    var steps = paid(order, at: time).steps
    for index in steps.indices {
      guard case .captured(_, let attempt, _) = steps[index].step else { continue }
      steps[index].step = .captured(
        order, attempt: attempt, note: "by phone, card 4\(random.whole(100_000_000_000_000...999_999_999_999_999))")
      steps[index].faults.append(PlantedFault("compliance.card_number_in_text", order.id, due: steps[index].time))
    }
    return FaultyStory(steps: steps)
  }

  // MARK: Stock

  private mutating func reservationForgotten(at time: Int64) -> FaultyStory {
    let order = order(at: time)
    var steps = opened(order, at: time)
    steps.append(Scheduled(time: after(time, 60...600), step: .cancelled(order, reason: "customer", isPaid: false)))
    for index in steps.indices {
      guard case .reserved(_, let line, _) = steps[index].step else { continue }
      let due = steps[index].time + Promises.reservation
      steps[index].faults.append(PlantedFault("inventory.stale_reservation", ids.reservation(order.id, line), due: due))
    }
    return FaultyStory(steps: steps)
  }

  private mutating func oversold(at time: Int64) -> FaultyStory {
    let order = order(at: time)
    var steps = paid(order, at: time).steps
    for index in steps.indices {
      guard case .reserved(_, line: 0, _) = steps[index].step else { continue }
      steps[index].step = .reserved(order, line: 0, isOversold: true)
      let sku = Article.catalogue[order.basket.lines[0].article].sku
      steps[index].faults.append(PlantedFault("inventory.oversold", sku, due: steps[index].time))
    }
    return FaultyStory(steps: steps)
  }

  /// Three counts of one shelf within half an hour, each with a large loss.
  private mutating func shrinkage(at time: Int64) -> FaultyStory {
    guard let shelf = shelves.untouched(at: time, &random) else { return FaultyStory(steps: []) }
    var at = time
    var steps: [Scheduled] = []
    for _ in 0..<3 {
      let reason = random.pick(["damaged", "missing"])
      steps.append(
        Scheduled(
          time: at,
          step: .adjusted(article: shelf.article, warehouse: shelf.warehouse, quantity: Int64(random.whole(9...12)), reason: reason)))
      at = after(at, 120...600)
    }
    let last = steps[2].time
    shelves.touch(shelf, at: last)
    let fault = PlantedFault(
      "inventory.shrinkage", Article.catalogue[shelf.article].sku, market.warehouses[shelf.warehouse], due: last)
    steps[2].faults.append(fault)
    return FaultyStory(steps: steps)
  }

  // MARK: Fraud

  private mutating func cardTesting(at time: Int64) -> FaultyStory {
    let country = random.pickFavouring(market.countries)
    let customer = customers.newcomer(in: country)
    let orders = (0..<4).map { _ in orderID() }
    var steps = trials(random.whole(5...8), from: time, apart: 8...35) { stories, number in
      Trial(
        order: orders[number % 4], number: number / 4 + 1, card: customer.card, device: customer.device,
        amount: country.currency.minor(Int64(stories.random.whole(1...5))), currency: country.currency, gateway: number % 2)
    }
    let due = steps[Promises.declinesOnOneCard - 1].time
    steps[Promises.declinesOnOneCard - 1].faults.append(PlantedFault("fraud.card_testing", customer.card.fingerprint, due: due))
    return FaultyStory(steps: steps)
  }

  private mutating func cardsOnDevice(at time: Int64) -> FaultyStory {
    let country = random.pickFavouring(market.countries)
    let customer = customers.newcomer(in: country)
    let order = orderID()
    var steps = trials(random.whole(4...6), from: time, apart: 20...240) { stories, number in
      Trial(
        order: order, number: number + 1, card: stories.customers.newCard(in: country.code), device: customer.device,
        amount: country.currency.minor(Int64(stories.random.whole(40...90))), currency: country.currency, gateway: number % 2)
    }
    let due = steps[Promises.cardsOnOneDevice - 1].time
    steps[Promises.cardsOnOneDevice - 1].faults.append(PlantedFault("fraud.cards_per_device", customer.device, due: due))
    return FaultyStory(steps: steps)
  }

  private mutating func trials(
    _ count: Int, from time: Int64, apart: ClosedRange<Double>, _ trial: (inout Stories, Int) -> Trial
  ) -> [Scheduled] {
    var at = time
    return (0..<count).map { number in
      defer { at = after(at, apart) }
      return Scheduled(time: at, step: .trial(trial(&self, number)))
    }
  }

  /// One customer orders again and again.
  private mutating func busyCustomer(at time: Int64) -> FaultyStory {
    let customer = customers.newcomer(in: random.pickFavouring(market.countries))
    let dear = Article.catalogue.indices.filter { Article.catalogue[$0].cents >= 17_900 }
    let enough = Promises.ordersOfOneCustomer(in: region)
    let limit = Promises.highValue(customer.country.currency)
    var story = FaultyStory(steps: [])
    var at = time
    var sum: Int64 = 0
    var isReported = false
    for number in 1...(enough + random.whole(0...2)) {
      let order = order(at: at, Wish(customer: customer, lines: [(random.pick(dear), 1)], isIdentified: true))
      var steps = paid(order, at: at).steps
      sum += order.basket.total
      if number >= enough, sum > limit, !isReported {
        let fault = PlantedFault("fraud.customer_velocity", customer.id, customer.country.currency.code, due: at)
        steps[0].faults.append(fault)
        isReported = true
      }
      story.steps += steps
      at = after(at, 60...220)
    }
    return story
  }
}
