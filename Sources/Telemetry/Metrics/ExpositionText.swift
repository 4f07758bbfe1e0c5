/// Prometheus' text format 0.0.4, as it grows.
package struct ExpositionText {
  package private(set) var string = ""

  mutating func head(_ name: String, _ kind: MetricKind, _ help: String) {
    string += "# HELP \(name) \(escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
  }

  mutating func sample(_ name: String, _ labels: MetricLabels, _ value: Double) {
    string += name
    if !labels.pairs.isEmpty {
      string += "{"
      for (index, pair) in labels.pairs.enumerated() {
        if index > 0 { string += "," }
        string += "\(pair.name)=\"\(escaped(pair.value, quotes: true))\""
      }
      string += "}"
    }
    string += " \(Self.number(value))\n"
  }

  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return String(whole) }
    return "\(value)"
  }

  private func escaped(_ text: String, quotes: Bool) -> String {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == 0x0A || $0 == UInt8(ascii: "\"") }) else { return text }
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\"" where quotes: out += "\\\""
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
