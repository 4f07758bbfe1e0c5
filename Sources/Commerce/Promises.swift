package import EventModel

/// What the shop promises, and where its patience ends: the numbers that the rules in `Rules/` write down. The shop keeps them but for the
/// faults that it plants.
enum Promises {
  static let payment: Int64 = 15 * 60_000_000
  static let refund: Int64 = 3_600_000_000
  static let express: Int64 = 2 * 3_600_000_000
  static let reservation: Int64 = 3 * 3_600_000_000
  static let declinesOnOneCard = 5
  static let cardsOnOneDevice = 4
  static let lossesInAnHour: Int64 = 25

  static func ordersOfOneCustomer(in region: String) -> Int { region == "us-east-1" ? 5 : 4 }

  /// `high_value` of the rules, in minor units.
  static func highValue(_ currency: Currency) -> Int64 {
    switch currency.code {
    case "EUR": 500_00
    case "GBP": 450_00
    case "SEK": 5_500_00
    case "USD": 550_00
    case "CAD": 750_00
    case "JPY": 80_000
    default: .max
    }
  }

  /// `identity_needed` of the rules, in minor units.
  static func identityNeeded(_ currency: Currency) -> Int64 {
    switch currency.code {
    case "EUR": 2_500_00
    case "GBP": 2_200_00
    case "SEK": 27_000_00
    case "USD": 3_000_00
    case "CAD": 4_000_00
    case "JPY": 400_000
    default: .max
    }
  }
}

/// A fault that the shop put in on purpose, as a rule must report it.
package struct PlantedFault: Hashable, Sendable {
  /// The rule's name.
  package var rule: String
  /// The parts of the violation's key.
  package var key: [String]
  /// The violation's `at`: it is due when the rule's clock has passed this.
  package var due: EventTime

  package init(rule: String, key: [String], due: EventTime) {
    (self.rule, self.key, self.due) = (rule, key, due)
  }

  init(_ rule: String, _ key: String..., due: Int64) {
    self.init(rule: rule, key: key, due: EventTime(microseconds: due))
  }
}
