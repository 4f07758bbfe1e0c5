/// The forms of a rule and the notes that decide what stands: what a world may be made of.
enum ModelForm: String, CaseIterable {
  case condition, obligation, due, counting, prohibition, chain, join, joins
  case sliding, tumblingLimit, calendarLimit, all
  case lifecycle
  case tumbling, hopping, session, calendar, fill, target, ago, percentile
  case onRules, quiet
  case lookup, suppress, correct, effective, was, global, local

  /// Those that the engine lacks. A form that it gets is struck out here.
  static let lacking: Set<ModelForm> = [.global]

  static let evaluated = Set(allCases).subtracting(lacking)

  /// A rule is of one of them; the others are parts of such a rule.
  static let whole: [ModelForm] = [
    .condition, .obligation, .prohibition, .chain, .join, .joins, .sliding, .tumblingLimit, .calendarLimit, .all, .lifecycle, .tumbling,
    .hopping, .session, .calendar,
  ]
}
