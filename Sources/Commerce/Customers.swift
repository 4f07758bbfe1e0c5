/// Somebody who buys.
final class Customer: Sendable {
  let id: String
  let email: String
  let tier: String
  let country: Market.Country
  let city: Int
  let street: String
  let device: String
  let card: Card
  let isIdentified: Bool

  init(
    id: String, email: String, tier: String, country: Market.Country, city: Int, street: String, device: String, card: Card,
    isIdentified: Bool
  ) {
    (self.id, self.email, self.tier, self.country, self.city) = (id, email, tier, country, city)
    (self.street, self.device, self.card, self.isIdentified) = (street, device, card, isIdentified)
  }
}

struct Card: Sendable {
  var fingerprint: String
  var brand: String
  var last4: String
  var country: String
}

/// The shop's customers: those who ordered come back, but not before a time, so that nobody looks like a fraud by chance.
struct Customers {
  /// The least time between two orders of one customer, in microseconds: longer than any window of the rules.
  static let rest: Int64 = 2 * 3_600_000_000

  private var random: SeededGenerator
  private let market: Market
  private let names: IDs
  private var resting: [(customer: Customer, since: Int64)] = []
  private var next = 0
  private var count = 0

  init(seed: UInt64, market: Market, names: IDs) {
    random = SeededGenerator(seed: seed, salt: 1)
    (self.market, self.names) = (market, names)
  }

  /// Somebody who orders now: mostly a new customer while the shop is young, else one who has not been here for long.
  mutating func someone(at time: Int64) -> Customer {
    if next < resting.count, resting[next].since + Self.rest <= time, random.chance(0.8) {
      let customer = resting[next].customer
      next += 1
      if next > 4_096, next * 2 > resting.count {
        resting.removeFirst(next)
        next = 0
      }
      resting.append((customer, time))
      return customer
    }
    let customer = newcomer(in: random.pickFavouring(market.countries))
    // A shop of days knows enough people: who comes after is forgotten again.
    if resting.count - next < 20_000 { resting.append((customer, time)) }
    return customer
  }

  /// Somebody who was never here, and of whom nobody else knows.
  mutating func newcomer(in country: Market.Country) -> Customer {
    count += 1
    let first = random.pick(Self.firstNames)
    let last = random.pick(Self.lastNames)
    return Customer(
      id: names.customer(count), email: "\(first).\(last)\(count % 97)@mail.example".lowercased(),
      tier: random.pick(["guest", "standard", "standard", "standard", "gold", "business"]), country: country,
      city: random.whole(0...(country.cities.count - 1)), street: "\(random.pick(Self.streets)) \(random.whole(1...99))",
      device: names.device(count), card: newCard(in: country.code), isIdentified: random.chance(0.3))
  }

  mutating func newCard(in country: String) -> Card {
    let number = random.next()
    return Card(
      fingerprint: "card_" + IDs.letters(number, 10), brand: random.pick(["visa", "visa", "mastercard", "amex"]),
      last4: String(1_000 + random.whole(0...8_999)), country: country)
  }

  private static let firstNames = [
    "Mara", "Jonas", "Aoife", "Lucia", "Emil", "Ingrid", "Hugo", "Nadia", "Tomas", "Freya", "Yuki", "Oscar", "Leila", "Mateo", "Selma",
    "Noor",
  ]
  private static let lastNames = [
    "Lind", "Keller", "Byrne", "Moreau", "Rossi", "Novak", "Berg", "Silva", "Okafor", "Tanaka", "Weber", "Duval", "Hayes", "Costa", "Iwata",
    "Kaya",
  ]
  private static let streets = ["Bahnhofstr.", "Rue Pasteur", "High Street", "Calle Mayor", "Storgatan", "Maple Avenue", "Quay Road"]
}
