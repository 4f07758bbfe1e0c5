/// Numbers as the screen writes them.
enum Figures {
  /// 12,345
  static func whole(_ number: Int) -> String { grouped(String(number)) }

  /// `12345.67` as `12,345.67`; whatever is no number stays as it is.
  static func grouped(_ text: String) -> String {
    let sign = text.hasPrefix("-") ? "-" : ""
    let body = text.dropFirst(sign.count)
    let digits = body.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty else { return text }
    var out = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { out.append(",") }
      out.append(digit)
    }
    return sign + out + body[digits.endIndex...]
  }

  /// A value of a KPI: at most four digits after the point.
  static func value(_ text: String) -> String {
    guard let point = text.firstIndex(of: "."), !text.contains("e"), text.distance(from: point, to: text.endIndex) > 5 else {
      return grouped(text)
    }
    return grouped(String(text[..<text.index(point, offsetBy: 5)]))
  }

  /// `4:07`, `1:02:33`
  static func clock(_ duration: Duration) -> String {
    let seconds = Int(duration.components.seconds)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    if seconds < 3_600 { return "\(seconds / 60):\(two(seconds % 60))" }
    return "\(seconds / 3_600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }

  /// The last `width` numbers as bars, from their least to their largest; a gap where one is no number.
  static func sparkline(_ numbers: [Double], width: Int) -> String {
    let shown = numbers.suffix(width)
    let known = shown.filter(\.isFinite)
    guard let low = known.min(), let high = known.max() else { return "" }
    let bars = Array("▁▂▃▄▅▆▇█")
    return String(
      shown.map { number in
        guard number.isFinite else { return " " }
        if high == low { return high == 0 ? bars[0] : bars[3] }
        return bars[min(bars.count - 1, Int((number - low) / (high - low) * Double(bars.count)))]
      })
  }
}
