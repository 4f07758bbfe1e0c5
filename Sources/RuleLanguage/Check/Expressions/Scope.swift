import EventModel

/// What an expression may name, and what is known to hold where it stands.
struct Scope: Sendable {
  /// An event pattern that is known by its alias.
  struct Pattern: Sendable {
    /// Index into `CheckedRule.patterns`.
    var index: Int
    var alias: String?
    /// What the alias may stand for; `label` is for messages: `orders.placed`.
    var kinds: [(label: String, fields: ObjectType)]
    /// Its events stand only inside window functions.
    var isWindowed: Bool
  }

  var patterns: [Pattern] = []
  var keyParts: [KeyPart] = [] {
    didSet { for (index, part) in keyParts.enumerated() { facts.assume(part, index) } }
  }
  /// Lets are checked where they are used, since their numbers become decimals where decimals are wanted.
  var lets: [String: ExpressionSyntax]
  var params: [String: (index: Int, type: ValueType)]
  /// Names of params, where what is written is known before they have their values.
  var withheldParams: Set<String> = []
  /// In the order of `CheckedProgram.tables`.
  var tables: [CheckedTable]
  /// The type of the KPI's values, where `ago` may be asked.
  var past: ValueType?
  /// The patterns of the window that window functions look at; nil: there is none here.
  var windowPatterns: [Int]?
  /// The rule's exposure, where `exposure` and `currency` may be named.
  var exposure: CheckedExpression?
  /// `from` and, of a move, `to` may be named: in what a lifecycle says.
  var transitions: [String] = []
  /// `key` may be named: in messages.
  var knowsKey = false
  var facts = Facts()

  init(
    lets: [String: ExpressionSyntax] = [:], params: [String: (index: Int, type: ValueType)] = [:], tables: [CheckedTable] = []
  ) {
    self.lets = lets
    self.params = params
    self.tables = tables
  }

  /// From now on the condition is known to hold: what it guards is present, what it equates is one.
  mutating func assume(_ condition: CheckedExpression) { facts.assume(condition, is: true) }

  /// All names that may stand alone.
  var names: [String] {
    patterns.compactMap(\.alias) + keyParts.map(\.name) + lets.keys + params.keys + (exposure == nil ? [] : ["exposure", "currency"])
      + transitions
      + (knowsKey ? ["key"] : [])
  }
}

/// What an expression is, and how much of what money.
struct CheckedAmount {
  var expression: CheckedExpression
  /// Of amounts: where their currency comes from.
  var currency: CurrencySource?
  /// The schema bounds it at 0 or more.
  var isNonNegative = false
}
