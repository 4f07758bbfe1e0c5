import Diagnostics
import EventModel

/// Notes about how a rule runs: since when, where, under which name (language.md 6.5, 23, 24.2).
extension RuleChecker {
  mutating func checkStart(_ start: StartSyntax) -> CheckedNotes.Start {
    switch start {
    case .now: return .now
    case .earliest: return .earliest
    case .duration(let duration): return .before(duration.value)
    }
  }

  mutating func checkFormerName(_ name: Spanned<String>) -> String {
    if let taken = context.names.rules[name.value] { diagnostics.append(.formerNameTaken(name, declared: taken.span)) }
    return name.value
  }

  mutating func checkEffective(_ from: Spanned<CivilDate>, _ to: Spanned<CivilDate>, _ zone: Spanned<String>) -> CheckedNotes.Effective? {
    checkZone(zone)
    if to.value.daysSinceEpoch < from.value.daysSinceEpoch { diagnostics.append(.effectiveEndsBefore(to.span, from: from.span)) }
    return CheckedNotes.Effective(from: from.value, to: to.value, zone: zone.value)
  }

  /// A global rule is evaluated at one place, for all regions.
  mutating func checkGlobal(_ notes: [NoteSyntax]) {
    guard let word = notes.lazy.compactMap({ note in if case .scope(let word) = note.content { word } else { nil } }).first,
      word.text == "global"
    else { return }
    for index in Set(patterns.flatMap(\.kinds).map(\.stream)).sorted() where context.streams[index].id == nil {
      diagnostics.append(.globalWithoutID(word.span, stream: context.streams[index]))
    }
    for name in context.params(of: name).sorted(by: { $0.key < $1.key }) where !context.params[name.value.index].regional.isEmpty {
      guard let use = paramsRead.first(where: { $0.index == name.value.index }) else { continue }
      diagnostics.append(.globalRegionalParam(name.key, at: use.span, scope: word.span))
    }
  }

  /// Every param that an expression of the rule reads, and where.
  private var paramsRead: [(index: Int, span: SourceSpan)] {
    var read: [(index: Int, span: SourceSpan)] = []
    for expression in conditions.compactMap(\.self) + expressions.finished {
      expression.visitAll { part in if case .param(let index) = part.kind { read.append((index, part.span)) } }
    }
    return read
  }
}
