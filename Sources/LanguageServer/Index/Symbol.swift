import Diagnostics
import EventModel

/// What a name stands for.
enum Symbol: Hashable {
  /// A stream, table, hours, let, param or fixture.
  case value(String)
  /// A rule, lifecycle or KPI.
  case rule(String)
  case kind(stream: String, kind: String)
  /// Of the events of a stream, by its path from the top.
  case field(stream: String, path: String)
  /// An alias, a part of a key, a rule's own param, a state, a variable: known in `owner` only, which is a declaration or a part of one.
  case local(name: String, owner: SourceSpan)
  case function(String)

  /// It is declared in a rule file, and so it may be called otherwise.
  var isRenamable: Bool {
    switch self {
    case .value, .rule, .local: true
    case .kind, .field, .function: false
    }
  }
}

/// A place of a text where a name stands.
struct Occurrence {
  var symbol: Symbol
  var span: SourceSpan
  var isDeclaration = false
  /// Of a field: what the schema says of it.
  var field: Field?
}

/// What declares a name.
struct Declared {
  var symbol: Symbol
  /// `stream`, `rule`, `alias`, …
  var keyword: String
  var name: String
  /// Of the name.
  var span: SourceSpan
  /// Of all of it.
  var whole: SourceSpan
  var documentation: String?
  /// As code, for hovers: `param review_limit decimal`.
  var signature: String
  /// Its fields, where it has some.
  var shape: Shape?
}

/// What is known of an expression's value, for who writes on after it.
struct Shape {
  var type: FieldType
  /// The streams whose events it is of or stands in, and its path from their top.
  var streams: [String] = []
  var path: [String] = []

  /// The fields after a dot.
  var fields: [Field] {
    if case .object(let object) = type { object.fields } else { [] }
  }

  func member(_ name: String) -> (field: Field, shape: Shape)? {
    guard case .object(let object) = type, let field = object[name] else { return nil }
    return (field, Shape(type: field.type, streams: streams, path: path + [name]))
  }

  /// Of a list's elements, or a map's values.
  var element: Shape? {
    switch type {
    case .list(let element), .map(let element): Shape(type: element, streams: streams, path: path)
    default: nil
    }
  }
}
