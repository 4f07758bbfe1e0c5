internal import EventModel

/// All that the demo's screen shows, at one moment.
struct ScreenState: Sendable {
  struct Violation: Equatable, Sendable {
    var id: String
    var state: String
    var severity: String
    var at: EventTime
    var rule: String
    var key: String
    var message: String
    /// `129.90 EUR`; nil: no money is at risk.
    var exposure: String?
  }

  struct KPI: Equatable, Sendable {
    var name: String
    var key: String
    /// Of the latest window, as records write it; nil: it has no value.
    var value: String?
    /// Values of the latest windows, the latest last.
    var history: [Double]
  }

  struct Faults: Equatable, Sendable {
    var planted = 0
    var found = 0
    var missed = 0
    var pending = 0
    /// Violations that stand and that no fault explains.
    var unexplained = 0
  }

  var region = ""
  var rules = 0
  var kpiCount = 0
  var address = ""
  /// Since the demo began.
  var elapsed = Duration.zero
  var events = 0
  var eventsPerSecond = 0.0
  /// The rate of the last seconds, the latest last.
  var rates: [Double] = []
  /// Records that are published and not yet evaluated.
  var lag = 0
  var deadLetters = 0
  var late = 0
  var duplicates = 0
  var faults = Faults()
  /// Violations that stand, by severity.
  var standing: [String: Int] = [:]
  /// Money at risk in violations that are open, by currency.
  var atRisk: [(currency: String, amount: String)] = []
  /// The newest first.
  var violations: [Violation] = []
  /// In order of name and key.
  var kpis: [KPI] = []
}
