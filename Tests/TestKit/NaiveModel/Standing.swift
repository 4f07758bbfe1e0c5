/// Violations that are not withdrawn, final values of KPIs, corrections that are asked for: what any right engine reproduces from the same
/// records.
package struct Standing: Equatable, Sendable {
  package var violations: [StandingViolation] = []
  package var kpis: [StandingKPI] = []
  package var corrections: [StandingCorrection] = []
  /// Verdicts that cannot be given (language.md 10.2). An engine counts them, and publishes none.
  package var undetermined: [StandingUndetermined] = []
  package var deadLetters: [String: Int] = [:]
  package var duplicates = 0
  /// Rules, and keys of rules, of which the language does not say what stands: an event came too late, and whether what it would have
  /// changed is still kept then (language.md 25.2) hangs on the moment. By `uncertainty(rule:key:)`.
  package var uncertain: Set<String> = []

  package init() {}

  /// The name of a rule, or of a key of it, in `uncertain`.
  static func uncertainty(rule: String, key: String? = nil) -> String { key.map { "\(rule) \($0)" } ?? rule }
}

/// The parts of a violation that do not depend on when it was said.
package struct StandingViolation: Hashable, Sendable {
  package var rule: String
  package var id: String
  /// `open` or `resolved`, and why.
  package var state: String
  package var reason: String?
  /// The key's object as JSON text.
  package var key: String
  package var at: String
  package var severity: String
  package var message: String
  /// Amount and currency; nil: none.
  package var exposure: String?
  package var currency: String?
  package var expected: String?
  package var actual: String?
  /// The named values as JSON text, by name; what is absent is left out.
  package var details: String = "{}"
  /// `role:stream.kind:id` of each, in order.
  package var evidence: [String]
  package var evidenceOmitted: Int
  /// How many were held back after it (language.md 8.6).
  package var suppressed = 0
}

package struct StandingKPI: Hashable, Sendable {
  package var kpi: String
  package var key: String
  package var start: String
  package var end: String = ""
  package var value: String?
  package var events: Int
  /// The target is met; nil: there is none, or it is undetermined.
  package var isMet: Bool?
  package var isPartial = false
  /// The value is a sketch's: what is published lies between these, both included. Of the model only.
  package var between: ClosedRange<Double>?
}

/// A correction that was asked for and not revoked (language.md 21).
package struct StandingCorrection: Hashable, Sendable {
  package var id: String
  package var rule: String
  package var name: String
  /// As JSON text, members by name.
  package var payload: String
}

package struct StandingUndetermined: Hashable, Sendable {
  package var rule: String
  package var key: String
  /// The time of the anchor, or the start of the window.
  package var at: String
  /// `error`, `history`, `no history`, `no row` or `horizon`.
  package var reason: String
}

extension Standing {
  /// What this has that `other` lacks, as lines for a test that fails; empty: nothing.
  ///
  /// A condition compares no ids across partitions: two events there with one id and different times are two violations under one id,
  /// of which any may be the one that stands.
  package func lines(missingIn other: Standing) -> [String] {
    let doubtful = uncertain.union(other.uncertain)
    func isSure(_ rule: String, _ key: String) -> Bool { Self.isSure(rule, key, besides: doubtful) }
    let shared = Dictionary(grouping: Set(violations), by: \.id).filter { $1.count > 1 }.keys
    let found = Set(other.violations.map(\.id)).intersection(shared)
    let said = Set(other.violations)
    var lines = violations.filter { isSure($0.rule, $0.key) && !said.contains($0) && !found.contains($0.id) }.map { "\($0)" }
    let keys = Dictionary((violations + other.violations).map { ($0.id, $0.key) }) { first, _ in first }
    let asked = Set(other.corrections)
    lines += corrections.filter { correction in
      let violation = String(correction.id.prefix { $0 != "." })
      return isSure(correction.rule, keys[violation] ?? "") && !found.contains(violation) && !asked.contains(correction)
    }.map { "\($0)" }
    let measured = Dictionary(other.kpis.map { ($0.place, $0) }) { first, _ in first }
    lines += kpis.filter { isSure($0.kpi, $0.key) && !($0.agrees(with: measured[$0.place])) }.map { "\($0)" }
    return lines
  }
}

extension Standing {
  /// Those of which the language says what stands.
  package var sureUndetermined: [StandingUndetermined] { undetermined.filter { Self.isSure($0.rule, $0.key, besides: uncertain) } }

  private static func isSure(_ rule: String, _ key: String, besides doubtful: Set<String>) -> Bool {
    !doubtful.contains(uncertainty(rule: rule)) && !doubtful.contains(uncertainty(rule: rule, key: key))
  }
}

extension StandingKPI {
  fileprivate var place: [String] { [kpi, key, start] }

  fileprivate func agrees(with other: StandingKPI?) -> Bool {
    guard var other else { return false }
    var own = self
    guard let range = between ?? other.between else { return own == other }
    let text = between == nil ? value : other.value
    guard let number = text.flatMap({ Double($0.filter { $0 != "\"" }) }), range.contains(number) else { return false }
    (own.value, own.between, other.value, other.between) = (nil, nil, nil, nil)
    return own == other
  }
}
