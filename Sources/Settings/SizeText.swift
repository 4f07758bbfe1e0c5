/// Sizes as people write them: `512KB`, `4GB`, in powers of 1024.
enum SizeText {
  private static let units: [(name: String, bytes: Int)] = [("KB", 1 << 10), ("MB", 1 << 20), ("GB", 1 << 30)]

  /// Bytes; nil where the text is no size. A number alone counts bytes.
  static func bytes(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits) else { return nil }
    let unit = text[digits.endIndex...].drop { $0 == " " }
    if unit.isEmpty { return number }
    guard let factor = units.first(where: { $0.name == unit })?.bytes else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : product
  }

  static func text(_ bytes: Int) -> String {
    for unit in units.reversed() where bytes >= unit.bytes && bytes % unit.bytes == 0 { return "\(bytes / unit.bytes)\(unit.name)" }
    return "\(bytes)"
  }
}
