/// Prometheus' text format 0.0.4, read strictly by its grammar: lines of comments and samples; each name's lines in one group, its HELP and
/// TYPE before its samples; histograms whole; no sample twice.
package struct Exposition: Sendable {
  package struct Sample: Equatable, Sendable {
    package var name: String
    package var labels: [String: String]
    package var value: Double
  }
  package struct Wrong: Error { package var line: String }

  package var samples: [Sample] = []
  package var types: [String: String] = [:]
  package var helps: [String: String] = [:]

  package init(_ text: String) throws {
    guard text.hasSuffix("\n") else { throw Wrong(line: "the last line has no line feed") }
    var current: String?
    var closed: Set<String> = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      let wrong = Wrong(line: String(line))
      var scan = Scanner(line)
      if line.hasPrefix("# ") {
        let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        guard words.count >= 3, Scanner.isName(words[2]) else { throw wrong }
        let name = words[2]
        if name != current {
          guard !closed.contains(name) else { throw wrong }
          if let current { closed.insert(current) }
          current = name
        }
        switch words[1] {
        case "HELP":
          guard helps.updateValue(words.count > 3 ? words[3] : "", forKey: name) == nil else { throw wrong }
        case "TYPE":
          guard words.count == 4, ["counter", "gauge", "histogram", "summary", "untyped"].contains(words[3]) else { throw wrong }
          guard types.updateValue(words[3], forKey: name) == nil else { throw wrong }
        default: throw wrong
        }
        continue
      }
      guard let sample = scan.sample() else { throw wrong }
      let family = Self.family(of: sample.name, types)
      guard family == current else { throw wrong }
      guard !samples.contains(where: { $0.name == sample.name && $0.labels == sample.labels }) else { throw wrong }
      samples.append(sample)
    }
    try checkHistograms()
  }

  private static func family(of name: String, _ types: [String: String]) -> String {
    for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
      let base = String(name.dropLast(suffix.count))
      if types[base] == "histogram" { return base }
    }
    return name
  }

  private func checkHistograms() throws {
    for name in types.filter({ $0.value == "histogram" }).keys {
      let buckets = samples.filter { $0.name == name + "_bucket" }
      for series in Set(buckets.map { $0.labels.filter { $0.key != "le" } }) {
        let mine = buckets.filter { $0.labels.filter { $0.key != "le" } == series }
        let counts = mine.map(\.value)
        let count = samples.first { $0.name == name + "_count" && $0.labels == series }?.value
        guard counts == counts.sorted(), mine.last?.labels["le"] == "+Inf", count == counts.last,
          samples.contains(where: { $0.name == name + "_sum" && $0.labels == series })
        else { throw Wrong(line: name) }
      }
    }
  }
}

/// Goes over one line.
private struct Scanner {
  var rest: Substring
  init(_ line: Substring) { rest = line }

  static func isName(_ text: String) -> Bool {
    var scanner = Scanner(text[...])
    return scanner.name() == text
  }

  mutating func name() -> String? {
    let name = rest.prefix { $0 == "_" || $0 == ":" || $0.isASCII && ($0.isLetter || $0.isNumber) }
    guard let first = name.first, !first.isNumber else { return nil }
    rest = rest.dropFirst(name.count)
    return String(name)
  }

  mutating func take(_ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest = rest.dropFirst()
    return true
  }

  mutating func quoted() -> String? {
    guard take("\"") else { return nil }
    var out = ""
    while let next = rest.popFirst() {
      switch next {
      case "\"": return out
      case "\\":
        switch rest.popFirst() {
        case "\\": out += "\\"
        case "\"": out += "\""
        case "n": out += "\n"
        default: return nil
        }
      default: out.append(next)
      }
    }
    return nil
  }

  mutating func sample() -> Exposition.Sample? {
    guard let name = name() else { return nil }
    var labels: [String: String] = [:]
    if take("{") {
      repeat {
        guard let label = self.name(), !label.contains(":"), take("="), let value = quoted() else { return nil }
        guard labels.updateValue(value, forKey: label) == nil else { return nil }
      } while take(",")
      guard take("}") else { return nil }
    }
    guard take(" ") else { return nil }
    let special = ["NaN": Double.nan, "+Inf": Double.infinity, "-Inf": -Double.infinity]
    guard let value = special[String(rest)] ?? Double(rest) else { return nil }
    return Exposition.Sample(name: name, labels: labels, value: value)
  }
}
