/// ISO 4217.
package enum Currency {
  private static let unusual: [String: Int] = {
    var digits: [String: Int] = [:]
    for code in ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"] {
      digits[code] = 0
    }
    for code in ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"] { digits[code] = 3 }
    for code in ["CLF", "UYW"] { digits[code] = 4 }
    return digits
  }()

  /// Digits after the point of a currency's minor unit: 2 for EUR, 0 for JPY. Nil when it is no three capital letters.
  package static func minorDigits(of code: String) -> Int? {
    guard code.utf8.count == 3, code.utf8.allSatisfy({ 0x41...0x5A ~= $0 }) else { return nil }
    return unusual[code] ?? 2
  }
}
