// The functions of values, by subject.

extension FunctionCatalogue {
  static let text = Group(
    title: "Text and bytes",
    functions: [
      .init("size", "how many code points, bytes, elements or entries", "\"é\".size()", gives: "1"),
      .init("contains", "whether the text holds the other", "\"order\".contains(\"rd\")", gives: "true"),
      .init("startsWith", "whether it begins with it", "\"order\".startsWith(\"or\")", gives: "true"),
      .init("endsWith", "whether it ends with it", "\"order\".endsWith(\"er\")", gives: "true"),
      .init("matches", "whether some part matches a regular expression of RE2", "\"o-17\".matches(r\"^o-\\d+$\")", gives: "true"),
      .init("lowerAscii", "with the letters A to Z in lower case", "\"AbÇ\".lowerAscii()", gives: "\"abÇ\""),
      .init("upperAscii", "with the letters a to z in upper case", "\"abç\".upperAscii()", gives: "\"ABç\""),
      .init("trim", "without white space at both ends", "\" a b \".trim()", gives: "\"a b\""),
      .init("charAt", "the character at a position", "\"abc\".charAt(1)", gives: "\"b\""),
      .init(
        "indexOf", "the first position at which the other stands, from one on; -1 if it does not", "\"abcb\".indexOf(\"b\", 2)", gives: "3"),
      .init("lastIndexOf", "the last position at which it stands", "\"abcb\".lastIndexOf(\"b\")", gives: "3"),
      .init("substring", "the characters from one position up to another", "\"abcd\".substring(1, 3)", gives: "\"bc\""),
      .init("replace", "with another text in place of each, or of so many", "\"aaa\".replace(\"a\", \"b\", 2)", gives: "\"bba\""),
      .init("split", "the pieces between separators, at most so many", "\"a,b,c\".split(\",\", 2)", gives: "[\"a\", \"b,c\"]"),
      .init("join", "the texts of a list with something between", "[\"a\", \"b\"].join(\"-\")", gives: "\"a-b\""),
      .init("reverse", "from behind, of a text and of a list", "\"abc\".reverse()", gives: "\"cba\""),
      .init(
        "format", "the values of a list in place of `%s %d %.2f %e %x %X %o %b`", "\"%s: %.2f\".format([\"a\", 1.5])", gives: "\"a: 1.50\""),
      .init("strings.quote", "in double quotes, with escapes", "strings.quote(\"a\\n\").size()", gives: "5"),
      .init("base64.encode", "bytes as base64", "base64.encode(b\"hi\")", gives: "\"aGk=\""),
      .init("base64.decode", "the bytes of base64", "base64.decode(\"aGk=\")", gives: "b\"hi\""),
    ])

  static let numbers = Group(
    title: "Exact decimals",
    functions: [
      .init("decimal", "a double as a decimal, at a scale", "decimal(0.1, 2)", gives: "0.10"),
      .init("div", "a quotient at a scale, half to even", "div(1, 8, 2)", gives: "0.12"),
      .init("round", "at a scale, half to even", "round(2.345, 2)", gives: "2.34"),
      .init("roundHalfUp", "at a scale, a half away from zero", "roundHalfUp(2.345, 2)", gives: "2.35"),
      .init("abs", "without its sign", "abs(-1.5)", gives: "1.5"),
      .init("ratio", "a quotient as a double; no value if the second is 0", "ratio(1, 4)", gives: "0.25"),
    ])

  static let mathematics = Group(
    title: "Mathematics",
    functions: [
      .init("math.greatest", "the greatest of numbers, or of a list", "math.greatest(1, 3, 2)", gives: "3"),
      .init("math.least", "the least", "math.least([1, 3, 2])", gives: "1"),
      .init("math.abs", "without its sign", "math.abs(-1)", gives: "1"),
      .init("math.sign", "-1, 0 or 1", "math.sign(-2.5)", gives: "-1.0"),
      .init("math.ceil", "the whole number above", "math.ceil(1.2)", gives: "2.0"),
      .init("math.floor", "the whole number below", "math.floor(-1.2)", gives: "-2.0"),
      .init("math.round", "the nearest whole number, a half away from zero", "math.round(2.5)", gives: "3.0"),
      .init("math.trunc", "without what stands after the point", "math.trunc(-1.7)", gives: "-1.0"),
      .init("math.sqrt", "the square root", "math.sqrt(16)", gives: "4.0"),
      .init("math.isNaN", "whether it is no number", "math.isNaN(0.0 / 0.0)", gives: "true"),
      .init("math.isInf", "whether it is infinite", "math.isInf(1.0 / 0.0)", gives: "true"),
      .init("math.isFinite", "whether it is neither", "math.isFinite(1.5)", gives: "true"),
      .init("math.bitAnd", "the bits that both have", "math.bitAnd(6, 3)", gives: "2"),
      .init("math.bitOr", "the bits that one has", "math.bitOr(6, 3)", gives: "7"),
      .init("math.bitXor", "the bits that only one has", "math.bitXor(6, 3)", gives: "5"),
      .init("math.bitNot", "the bits that it has not", "math.bitNot(0)", gives: "-1"),
      .init("math.bitShiftLeft", "the bits moved up", "math.bitShiftLeft(1, 3)", gives: "8"),
      .init("math.bitShiftRight", "the bits moved down, with zeros in their place", "math.bitShiftRight(8, 3)", gives: "1"),
    ])

  static let lists = Group(
    title: "Lists and sets",
    functions: [
      .init("lists.range", "the numbers from 0 up to one", "lists.range(3)", gives: "[0, 1, 2]"),
      .init("slice", "the elements from one position up to another", "[1, 2, 3].slice(1, 3)", gives: "[2, 3]"),
      .init("flatten", "the elements of the lists in it", "[[1], [2, 3]].flatten()", gives: "[1, 2, 3]"),
      .init("sort", "in their order", "[2, 3, 1].sort()", gives: "[1, 2, 3]"),
      .init("sets.contains", "whether the first has all that the second has", "sets.contains([1, 2], [2])", gives: "true"),
      .init("sets.equivalent", "whether each has all that the other has", "sets.equivalent([1, 1], [1])", gives: "true"),
      .init("sets.intersects", "whether they have something in common", "sets.intersects([1], [2])", gives: "false"),
    ])

  private static let time = "timestamp(\"2026-07-01T22:30:05.25Z\")"

  static let times = Group(
    title: "Times and durations",
    functions: [
      .init("getFullYear", "the year, in UTC or in a zone", "\(time).getFullYear()", gives: "2026"),
      .init("getMonth", "the month, 0 for January", "\(time).getMonth()", gives: "6"),
      .init("getDate", "the day of the month", "\(time).getDate(\"Asia/Tokyo\")", gives: "2"),
      .init("getDayOfMonth", "the same, counted from 0", "\(time).getDayOfMonth()", gives: "0"),
      .init("getDayOfWeek", "the day of the week, 0 for Sunday", "\(time).getDayOfWeek()", gives: "3"),
      .init("getDayOfYear", "the day of the year, counted from 0", "\(time).getDayOfYear()", gives: "181"),
      .init("getHours", "the hour; of a duration all its hours", "\(time).getHours(\"Europe/Dublin\")", gives: "23"),
      .init("getMinutes", "the minute; of a duration all its minutes", "1h30m.getMinutes()", gives: "90"),
      .init("getSeconds", "the second; of a duration all its seconds", "\(time).getSeconds(\"+05:45\")", gives: "5"),
      .init("getMilliseconds", "the milliseconds of its second", "\(time).getMilliseconds()", gives: "250"),
      .init(
        "dayEnd", "the last microsecond of a date in a zone", "dayEnd(\"2026-03-29\", \"Europe/Dublin\")",
        gives: "timestamp(\"2026-03-29T22:59:59.999999Z\")"),
    ])

  static let conversions = Group(
    title: "Conversions",
    functions: [
      .init("int", "a whole number of another number, toward zero, of a text, of a time its seconds", "int(-1.7)", gives: "-1"),
      .init("uint", "the same without a sign", "uint(7)", gives: "7u"),
      .init("double", "the nearest double", "double(\"1e3\")", gives: "1000.0"),
      .init("string", "a value as text", "string(1h)", gives: "\"3600s\""),
      .init("bytes", "the bytes of a text in UTF-8", "bytes(\"é\")", gives: "b\"\\xc3\\xa9\""),
      .init("bool", "of `true`, `t`, `1`, `false`, `f`, `0`", "bool(\"true\")", gives: "true"),
      .init("timestamp", "a time of RFC 3339, or of seconds since 1970", "timestamp(60)", gives: "timestamp(\"1970-01-01T00:01:00Z\")"),
      .init("duration", "a duration of CEL's text", "duration(\"1.5h\")", gives: "1h30m"),
      .init("dyn", "the value, of a type that is not known before", "dyn(1)", gives: "1", isForRules: false),
      .init("type", "the type of a value", "type(1)", gives: "int", isForRules: false),
    ])
}
