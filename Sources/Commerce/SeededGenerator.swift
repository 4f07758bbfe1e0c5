/// Random numbers from a seed: the same seed gives the same numbers (xoshiro256**, seeded by SplitMix64).
struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// Generators of one seed with different salts have nothing to do with each other.
  init(seed: UInt64, salt: UInt64) {
    var x = Self.mix(seed) ^ salt &* 0x9E37_79B9_7F4A_7C15
    func next() -> UInt64 {
      x &+= 0x9E37_79B9_7F4A_7C15
      return Self.mix(x)
    }
    state = (next(), next(), next(), next() | 1)
  }

  /// A permutation of the 64-bit numbers that looks random.
  static func mix(_ number: UInt64) -> UInt64 {
    var z = number
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func next() -> UInt64 {
    func rotated(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
    let result = rotated(state.1 &* 5, 7) &* 9
    let t = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= t
    state.3 = rotated(state.3, 45)
    return result
  }

  /// From 0 up to, without, 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  mutating func chance(_ probability: Double) -> Bool { unit() < probability }

  mutating func whole(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(truncatingIfNeeded: next() >> 1) % (range.upperBound - range.lowerBound + 1)
  }

  /// Microseconds between two numbers of seconds.
  mutating func microseconds(_ seconds: ClosedRange<Double>) -> Int64 {
    Int64((seconds.lowerBound + unit() * (seconds.upperBound - seconds.lowerBound)) * 1_000_000)
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[whole(0...(elements.count - 1))] }

  /// Mostly the first elements, ever less the later ones.
  mutating func pickFavouring<Element>(_ elements: [Element]) -> Element {
    elements[min(Int(Double(elements.count) * unit() * unit()), elements.count - 1)]
  }
}
