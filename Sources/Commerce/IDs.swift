/// The ids of one run of the shop. Runs with another seed, region or opening share none.
struct IDs: Sendable {
  /// `EW1` of `eu-west-1`.
  let code: String
  private let session: String
  private let salt: UInt64

  init(seed: UInt64, region: String, opening: Int64) {
    let parts = region.split(separator: "-")
    code = parts.map { String($0.prefix(1)) }.joined().uppercased()
    var salt = SeededGenerator.mix(seed ^ SeededGenerator.mix(UInt64(bitPattern: opening)))
    for byte in region.utf8 { salt = SeededGenerator.mix(salt ^ UInt64(byte)) }
    self.salt = salt
    session = Self.letters(salt, 3)
  }

  func order(_ number: Int) -> String { "\(code)-\(session)\(number)" }
  func payment(_ order: String, _ attempt: Int) -> String { "P-\(order)-\(attempt)" }
  func reservation(_ order: String, _ line: Int) -> String { "R-\(order)-\(line + 1)" }
  func customer(_ number: Int) -> String { "cu-\(session)\(number)" }
  func device(_ number: Int) -> String { "dv-\(session)\(number)" }
  /// Events are counted, and their ids look like chance.
  func event(_ number: UInt64) -> UInt64 { SeededGenerator.mix(number &+ salt) }

  /// Letters and digits that are hard to confuse.
  static func letters(_ number: UInt64, _ count: Int) -> String {
    let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ".utf8)
    var rest = number
    return String(
      decoding: (0..<count).map { _ in
        defer { rest >>= 5 }; return alphabet[Int(rest & 31)]
      }, as: UTF8.self)
  }
}
