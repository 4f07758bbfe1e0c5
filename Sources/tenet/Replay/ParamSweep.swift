internal import Diagnostics
internal import EventModel
internal import RuleLanguage

/// `--sweep PARAM=A..B[/STEP]`: the values that a param takes, one after the other.
struct ParamSweep {
  /// Index into `CheckedProgram.params`.
  let param: Int
  let name: String
  /// From A on, none beyond B.
  let values: [Value]

  static let standardSteps = 10
  static let mostValues = 200

  /// - Throws: the param is none, or its values cannot be counted through.
  init(_ text: String, in program: CheckedProgram) throws(CallMistake) {
    guard let equals = text.firstIndex(of: "="), let dots = text[equals...].firstRange(of: "..") else {
      throw CallMistake("`--sweep \(text)` is no param with its values", help: "as in `--sweep review_limit=1000..5000/500`")
    }
    let name = String(text[..<equals])
    guard let index = program.params.firstIndex(where: { $0.name == name }) else {
      let near = nearestName(to: name, among: program.params.map(\.name)).map { "did you mean `\($0)`?" }
      throw CallMistake("there is no param `\(name)`", help: near ?? "a rule's own is `rule.param`")
    }
    (self.name, param) = (name, index)
    let end = text[dots.upperBound...]
    let slash = end.firstIndex(of: "/")
    let type = program.params[index].type
    let first = try Self.number(String(text[text.index(after: equals)..<dots.lowerBound]), type, name)
    let last = try Self.number(String(end[..<(slash ?? end.endIndex)]), type, name)
    guard first < last else { throw CallMistake("`--sweep \(text)` goes from a value to a larger one") }
    let step: ExactDecimal
    if let slash {
      step = try Self.number(String(end[end.index(after: slash)...]), type, name)
    } else {
      step = Self.step(from: first, to: last, type)
    }
    guard step > .zero else { throw CallMistake("the step of `--sweep \(text)` is above 0") }
    var numbers: [ExactDecimal] = []
    var next = first
    while next <= last {
      numbers.append(next)
      guard numbers.count <= Self.mostValues else {
        throw CallMistake("`--sweep \(text)` has more than \(Self.mostValues) values", help: "give it a larger step")
      }
      guard let sum = try? next + step else { break }
      next = sum
    }
    values = numbers.map { Self.value($0, type) }
  }

  /// The program with one of the values, in all regions.
  func program(_ program: CheckedProgram, with value: Value) -> CheckedProgram {
    var program = program
    program.params[param].defaultValue = value
    program.params[param].regional = [:]
    return program
  }

  /// A value as a number: of a duration its microseconds.
  private static func number(_ text: String, _ type: ValueType, _ name: String) throws(CallMistake) -> ExactDecimal {
    let number: ExactDecimal?
    switch type {
    case .int: number = Int64(text).flatMap { ExactDecimal(digits: String($0)) }
    case .uint: number = UInt64(text).flatMap { ExactDecimal(digits: String($0)) }
    case .decimal, .double: number = ExactDecimal(digits: text)
    case .duration: number = Duration(ruleText: text).flatMap { ExactDecimal(digits: String($0.microseconds)) }
    default: throw CallMistake("`\(name)` is no number and no duration: its values cannot be counted through")
    }
    guard let number else { throw CallMistake("`\(text)` is no value of `\(name)`", help: type == .duration ? "as in `30m`" : nil) }
    return number
  }

  /// A tenth of the way: of whole numbers at least 1, of a duration a whole number of seconds where there are as many.
  private static func step(from first: ExactDecimal, to last: ExactDecimal, _ type: ValueType) -> ExactDecimal {
    guard let way = try? last - first else { return .zero }
    switch type {
    case .decimal, .double:
      return ExactDecimal(coefficient: way.coefficient, scale: way.scale + 1).normalized
    default:
      let whole = Int128(way.description) ?? 0
      let unit: Int128 = type == .duration && whole >= 10_000_000 ? 1_000_000 : 1
      let tenth = (whole + Int128(standardSteps) - 1) / Int128(standardSteps)
      return ExactDecimal(coefficient: max(unit, (tenth + unit - 1) / unit * unit), scale: 0)
    }
  }

  private static func value(_ number: ExactDecimal, _ type: ValueType) -> Value {
    switch type {
    case .int: .int(Int64(number.description) ?? 0)
    case .uint: .uint(UInt64(number.description) ?? 0)
    case .double: .double(Double(number.description) ?? 0)
    case .duration: .duration(.microseconds(Int64(number.description) ?? 0))
    default: .decimal(number)
    }
  }
}

/// What `tenet replay --sweep` prints: a row a value.
struct SweepReport {
  let name: String
  let rows: [(value: Value, counts: [String: Int])]

  /// The rules of which the number changes, in order of name.
  private var changing: [String] {
    Set(rows.flatMap(\.counts.keys)).filter { rule in Set(rows.map { $0.counts[rule] ?? 0 }).count > 1 }.sorted()
  }

  private static func total(_ counts: [String: Int]) -> Int { counts.values.reduce(0, +) }

  var text: String {
    let rules = changing
    let lines = rows.map { row in
      [row.value.messageText, "\(Self.total(row.counts))"] + rules.map { "\(row.counts[$0] ?? 0)" }
    }
    return TextTable([[name, "violations"] + rules] + lines, numbersFrom: 0).text
  }

  /// A line a value, with the numbers of all rules.
  var json: String {
    rows.map { row in
      var json = JSONWriter()
      json.object {
        $0.member("param", name)
        $0.member("value", row.value)
        $0.member("violations", Self.total(row.counts))
        $0.key("rules")
        $0.object { object in for (rule, count) in row.counts.sorted(by: { $0.key < $1.key }) { object.member(rule, count) } }
      }
      return json.text + "\n"
    }.joined()
  }
}
