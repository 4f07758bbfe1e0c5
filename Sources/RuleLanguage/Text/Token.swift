package import Diagnostics
package import EventModel

/// A token, with the comments that stand before it.
package struct Token: Hashable, Sendable {
  package var kind: Kind
  /// In bytes of the file.
  package var range: Range<Int>
  package var comments: [Comment]
  /// It is the first on its line.
  package var beginsLine: Bool
  /// What is wrong with the token itself: an escape that does not exist, a text that does not end. It is given once, when the parser takes
  /// the token.
  package var problem: Diagnostic?

  package enum Kind: Hashable, Sendable {
    /// A name or a keyword: which of the two only the grammar knows.
    case word(String)
    /// A field in backticks.
    case quotedField(String)
    /// The magnitude: a sign is a token of its own.
    case int(UInt64)
    case uint(UInt64)
    /// By its text.
    case double(String)
    case string(String)
    case bytes([UInt8])
    case duration(Duration)
    case clock(ClockTime)
    case date(CivilDate)
    /// The text of a message.
    case text([TextPart])
    case punctuation(Punctuation)
    case end
    /// No token of the language; `problem` says why.
    case invalid
  }

  /// A piece of a message's text: characters with escapes and doubled braces resolved, or the bytes of an expression between braces.
  package enum TextPart: Hashable, Sendable {
    case characters(String)
    case expression(Range<Int>)
  }
}

/// `// …` or `/// …`, to the end of its line.
package struct Comment: Hashable, Sendable {
  package var range: Range<Int>
  /// It begins with exactly three slashes.
  package var isDocumentation: Bool
  /// It stands on a line of its own.
  package var beginsLine: Bool
}

/// The raw value is how it is written.
package enum Punctuation: String, Hashable, Sendable, CaseIterable {
  case or = "||"
  case and = "&&"
  case equal = "=="
  case notEqual = "!="
  case lessOrEqual = "<="
  case greaterOrEqual = ">="
  case arrow = "->"
  case leftBrace = "{"
  case rightBrace = "}"
  case leftParenthesis = "("
  case rightParenthesis = ")"
  case leftBracket = "["
  case rightBracket = "]"
  case comma = ","
  case dot = "."
  case colon = ":"
  case question = "?"
  case assign = "="
  case bar = "|"
  case not = "!"
  case less = "<"
  case greater = ">"
  case plus = "+"
  case minus = "-"
  case star = "*"
  case slash = "/"
  case percent = "%"
}

/// `09:00`, `09:00:30.5`; `24:00` is the end of a day.
package struct ClockTime: Hashable, Sendable {
  /// Since midnight, up to 24 h.
  package var microseconds: Int64
}
