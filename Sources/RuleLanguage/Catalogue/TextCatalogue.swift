import Diagnostics

/// Mistakes in a token: TN0101–TN0119.
extension DiagnosticCode {
  static let unknownCharacters = DiagnosticCode(101)
  static let unclosedString = DiagnosticCode(102)
  static let badEscape = DiagnosticCode(103)
  static let badNumber = DiagnosticCode(104)
  static let numberTooLarge = DiagnosticCode(105)
  static let badClock = DiagnosticCode(106)
  static let badFieldName = DiagnosticCode(107)
  static let badBrace = DiagnosticCode(108)
  static let notUTF8 = DiagnosticCode(109)
}

extension Diagnostic {
  static func notUTF8(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .notUTF8, .error, "this is not UTF-8", at: span, help: "save the file in UTF-8: its signs are read as another encoding wrote them")
  }

  private static let foreignSigns = [
    ";": "nothing ends with `;`: leave it out", "#": "a comment begins with `//`",
    "/*": "a comment begins with `//` and ends with its line",
    "$": "names have no `$`: an event is named with `as`, and an amount is a number alone", "€": amountHelp, "£": amountHelp,
    "¥": amountHelp,
    "&": "write `&&`", "@": "names have no `@`", "≥": "write `>=`", "≤": "write `<=`", "≠": "write `!=`", "×": "write `*`",
  ]

  private static let amountHelp = "an amount is a number alone, and its currency is a field of its own"

  /// What stands here for signs of other languages, and for those that copying brings along.
  private static let meantSigns = ["#": "//", "&": "&&", "≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "–": "-", "—": "-", "−": "-"]

  static func unknownCharacters(_ text: String, at span: SourceSpan) -> Diagnostic {
    let isQuote = text.contains { "“”„‟‘’«»".contains($0) }
    let isDash = text.contains { "–—−".contains($0) }
    let help = isQuote ? "texts stand in straight quotes: `\"…\"`" : isDash ? "a minus is written `-`" : foreignSigns[text]
    var what = "`\(text)`"
    if let control = text.unicodeScalars.first, control.properties.generalCategory == .control {
      what =
        "the control character U+" + String(repeating: "0", count: control.value < 16 ? 3 : 2)
        + String(control.value, radix: 16, uppercase: true)
    } else if text.utf8.count > 60 {
      what = "`\(text.prefix(20))…`"
    }
    return Diagnostic(
      .unknownCharacters, .error, "\(what) means nothing outside of a text", at: span, help: help,
      edit: meantSigns[text].map { Edit(replace: span, with: $0) })
  }

  /// A text in typographic quotes, of which `sign` is the first. `whole`: where it stands with both.
  static func typographicText(_ text: String, sign: String, at span: SourceSpan, whole: SourceSpan) -> Diagnostic {
    var diagnostic = unknownCharacters(sign, at: span)
    diagnostic.help = "texts stand in straight quotes: `\"\(text.count > 40 ? "…" : text)\"`"
    diagnostic.edit = Edit(replace: whole, with: "\"\(text)\"")
    return diagnostic
  }

  static func unclosedString(at span: SourceSpan, isTriple: Bool) -> Diagnostic {
    Diagnostic(
      .unclosedString, .error, isTriple ? "this text does not end" : "this text does not end on its line", at: span,
      help: isTriple ? "end it with three quotes" : "end it with the quote it began with; a quote in it is written `\\\"`")
  }

  static func badEscape(_ escape: String, at span: SourceSpan, inBytes: Bool) -> Diagnostic {
    Diagnostic(
      .badEscape, .error, "`\(escape)` is no escape" + (inBytes ? " in bytes" : ""), at: span,
      help: "a backslash is written `\\\\`, or the text raw: `r\"…\"`")
  }

  static func badNumber(_ text: String, at span: SourceSpan) -> Diagnostic {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let letters = text.dropFirst(digits.count)
    var written = durationUnit(letters).map { "\(digits)\($0)" }
    let plain = text.filter { $0 != "_" }
    if plain.utf8.count < text.utf8.count, plain.utf8.allSatisfy(\.isDigit) { written = plain }
    if letters.lowercased() == "k" { written = "\(digits)000" }
    let isLong = ["month", "year"].contains { letters.lowercased().hasPrefix($0) }
    return Diagnostic(
      .badNumber, .error, "`\(text)` is neither a number nor a duration", at: span,
      help: written.map { "write `\($0)`" }
        ?? (isLong
          ? "months and years are of different lengths: say it in days, `90d`"
          : ["am", "pm"].contains(letters.lowercased())
            ? "times of day are written `09:00`, up to `24:00`"
            : "durations are whole numbers with the units ms, s, m, h, d, w: `90s`, `1h30m`"),
      edit: written.map { Edit(replace: span, with: $0) })
  }

  /// `minutes` → `m`. nil: it is no unit of time as people write them.
  static func durationUnit(_ name: some StringProtocol) -> String? {
    let units = [
      "ms": ["ms", "msec", "msecs", "millis", "millisecond", "milliseconds"], "s": ["s", "sec", "secs", "second", "seconds"],
      "m": ["m", "min", "mins", "minute", "minutes"], "h": ["h", "hr", "hrs", "hour", "hours"], "d": ["d", "day", "days"],
      "w": ["w", "wk", "week", "weeks"],
    ]
    return units.first { $0.value.contains(name.lowercased()) }?.key
  }

  static func numberTooLarge(_ text: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .numberTooLarge, .error, "`\(text)` does not fit into 64 bits", at: span,
      help: "numbers with a point, as \(text).0, have more room")
  }

  static func durationTooLong(_ text: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.numberTooLarge, .error, "`\(text)` is longer than a hundred years", at: span)
  }

  static func badClock(_ text: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.badClock, .error, "`\(text)` is no time of day", at: span, help: "clocks go from `00:00` to `24:00`")
  }

  static func badDate(_ text: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.badClock, .error, "`\(text)` is no day of the calendar", at: span)
  }

  static func badFieldName(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badFieldName, .error, "this name in backticks is not closed, or is empty", at: span,
      help: "between backticks stand letters, digits, `_`, `-`, `.`, `/` and spaces")
  }

  static func singleBrace(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badBrace, .error, "`}` closes nothing", at: span, help: "a brace in a message is written `}}`",
      edit: Edit(replace: span, with: "}}"))
  }

  static func unclosedBrace(at span: SourceSpan, isComment: Bool) -> Diagnostic {
    Diagnostic(
      .badBrace, .error, isComment ? "a comment stands in the braces of a message" : "`{` is not closed on its line", at: span,
      help: isComment ? "move it out of the text" : "`{e}` holds an expression; a brace in a message is written `{{`")
  }

  static func emptyBraces(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .badBrace, .error, "`{}` holds no expression", at: span, help: "braces in a message are written `{{` and `}}`",
      edit: Edit(replace: span, with: "{{}}"))
  }
}

enum TextCatalogue {
  static let entries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .unknownCharacters, .error, "a character that means nothing here",
      explanation: "Outside of texts and comments a rule is written in ASCII. Typographic quotes and dashes often come in by copying.",
      bad: "let region = “eu-west-1”\n", good: "let region = \"eu-west-1\"\n"),
    DiagnosticEntry(
      .unclosedString, .error, "a text that does not end",
      explanation: "A text ends with the quote it began with, on the same line; one in three quotes may go over several lines.",
      bad: "let region = \"eu-west-1\n", good: "let region = \"eu-west-1\"\n"),
    DiagnosticEntry(
      .badEscape, .error, "an escape that does not exist",
      explanation:
        "Escapes are those of CEL: `\\n`, `\\t`, `\\\"`, `\\\\`, `\\u00e9` and their like. A regular expression is best written raw.",
      bad: "let card = \"\\d{16}\"\n", good: "let card = r\"\\d{16}\"\n"),
    DiagnosticEntry(
      .badNumber, .error, "letters that directly follow a number",
      explanation: "A number is followed by letters only as a duration (`90s`, `1h30m`) or as an unsigned integer (`5u`).",
      bad: "let patience = 30min\n", good: "let patience = 30m\n"),
    DiagnosticEntry(
      .numberTooLarge, .error, "a number that is too large",
      explanation: "Integers have 64 bits; a duration is at most a hundred years.",
      bad: "let limit = 99999999999999999999\n", good: "let limit = 9999999999\n"),
    DiagnosticEntry(
      .badClock, .error, "a time of day or a day that does not exist",
      explanation: "A clock goes from `00:00` to `24:00`, a date is a day of the calendar: `2026-02-28`.",
      bad: "test \"leap\" on 2026-02-29 {\n}\n", good: "test \"leap\" on 2028-02-29 {\n}\n"),
    DiagnosticEntry(
      .badFieldName, .error, "a name in backticks that does not end",
      explanation: "A field whose name is no word is written in backticks.",
      bad: "let code = {\"a-b\": 1}.`a-b\n", good: "let code = {\"a-b\": 1}.`a-b`\n"),
    DiagnosticEntry(
      .badBrace, .error, "a brace in a message that opens or closes nothing",
      explanation:
        "In the text of `violation`, `{…}` holds an expression, on one line and without comments. A brace itself is written twice.",
      bad: """
        rule orders.large {
          on orders.placed as o
          when o.total > 1000
          violation "order } {o.order_id}"
        }

        """,
      good: """
        rule orders.large {
          on orders.placed as o
          when o.total > 1000
          violation "order }} {o.order_id}"
        }

        """),
  ]
}
