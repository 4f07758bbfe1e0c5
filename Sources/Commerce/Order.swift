/// An order as its events tell it. It does not change: what happens to it are steps.
final class Order: Sendable {
  struct Line: Sendable {
    /// Index into the catalogue.
    var article: Int
    var quantity: Int64
    /// Minor units.
    var price: Int64
  }

  struct Basket: Sendable {
    var lines: [Line]
    var fee: Int64
    var discount: (code: String, amount: Int64)?
    var tax: Int64
    var total: Int64
  }

  enum Method: String, Sendable { case standard, express, pickup }

  let id: String
  let customer: Customer
  let country: Market.Country
  let method: Method
  let basket: Basket
  /// The basket after it was amended.
  let amended: Basket?
  let email: String
  let note: String?
  let isIdentified: Bool
  /// Indexes into the market's lists.
  let warehouse: Int
  let gateway: Int

  var currency: Currency { country.currency }
  /// What is charged.
  var charge: Int64 { (amended ?? basket).total }

  init(
    id: String, customer: Customer, country: Market.Country, method: Method, basket: Basket, amended: Basket?, email: String, note: String?,
    isIdentified: Bool, warehouse: Int, gateway: Int
  ) {
    (self.id, self.customer, self.country, self.method, self.basket) = (id, customer, country, method, basket)
    (self.amended, self.email, self.note, self.isIdentified) = (amended, email, note, isIdentified)
    (self.warehouse, self.gateway) = (warehouse, gateway)
  }
}

/// What the shop publishes, one event a step.
enum Step: Sendable {
  case placed(Order)
  case amended(Order)
  case cancelled(Order, reason: String, isPaid: Bool)
  case authorized(Order, attempt: Int)
  case declined(Order, attempt: Int)
  case captured(Order, attempt: Int, note: String?)
  case refunded(Order, attempt: Int, amount: Int64, reason: String, agent: Int?)
  case reserved(Order, line: Int, isOversold: Bool)
  case released(Order, line: Int)
  case shipped(Order, line: Int)
  /// Somebody tries a card on an order that is never placed.
  case trial(Trial)
  /// A shelf was counted.
  case adjusted(article: Int, warehouse: Int, quantity: Int64, reason: String)
  /// A delivery.
  case received(article: Int, warehouse: Int, quantity: Int64)
}

extension Step {
  /// No rule's verdict changes if this step is never heard of.
  var isDispensable: Bool {
    switch self {
    case .amended, .authorized, .declined: true
    default: false
    }
  }
}

final class Trial: Sendable {
  let order: String
  let number: Int
  let card: Card
  let device: String
  let amount: Int64
  let currency: Currency
  let gateway: Int

  init(order: String, number: Int, card: Card, device: String, amount: Int64, currency: Currency, gateway: Int) {
    (self.order, self.number, self.card, self.device) = (order, number, card, device)
    (self.amount, self.currency, self.gateway) = (amount, currency, gateway)
  }
}

/// A step with its time.
struct Scheduled: Sendable {
  /// When it happens, in microseconds since 1970: whole milliseconds, as events write them.
  var time: Int64
  var step: Step
  /// What a rule must report because of this step.
  var faults: [PlantedFault] = []
  /// Never published late: its rules count on it.
  var isPunctual = false
}
