internal import EventModel

/// Values in rows and in the keys of tables: a letter for the type, then the value. The numbers are part of the row format.
private enum ValueTag {
  static let null: UInt8 = 0
  static let no: UInt8 = 1
  static let yes: UInt8 = 2
  static let int: UInt8 = 3
  static let uint: UInt8 = 4
  static let double: UInt8 = 5
  static let decimal: UInt8 = 6
  static let string: UInt8 = 7
  static let bytes: UInt8 = 8
  static let list: UInt8 = 9
  static let map: UInt8 = 10
  static let timestamp: UInt8 = 11
  static let duration: UInt8 = 12
  static let type: UInt8 = 13
  static let none: UInt8 = 14
  static let some: UInt8 = 15
  static let absent: UInt8 = 16
  static let invalid: UInt8 = 17
}

extension RowWriter {
  mutating func value(_ value: Value) {
    switch value {
    case .null: byte(ValueTag.null)
    case .bool(let flag): byte(flag ? ValueTag.yes : ValueTag.no)
    case .int(let integer):
      byte(ValueTag.int)
      signed(integer)
    case .uint(let integer):
      byte(ValueTag.uint)
      unsigned(integer)
    case .double(let number):
      byte(ValueTag.double)
      double(number)
    case .decimal(let decimal):
      byte(ValueTag.decimal)
      self.decimal(decimal)
    case .string(let text):
      byte(ValueTag.string)
      string(text)
    case .bytes(let content):
      byte(ValueTag.bytes)
      bytes(content)
    case .list(let elements):
      byte(ValueTag.list)
      unsigned(UInt64(elements.count))
      for element in elements { self.value(element) }
    case .map(let members):
      byte(ValueTag.map)
      unsigned(UInt64(members.count))
      for (key, member) in members.sorted(by: { Value.precedesAsKey($0.key, $1.key) }) {
        self.value(key)
        self.value(member)
      }
    case .timestamp(let time):
      byte(ValueTag.timestamp)
      signed(time.seconds)
      unsigned(UInt64(time.nanoseconds))
    case .duration(let duration):
      byte(ValueTag.duration)
      signed(duration.components.seconds)
      signed(duration.components.attoseconds)
    case .type(let name):
      byte(ValueTag.type)
      string(name)
    case .optional(nil): byte(ValueTag.none)
    case .optional(let inner?):
      byte(ValueTag.some)
      self.value(inner)
    case .address: preconditionFailure("rules have no addresses of the internet")
    }
  }

  /// As `value` of a string with these bytes of UTF-8.
  mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    byte(ValueTag.string)
    self.bytes(bytes)
  }

  mutating func field(_ field: FieldValue) {
    switch field {
    case .absent: byte(ValueTag.absent)
    case .invalid: byte(ValueTag.invalid)
    case .value(let value): self.value(value)
    }
  }

  mutating func double(_ number: Double) {
    let bits = number.bitPattern
    for shift in stride(from: UInt64(0), to: 64, by: 8) { byte(UInt8(truncatingIfNeeded: bits >> shift)) }
  }

  mutating func decimal(_ decimal: ExactDecimal) {
    unsigned(UInt64(decimal.scale))
    wide(decimal.coefficient)
  }

  /// A zigzag varint of up to 128 bits.
  mutating func wide(_ integer: Int128) {
    var rest = UInt128(truncatingIfNeeded: (integer << 1) ^ (integer >> 127))
    while rest >= 0x80 {
      byte(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    byte(UInt8(truncatingIfNeeded: rest))
  }
}

extension RowReader {
  mutating func value() -> Value {
    guard case .value(let value) = field() else { preconditionFailure("a value of a row is there") }
    return value
  }

  mutating func field() -> FieldValue {
    switch byte() {
    case ValueTag.absent: return .absent
    case ValueTag.invalid: return .invalid
    case ValueTag.null: return .value(.null)
    case ValueTag.no: return .value(.bool(false))
    case ValueTag.yes: return .value(.bool(true))
    case ValueTag.int: return .value(.int(signed()))
    case ValueTag.uint: return .value(.uint(unsigned()))
    case ValueTag.double: return .value(.double(double()))
    case ValueTag.decimal: return .value(.decimal(decimal()))
    case ValueTag.string: return .value(.string(string()))
    case ValueTag.bytes: return .value(.bytes(byteArray()))
    case ValueTag.list:
      let count = unsigned()
      return .value(.list((0..<count).map { _ in value() }))
    case ValueTag.map:
      var members: [Value: Value] = [:]
      for _ in 0..<unsigned() {
        let key = value()
        members[key] = value()
      }
      return .value(.map(members))
    case ValueTag.timestamp:
      let seconds = signed()
      return .value(.timestamp(Timestamp(seconds: seconds, nanoseconds: Int32(unsigned()))))
    case ValueTag.duration:
      let seconds = signed()
      return .value(.duration(Duration(secondsComponent: seconds, attosecondsComponent: signed())))
    case ValueTag.type: return .value(.type(string()))
    case ValueTag.none: return .value(.optional(nil))
    case ValueTag.some: return .value(.optional(value()))
    default: preconditionFailure("a value of a row has a known type")
    }
  }

  mutating func double() -> Double {
    var bits: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 8) { bits |= UInt64(byte()) << shift }
    return Double(bitPattern: bits)
  }

  mutating func decimal() -> ExactDecimal {
    let scale = Int16(unsigned())
    return ExactDecimal(coefficient: wide(), scale: scale)
  }

  mutating func wide() -> Int128 {
    var (result, shift) = (UInt128(0), UInt128(0))
    while true {
      let next = byte()
      result |= UInt128(next & 0x7f) << shift
      if next < 0x80 { break }
      shift += 7
      precondition(shift < 128, "a wide varint of a row has at most 128 bits")
    }
    return Int128(truncatingIfNeeded: result >> 1) ^ -Int128(truncatingIfNeeded: result & 1)
  }
}
