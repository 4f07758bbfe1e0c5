/// M(k), the metadata of the committed offset of a slot: `tenet1 n from term writer` (protocol.md 4). It says which delta is the last.
struct CommittedMark: Hashable, Sendable, CustomStringConvertible {
  /// n: the number of the last delta.
  var number: UInt64
  /// The offset in the state partition of the first record that a restore needs.
  var from: Int64
  var term: UInt32
  var writer: String

  init(number: UInt64, from: Int64, term: UInt32, writer: String) {
    self.number = number
    self.from = from
    self.term = term
    self.writer = writer
  }

  var description: String { "tenet1 \(number) \(from) \(term) \(writer)" }

  /// Reads the text; whoever else commits for the group's slots writes something else.
  init(decoding text: String) throws(FormatError) {
    let fields = text.utf8.split(separator: 0x20, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    guard fields.first == "tenet1", text.utf8.count <= 256 else { throw .foreign }
    guard fields.count == 5, let number = Self.number(fields[1], as: UInt64.self), let from = Self.number(fields[2], as: Int64.self),
      let term = Self.number(fields[3], as: UInt32.self), !fields[4].isEmpty, fields[4].utf8.allSatisfy({ 0x21...0x7e ~= $0 })
    else { throw .malformed("metadata") }
    self.init(number: number, from: from, term: term, writer: fields[4])
  }

  /// Digits and nothing else: `Int64("+7")` is a number too.
  private static func number<Number: FixedWidthInteger>(_ text: String, as type: Number.Type) -> Number? {
    text.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? Number(text) : nil
  }
}
