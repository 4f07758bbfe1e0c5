package import Diagnostics

/// An expression as it is written: CEL's grammar, and durations among the literals. Names are not resolved, and macros (`has`, `exists`,
/// `cel.bind`, …) are plain calls: the checker expands them.
///
/// A tree is no higher than `maximumHeight`, so it may be walked by recursion.
package struct ExpressionSyntax: Hashable, Sendable {
  package var kind: Kind
  package var span: SourceSpan

  package init(_ kind: Kind, span: SourceSpan) {
    self.kind = kind
    self.span = span
  }

  package indirect enum Kind: Hashable, Sendable {
    case literal(LiteralSyntax)
    /// `o`; with a leading dot (`.o`) it is looked for in the outermost scope only.
    case name(Word, hasLeadingDot: Bool)
    /// `o.total`
    case select(ExpressionSyntax, Word)
    /// `o.?discount`
    case optionalSelect(ExpressionSyntax, Word)
    /// `limits[currency]`
    case index(ExpressionSyntax, ExpressionSyntax)
    /// `limits[?currency]`
    case optionalIndex(ExpressionSyntax, ExpressionSyntax)
    /// `size(x)` and `.size(x)`
    case call(function: Word, hasLeadingDot: Bool, arguments: [ExpressionSyntax])
    /// `x.size()`. What stands before the dot may be a value or the first part of a function's name (`math.greatest(a, b)`).
    case methodCall(receiver: ExpressionSyntax, method: Word, arguments: [ExpressionSyntax])
    case unary(UnaryOperator, ExpressionSyntax)
    /// The span is the operator's own.
    case binary(BinaryOperator, SourceSpan, ExpressionSyntax, ExpressionSyntax)
    /// `c ? a : b`
    case conditional(ExpressionSyntax, then: ExpressionSyntax, else: ExpressionSyntax)
    case list([ListElementSyntax])
    case map([MapEntrySyntax])
    /// `google.protobuf.Int64Value{value: 5}`; the name may begin with a dot. Not in rules.
    case message(name: Word, [MessageFieldSyntax])
    /// `(x)`, kept for who prints it.
    case parenthesized(ExpressionSyntax)
  }

  /// The greatest height of a tree: more is a diagnostic of the parser.
  package static let maximumHeight = 100

  /// The expression without the parentheses around it.
  package var withoutParentheses: ExpressionSyntax {
    var inner = self
    while case .parenthesized(let content) = inner.kind { inner = content }
    return inner
  }
}

/// A name at a place of the text: an identifier, a field (without its backticks), a keyword.
package struct Word: Hashable, Sendable {
  package var text: String
  package var span: SourceSpan
  package init(_ text: String, span: SourceSpan) {
    self.text = text
    self.span = span
  }
}

/// A literal. A `-` directly before a number belongs to it.
package enum LiteralSyntax: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case uint(UInt64)
  /// A number with a point or an exponent, by its text (`-20.00`, `1e3`): a double, or a decimal where one is wanted.
  case double(String)
  /// Escapes are resolved.
  case string(String)
  case bytes([UInt8])
  case duration(Duration)
}

/// `x` or `?x` in a list: the latter stands in the list only if the optional has a value.
package struct ListElementSyntax: Hashable, Sendable {
  package var isOptional: Bool
  package var value: ExpressionSyntax
  package init(isOptional: Bool, value: ExpressionSyntax) {
    self.isOptional = isOptional
    self.value = value
  }
}

/// `k: v` or `?k: v` in a map.
package struct MapEntrySyntax: Hashable, Sendable {
  package var isOptional: Bool
  package var key: ExpressionSyntax
  package var value: ExpressionSyntax
  package init(isOptional: Bool, key: ExpressionSyntax, value: ExpressionSyntax) {
    self.isOptional = isOptional
    self.key = key
    self.value = value
  }
}

/// `f: v` or `?f: v` in a message.
package struct MessageFieldSyntax: Hashable, Sendable {
  package var isOptional: Bool
  package var name: Word
  package var value: ExpressionSyntax
  package init(isOptional: Bool, name: Word, value: ExpressionSyntax) {
    self.isOptional = isOptional
    self.name = name
    self.value = value
  }
}

/// The raw value is how it is written.
package enum UnaryOperator: String, Hashable, Sendable {
  case not = "!"
  case negate = "-"

  /// The operator's function in CEL.
  package var function: String { self == .not ? "!_" : "-_" }
}

/// The raw value is how it is written.
package enum BinaryOperator: String, Hashable, Sendable, CaseIterable {
  case or = "||"
  case and = "&&"
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case equal = "=="
  case notEqual = "!="
  case `in` = "in"
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case remainder = "%"

  /// The operator's function in CEL.
  package var function: String { self == .in ? "@in" : "_\(rawValue)_" }
}
