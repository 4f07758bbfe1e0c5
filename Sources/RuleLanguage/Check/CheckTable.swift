import Diagnostics
import EventModel

/// Checks a table (language.md 19): a stream of rows, of one kind, each of which holds until the next of its key.
struct TableChecker {
  private let syntax: TableSyntax
  private let owner: String
  private var items: [String: TableSyntax.Item] = [:]
  private(set) var diagnostics: [Diagnostic] = []

  init(_ syntax: TableSyntax) {
    self.syntax = syntax
    owner = "table `\(syntax.name.text)`"
    for item in syntax.items {
      if let first = items[item.keyword.text] {
        diagnostics.append(.standsTwice(item.keyword, first: first.keyword))
      } else {
        items[item.keyword.text] = item
      }
    }
  }

  var topic: Spanned<String>? {
    if case .topic(let topic)? = items["topic"]?.content { topic } else { nil }
  }

  /// The table, or nil with at least one diagnostic.
  mutating func check(schemas load: (String) -> [UInt8]?) -> CheckedTable? {
    for required in ["topic", "schema", "key"] where items[required] == nil {
      diagnostics.append(.missingClause(required, of: owner, at: syntax.name.span))
    }
    guard case .topic(let topic)? = items["topic"]?.content, case .schema(let file)? = items["schema"]?.content,
      case .key(let key)? = items["key"]?.content
    else { return nil }
    let (schema, mistakes) = EventSchema.read(file: file.value, kindField: nil, namedAt: file.span, load: load)
    diagnostics += mistakes
    guard let schema else { return nil }
    let known = diagnostics.count
    for path in key { check(path, as: "key", in: schema) }
    var time: PathSyntax?
    if case .time(let path)? = items["time"]?.content {
      time = path
      check(path, as: "time", in: schema)
    }
    var rows: Int64 = 1_000_000
    if case .maxRows(let limit)? = items["max_rows"]?.content {
      rows = limit.value
      if limit.value < 1 { diagnostics.append(.emptyTable(limit.span)) }
    }
    let disorder = duration("disorder") ?? .zero
    if diagnostics[known...].contains(where: { $0.severity == .error }) { return nil }
    return CheckedTable(
      name: syntax.name.text, topic: topic.value, schema: schema, key: key.map(\.fieldPath), time: time?.fieldPath, disorder: disorder,
      delay: duration("delay") ?? disorder, lateness: duration("lateness") ?? disorder, keep: duration("keep") ?? .seconds(604_800),
      maximumRows: rows, span: syntax.name.span)
  }

  private func duration(_ keyword: String) -> Duration? {
    switch items[keyword]?.content {
    case .disorder(let duration), .delay(let duration), .lateness(let duration), .keep(let duration): duration.value
    default: nil
    }
  }

  private mutating func check(_ path: PathSyntax, as what: String, in schema: EventSchema) {
    guard let kind = schema.kinds.first else { return }
    guard let field = kind.fields.field(at: path.fieldPath) else {
      diagnostics.append(.unknownStreamField(path, what, kind: "", schema: schema.file, names: kind.fields.paths))
      return
    }
    switch (field.type, what) {
    case (.timestamp, "time"): break
    case (_, "time"): diagnostics.append(.badStreamField(path, what, is: field.type, wanted: "a `date-time`"))
    case (.string, _), (.bool, _), (.integer, _), (.number, _), (.decimal, _), (.timestamp, _), (.date, _): break
    default: diagnostics.append(.badStreamField(path, what, is: field.type, wanted: "a string, a number or a time"))
    }
  }
}

/// Checks opening hours (language.md 11.4).
struct HoursChecker {
  private static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  private(set) var diagnostics: [Diagnostic] = []

  mutating func check(_ syntax: HoursSyntax) -> CheckedHours {
    if CivilTimeZone(syntax.zone.value) == nil { diagnostics.append(.unknownZone(syntax.zone)) }
    var openings: [[(range: Range<Int64>, span: SourceSpan)]] = Array(repeating: [], count: 7)
    for opening in syntax.openings {
      guard opening.from.value.microseconds < opening.to.value.microseconds else {
        diagnostics.append(.openingEndsBefore(opening.span))
        continue
      }
      let range = opening.from.value.microseconds..<opening.to.value.microseconds
      for day in Self.days(from: opening.firstDay.text, to: (opening.lastDay ?? opening.firstDay).text) {
        if let other = openings[day].first(where: { $0.range.overlaps(range) }) {
          let diagnostic = Diagnostic.openingsOverlap(opening.span, other: other.span)
          if diagnostics.last != diagnostic { diagnostics.append(diagnostic) }
        }
        openings[day].append((range, opening.span))
      }
    }
    return CheckedHours(
      name: syntax.name.text, zone: syntax.zone.value,
      openings: openings.map { $0.map(\.range).sorted { $0.lowerBound < $1.lowerBound } }, closed: Set(syntax.closed.map(\.value)),
      span: syntax.name.span)
  }

  /// Days from Monday on, by number; a span may go over Sunday.
  private static func days(from first: String, to last: String) -> [Int] {
    guard let first = days.firstIndex(of: first), let last = days.firstIndex(of: last) else { return [] }
    return first <= last ? Array(first...last) : Array(first..<7) + Array(0...last)
  }
}
