/// A currency as the shop uses it.
struct Currency: Hashable, Sendable {
  var code: String
  /// Digits after the point.
  var digits: Int
  /// How many minor units a euro cent is worth, roughly: what the catalogue's prices are multiplied with.
  var perCent: Double

  static let eur = Currency(code: "EUR", digits: 2, perCent: 1)
  static let gbp = Currency(code: "GBP", digits: 2, perCent: 0.86)
  static let sek = Currency(code: "SEK", digits: 2, perCent: 11)
  static let chf = Currency(code: "CHF", digits: 2, perCent: 0.95)
  static let usd = Currency(code: "USD", digits: 2, perCent: 1.1)
  static let cad = Currency(code: "CAD", digits: 2, perCent: 1.5)
  static let jpy = Currency(code: "JPY", digits: 0, perCent: 1.6)

  /// Minor units of so many units: 500 euros are 50,000 cents.
  func minor(_ units: Int64) -> Int64 { digits == 0 ? units : units * 100 }

  /// A price of the catalogue in this currency, ending as prices do.
  func price(ofCents cents: Int64) -> Int64 {
    let exact = Int64(Double(cents) * perCent)
    switch digits {
    case 0: return max(50, exact / 10 * 10)
    default: return max(95, exact / 100 * 100 + 95)
    }
  }
}
