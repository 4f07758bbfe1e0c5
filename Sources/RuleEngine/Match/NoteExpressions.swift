internal import RuleLanguage

extension CheckedNotes {
  /// The expressions in notes and message.
  var expressions: [CheckedExpression] {
    var all = severities.compactMap(\.when) + [exposure, expected, actual].compactMap { $0 } + details.map(\.value)
    if case .expression(let currency)? = currency { all.append(currency) }
    for case .expression(let part) in message { all.append(part) }
    return all
  }
}
