import Diagnostics
import EventModel

/// A part of an expression while it is checked: what it became, and what is known of it.
struct Operand {
  var expression: CheckedExpression
  var syntax: ExpressionSyntax
  /// What the schema says of the value, if it is a field's or an element's.
  var described: FieldType?
  /// The objects around the value, the outermost first: a currency's field is looked for in them.
  var around: [Around] = []
  var currency: AmountCurrency?
  /// A pattern whose event this is, or holds this.
  var isEvent = false
  /// A variable that is given from outside, and not a macro's.
  var isGiven = false
  /// Made of number literals alone: its numbers may become decimals.
  var isLiteral = false
  var isNonNegative = false
  /// Of a comparison: what the schema says of the side that is compared.
  var schemaRange: KnownRange?
  /// Of a comparison: what it always is, since the schema lists one value.
  var schemaTruth: Bool?
  /// The fields and members on the way that may be absent, the outermost first.
  var mayBeAbsent: [Absence] = []

  var type: ValueType { expression.type }
  var span: SourceSpan { syntax.span }

  /// It is the row of a table, or an optional of it.
  var row: Row?

  /// A table, and the key by which it is asked.
  struct Row {
    var table: CheckedTable
    var key: [Operand]
  }

  /// An object, and what gives it.
  struct Around {
    enum Base {
      case event(pattern: Int, FieldPath)
      case value(CheckedExpression)
      /// The row of a table, or what holds it, and the key that it was asked by.
      case row(CheckedExpression, Row)
    }
    var object: ObjectType
    var base: Base
  }

  /// Something that may be absent: how facts and how authors call it.
  struct Absence: Hashable {
    var text: String
    var name: String
  }
}

/// The currency of an amount: what gives it, known by its canonical text.
struct AmountCurrency: Hashable {
  var text: String
  /// As an author would write it, for messages.
  var name: String
  var source: CurrencySource

  static func == (a: AmountCurrency, b: AmountCurrency) -> Bool { a.text == b.text }
  func hash(into hasher: inout Hasher) { hasher.combine(text) }

  init(constant code: String) {
    text = "string \"\(code)\""
    name = "\"\(code)\""
    source = .constant(code)
  }

  init(_ expression: CheckedExpression, name: String) {
    text = expression.canonicalText
    self.name = name
    source = .expression(expression)
  }
}
