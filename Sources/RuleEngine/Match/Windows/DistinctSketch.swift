internal import EventModel
internal import RuleLanguage

/// `distinct(e)` of a KPI, whose events are not kept: exact up to 10,000 values, then an estimate, unless a target judges it (language.md
/// 3.8). It depends on the values that were added and on nothing else.
final class DistinctSketch: Accumulator {
  /// Values beyond which it is an estimate.
  private let exactLimit: Int
  /// The parts of its rows: first those of the registers, then the values.
  private static let firstValuePart: UInt32 = 16

  /// As hashes of 128 bits.
  private var values: Set<Fingerprint128> = []
  private var log = AppendLog(origin: firstValuePart)
  private var registers: HyperLogLog?
  /// The values were just given up for registers: their rows are to go.
  private var isConverted = false

  /// `isExact`: as far as there is room for, and farther than any verdict asks.
  init(isExact: Bool = false) { exactLimit = isExact ? 4_000_000 : 10_000 }

  override func add(_ value: Value) {
    var row = RowWriter()
    row.keyPart(value)
    let hash = row.bytes.withUnsafeBytes { Fingerprint128($0) }
    if registers != nil {
      registers?.add(hash.mixed)
      return
    }
    guard values.insert(hash).inserted else { return }
    if values.count <= exactLimit {
      var record = RowWriter()
      hash.write(to: &record)
      log.append(record.bytes)
      return
    }
    var registers = HyperLogLog()
    for value in values { registers.add(value.mixed) }
    (self.registers, values, isConverted) = (registers, [], true)
  }

  override func value() throws(EvaluationError) -> Value { .int(registers?.estimate ?? Int64(values.count)) }

  override var size: Int { 96 + values.capacity * 20 + log.size + (registers == nil ? 0 : HyperLogLog.count) }

  /// The parts that changed since the last call, as numbers from 0.
  func drain(_ body: (PartChange) -> Void) {
    if isConverted {
      isConverted = false
      log.drainEnd(body)
    }
    if registers == nil { log.drain(body) } else { registers?.drain(body) }
  }

  /// All that was written is to go.
  func drainEnd(_ body: (PartChange) -> Void) {
    if registers == nil || isConverted { log.drainEnd(body) }
    registers?.drainEnd(body)
  }

  /// Takes the parts as `drain` gave them, in their order.
  func load(part: UInt32, _ bytes: [UInt8]) {
    guard part >= Self.firstValuePart else {
      registers = registers ?? HyperLogLog()
      registers?.load(part: part, bytes)
      return
    }
    var row = RowReader(bytes)
    while !row.isAtEnd { values.insert(Fingerprint128(from: &row)) }
    log.load(bytes)
  }
}

/// The number of different values among many, to about 0.8 %, from 16,384 registers: the estimator of O. Ertl, "New cardinality estimation
/// algorithms for HyperLogLog sketches" (2017), which needs no tables and has no bias at small numbers.
struct HyperLogLog {
  static let count = 1 << precision
  private static let precision = 14
  /// The greatest value of a register.
  private static let top = 64 - precision + 1
  private static let partSize = PartChange.limit

  private var registers = [UInt8](repeating: 0, count: count)
  /// By part of the registers.
  private var isDirty = [Bool](repeating: true, count: count / partSize)
  private var isWritten = [Bool](repeating: false, count: count / partSize)

  mutating func add(_ hash: UInt64) {
    let index = Int(hash >> UInt64(64 - Self.precision))
    let rest = hash << UInt64(Self.precision)
    let rank = UInt8(min(rest.leadingZeroBitCount + 1, Self.top))
    guard registers[index] < rank else { return }
    registers[index] = rank
    isDirty[index / Self.partSize] = true
  }

  var estimate: Int64 {
    var counts = [Double](repeating: 0, count: Self.top + 1)
    for register in registers { counts[Int(register)] += 1 }
    let m = Double(Self.count)
    var z = m * Self.tau(1 - counts[Self.top] / m)
    for rank in stride(from: Self.top - 1, through: 1, by: -1) { z = 0.5 * (z + counts[rank]) }
    z += m * Self.sigma(counts[0] / m)
    let halfOfReciprocalLogarithmOf2 = 0.721347520444481703680
    return Int64((halfOfReciprocalLogarithmOf2 * m * m / z).rounded())
  }

  private static func sigma(_ x: Double) -> Double {
    if x == 1 { return .infinity }
    var (x, y, z, before) = (x, 1.0, x, -1.0)
    while z != before {
      x *= x
      before = z
      z += x * y
      y += y
    }
    return z
  }

  private static func tau(_ x: Double) -> Double {
    if x == 0 || x == 1 { return 0 }
    var (x, y, z, before) = (x, 1.0, 1 - x, -1.0)
    while z != before {
      x = x.squareRoot()
      before = z
      y *= 0.5
      z -= (1 - x) * (1 - x) * y
    }
    return z / 3
  }

  mutating func drain(_ body: (PartChange) -> Void) {
    for part in isDirty.indices where isDirty[part] {
      let bytes = Array(registers[part * Self.partSize..<(part + 1) * Self.partSize])
      body(PartChange(part: UInt32(part), bytes: bytes, pieces: isWritten[part] ? 1 : 0))
      (isDirty[part], isWritten[part]) = (false, true)
    }
  }

  func drainEnd(_ body: (PartChange) -> Void) {
    for part in isWritten.indices where isWritten[part] { body(PartChange(part: UInt32(part), bytes: nil, pieces: 1)) }
  }

  mutating func load(part: UInt32, _ bytes: [UInt8]) {
    let part = Int(part)
    registers.replaceSubrange(part * Self.partSize..<(part + 1) * Self.partSize, with: bytes)
    (isDirty[part], isWritten[part]) = (false, true)
  }
}
