/// Where a region's customers are, and with what they pay.
struct Market: Sendable {
  struct Country: Sendable {
    var code: String
    var currency: Currency
    /// Tax that is added to prices, in percent.
    var tax: Int64
    var cities: [(name: String, postalCode: String)]
  }

  /// The first ones have most customers.
  var countries: [Country]
  var warehouses: [String]
  /// The third one tells no fingerprint of the card.
  var gateways: [String]
  var carriers: [String]

  /// Customers here pay in a currency that the shop has no account for.
  static let switzerland = Country(code: "CH", currency: .chf, tax: 8, cities: [("Zürich", "8001"), ("Basel", "4051")])
  static let embargoed = [
    Country(code: "KP", currency: .eur, tax: 0, cities: [("Pyongyang", "999093")]),
    Country(code: "SY", currency: .eur, tax: 0, cities: [("Aleppo", "12212")]),
  ]

  static let europe = Market(
    countries: [
      Country(code: "DE", currency: .eur, tax: 19, cities: [("Berlin", "10115"), ("Köln", "50667"), ("Leipzig", "04109")]),
      Country(code: "FR", currency: .eur, tax: 20, cities: [("Lyon", "69001"), ("Nantes", "44000"), ("Lille", "59000")]),
      Country(code: "GB", currency: .gbp, tax: 20, cities: [("Leeds", "LS1 4AP"), ("Bristol", "BS1 5TR")]),
      Country(code: "ES", currency: .eur, tax: 21, cities: [("Bilbao", "48001"), ("Sevilla", "41001")]),
      Country(code: "IE", currency: .eur, tax: 23, cities: [("Cork", "T12 XH6P"), ("Dublin", "D02 AF30")]),
      Country(code: "SE", currency: .sek, tax: 25, cities: [("Göteborg", "411 03"), ("Malmö", "211 22")]),
    ],
    warehouses: ["dublin", "lodz", "lyon"], gateways: ["northpay", "cardstream", "girolink"], carriers: ["postnord", "dpd", "an-post"])

  static let america = Market(
    countries: [
      Country(code: "US", currency: .usd, tax: 7, cities: [("Portland", "97201"), ("Austin", "78701"), ("Columbus", "43004")]),
      Country(code: "CA", currency: .cad, tax: 13, cities: [("Toronto", "M5H 2N2"), ("Halifax", "B3H 1A1")]),
      Country(code: "JP", currency: .jpy, tax: 10, cities: [("大阪市", "530-0001"), ("福岡市", "810-0001")]),
    ],
    warehouses: ["columbus", "reno"], gateways: ["eastpay", "cardstream", "konbini"], carriers: ["ups", "usps"])

  static func of(region: String) -> Market { region.hasPrefix("eu") ? europe : america }
}
