internal import CHotPath
internal import EventModel
internal import RuleLanguage

/// What is read of the events of one stream.
final class StreamPlan {
  let declaration: CheckedStream
  let tree: FieldTree
  let columns: [ColumnPlan]
  let kinds: [KindPlan]
  /// The kinds' names; nil: the stream has one kind.
  let kindNames: NameTable?
  let kindNode: Int
  let timeNode: Int
  /// Some kind's schema asks for the field that tells the kind.
  let isKindRequired: Bool
  let disorder: Int64

  /// `fields`: what rules read, and the key and id.
  init(_ stream: CheckedStream, fields: [FieldPath], decimalScale: Int) {
    declaration = stream
    disorder = stream.disorder.microseconds
    let resolved = stream.schema.kinds.map { kind in
      fields.reduce(into: [FieldPath: ResolvedField]()) { $0[$1] = ResolvedField($1, in: kind.fields) }
    }
    let currencies = resolved.flatMap { $0.values.compactMap(\.currencyPath) }
    let tree = FieldTree([stream.time] + (stream.kind.map { [$0] } ?? []) + fields + currencies)
    self.tree = tree
    timeNode = tree.node(of: stream.time)
    kindNode = stream.kind.map(tree.node) ?? -1
    kindNames = stream.kind.map { _ in NameTable(stream.kinds) }
    isKindRequired =
      stream.kind.map { path in stream.schema.kinds.contains { ResolvedField(path, in: $0.fields)?.isRequired ?? true } } ?? false

    var layout = ColumnLayout()
    kinds = stream.schema.kinds.indices.map { kind in
      KindPlan(
        name: stream.schema.kinds[kind].name, key: stream.key, id: stream.id, fields: fields,
        resolved: resolved[kind], tree: tree, layout: &layout, decimalScale: decimalScale)
    }
    columns = layout.columns
  }

  /// The columns in which events of these kinds have a field; more than one if its type differs.
  func columns(of path: FieldPath, kinds wanted: [Int]) -> Set<Int> { Set(wanted.compactMap { kinds[$0].columns[path] }) }
}

/// What is read of the events of one kind.
struct KindPlan {
  let name: String
  /// Key and id: a record in which one of them is not as its schema says is no event.
  let identity: FieldList
  /// The fields besides.
  let fields: FieldList
  /// The column of each field that is read; none: the kind lacks it.
  let columns: [FieldPath: Int]
  let idColumn: Int?

  init(
    name: String, key: [FieldPath], id: FieldPath?, fields: [FieldPath], resolved: [FieldPath: ResolvedField], tree: FieldTree,
    layout: inout ColumnLayout, decimalScale: Int
  ) {
    self.name = name
    var columns: [FieldPath: Int] = [:]
    func list(_ paths: [FieldPath]) -> FieldList {
      var (readers, listed) = ([FieldReader](), [Set<Int>?]())
      for path in paths where columns[path] == nil {
        guard let field = resolved[path], let form = ColumnForm(field.type) else { continue }
        let column = layout.column(path, form, field.type)
        columns[path] = column
        readers.append(FieldReader(field, column: column, tree: tree))
        listed.append(field.allowed.flatMap { layout.columns[column].symbols(of: $0) }.map { Set($0.map { Int($0) }) })
      }
      return FieldList(readers, listed: listed, decimalScale: decimalScale)
    }
    identity = list(key + (id.map { [$0] } ?? []))
    self.fields = list(fields)
    self.columns = columns
    idColumn = id.flatMap { columns[$0] }
  }
}

/// Gives columns out while a stream's plan is made.
struct ColumnLayout {
  private(set) var columns: [ColumnPlan] = []

  /// The column of a field; kinds in which the field is of one form share it.
  mutating func column(_ path: FieldPath, _ form: ColumnForm, _ type: FieldType) -> Int {
    if let known = columns.firstIndex(where: { $0.path == path && $0.form == form && (form != .tree || $0.type == type) }) { return known }
    columns.append(ColumnPlan(path: path, form: form, type: type))
    return columns.count - 1
  }
}

/// How the values of a column are kept.
enum ColumnForm: UInt8, Sendable {
  case text, integer, decimal, double, bool, time
  /// A list, object or map: read from its bytes when it is asked for.
  case tree

  /// nil: rules cannot read it.
  init?(_ type: FieldType) {
    switch type {
    case .string, .date: self = .text
    case .bool: self = .bool
    case .integer: self = .integer
    case .number: self = .double
    case .decimal: self = .decimal
    case .timestamp: self = .time
    case .list, .object, .map: self = .tree
    case .unknown: return nil
    }
  }
}

/// One column of a stream.
final class ColumnPlan {
  let path: FieldPath
  let form: ColumnForm
  /// Of a tree: what its bytes must be.
  let type: FieldType
  /// Texts that conditions compare with, or that schemas list: a text's symbol is its place here + 1, that of others is 0.
  private(set) var symbols: [String] = []

  init(path: FieldPath, form: ColumnForm, type: FieldType) {
    self.path = path
    self.form = form
    self.type = type
  }

  /// A table of names grows with the square of their number.
  private static let maximumSymbols = 512

  /// The symbols of texts, given to them if they have none; nil: there is no room for them.
  func symbols(of texts: [String]) -> [UInt16]? {
    guard texts.count <= Self.maximumSymbols else { return nil }
    let known = texts.map { text in symbols.firstIndex { $0.utf8.elementsEqual(text.utf8) } }
    guard symbols.count + known.count(where: { $0 == nil }) <= Self.maximumSymbols else { return nil }
    return zip(texts, known).map { text, place in
      if let place = place ?? symbols.firstIndex(where: { $0.utf8.elementsEqual(text.utf8) }) { return UInt16(place + 1) }
      symbols.append(text)
      return UInt16(symbols.count)
    }
  }
}
