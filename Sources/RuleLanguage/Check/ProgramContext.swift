import Diagnostics
import EventModel

/// What the rules of a program may name: streams, params and lets that have been checked.
struct ProgramContext {
  var names: Names
  /// In order of name.
  private(set) var streams: [CheckedStream] = []
  private var streamIndices: [String: Int] = [:]
  /// By the rule's name, or that of one of a lifecycle's two.
  private var verdictIndices: [String: Int] = [:]
  /// How many streams read topics: those after them are the violations of rules, in the order in which they were checked.
  var topicStreams = 0
  /// Streams of violations of rules that run in the shadow, by index.
  var shadows: Set<Int> = []
  /// KPIs without a target, and lifecycles by their own name: they have no violations that others could rest on.
  var silent: Set<String> = []
  /// In order of name.
  var tables: [CheckedTable] = []
  var hours: [CheckedHours] = []
  /// By the stream's name: the names of its kinds, and the index of each in its schema.
  var kindNames: [String: [String: Int]] = [:]
  private(set) var params: [CheckedParam] = []
  /// The names of those of the top, also of such as have mistakes.
  let declaredParams: Set<String>
  /// By the rule's name, empty for those of the top: what it calls each of its params.
  private var paramsByRule: [String: [String: (index: Int, type: ValueType)]] = [:]
  var lets: [String: ExpressionSyntax] = [:]
  /// How high each let is with what it names in its place, and of how many parts.
  var letHeights: [String: Int] = [:]
  var letSizes: [String: Int] = [:]

  init(names: Names) {
    self.names = names
    declaredParams = Set(names.names(of: "param"))
  }

  mutating func setStreams(_ all: [CheckedStream]) {
    streams = all.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    streamIndices = Dictionary(streams.enumerated().map { ($1.name, $0) }) { first, _ in first }
  }

  /// The violations of a rule, as a stream for others.
  mutating func add(verdicts stream: CheckedStream) {
    verdictIndices[stream.name] = streams.count
    streams.append(stream)
  }

  /// Of a stream that reads a topic.
  func streamIndex(_ name: String) -> Int? { streamIndices[name] }

  /// Of the violations of a rule.
  func verdictIndex(_ name: String) -> Int? { verdictIndices[name] }

  mutating func add(_ param: CheckedParam) {
    let dot = param.name.utf8.lastIndex(of: UInt8(ascii: "."))
    let rule = dot.map { String(param.name[..<$0]) } ?? ""
    let short = dot.map { String(param.name[param.name.utf8.index(after: $0)...]) } ?? param.name
    paramsByRule[rule, default: [:]][short] = (params.count, param.type)
    params.append(param)
  }

  /// The params that a rule may name, by the name that it uses: those of the top, and its own by their short names.
  func params(of rule: String? = nil) -> [String: (index: Int, type: ValueType)] {
    let top = paramsByRule[""] ?? [:]
    guard let rule, let own = paramsByRule[rule] else { return top }
    return top.merging(own) { _, own in own }
  }

  /// The scope of values that are known before params have theirs.
  var constantScope: Scope {
    var scope = Scope(lets: lets)
    scope.withheldParams = declaredParams
    return scope
  }

  /// The scope of an expression that stands in no rule.
  var outerScope: Scope {
    Scope(lets: lets, params: params(), tables: tables)
  }
}
