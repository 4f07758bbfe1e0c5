/// A generator whose numbers follow from its seed (SplitMix64): a test that fails names the seed, and runs again with it.
package struct TestRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  package mutating func whole(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
  package mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &self) < probability }
  package mutating func pick<Element>(_ choices: [Element]) -> Element {
    guard let choice = choices.randomElement(using: &self) else { preconditionFailure("something is picked of something") }
    return choice
  }
}
