import Diagnostics
import EventModel

/// What the rules of a program may name: streams, params and lets that have been checked.
struct ProgramContext {
  var names: Names
  /// In order of name.
  var streams: [CheckedStream] = []
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
  var params: [CheckedParam] = []
  var lets: [String: ExpressionSyntax] = [:]
  /// How high each let is with what it names in its place.
  var letHeights: [String: Int] = [:]

  func streamIndex(_ name: String) -> Int? { streams.firstIndex { $0.name == name } }

  /// The params that a rule may name, by the name that it uses: those of the top, and its own by their short names.
  func params(of rule: String? = nil) -> [String: (index: Int, type: ValueType)] {
    var result: [String: (index: Int, type: ValueType)] = [:]
    for (index, param) in params.enumerated() {
      if !param.name.utf8.contains(UInt8(ascii: ".")) {
        result[param.name] = (index, param.type)
      } else if let rule, param.name.hasPrefix(rule + "."), !param.name.dropFirst(rule.count + 1).utf8.contains(UInt8(ascii: ".")) {
        result[String(param.name.dropFirst(rule.count + 1))] = (index, param.type)
      }
    }
    return result
  }

  /// The scope of an expression that stands in no rule.
  var outerScope: Scope {
    Scope(lets: lets, params: params(), tables: tables)
  }
}
