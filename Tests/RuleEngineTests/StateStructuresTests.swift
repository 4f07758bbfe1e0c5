import Testing

@testable import RuleEngine

/// A generator of numbers that a seed determines.
struct Draws {
  private var state: UInt64
  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }
  mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }
}

@Suite("The structures that hold a rule's state")
struct StateStructuresTests {
  @Test("the least free number is taken, and none twice")
  func numbers() {
    var pool = NumberPool()
    pool.mark(1)
    #expect((0..<3).map { _ in pool.take() } == [0, 2, 3])
    for _ in 0..<200 { _ = pool.take() }
    pool.free(100)
    pool.free(2)
    #expect([pool.take(), pool.take(), pool.take()] == [2, 100, 204])
  }

  @Test("an index finds the keys that were put in and not taken out, whatever came between", arguments: 0..<4)
  func index(seed: Int) {
    var draws = Draws(seed: UInt64(seed))
    var index = KeyIndex()
    var model: [[UInt8]: Int] = [:]
    for _ in 0..<6_000 {
      let number = draws.below(700)
      let key = Array("k\(number)\(String(repeating: "x", count: number % 40))".utf8)
      if draws.below(2) == 0 {
        let (entry, isNew) = index.insert(key, KeyHash(key))
        #expect(isNew == (model[key] == nil))
        if !isNew { #expect(model[key] == entry) }
        model[key] = entry
      } else if let entry = model.removeValue(forKey: key) {
        index.remove(entry)
      }
      #expect(index.find(key, KeyHash(key)) == model[key])
    }
    #expect(index.count == model.count)
    for (key, entry) in model {
      #expect(index.find(key, KeyHash(key)) == entry)
      #expect(index.key(of: entry).elementsEqual(key))
    }
  }

  @Test("the key without parts is a key like any other")
  func emptyKey() {
    var index = KeyIndex()
    let entry = index.insert([], KeyHash([UInt8]())).entry
    #expect(index.find([], KeyHash([UInt8]())) == entry)
    index.remove(entry)
    #expect(index.find([], KeyHash([UInt8]())) == nil)
  }

  @Test("a wheel fires what is due, all of it, and nothing else", arguments: 0..<6)
  func wheel(seed: Int) {
    var draws = Draws(seed: UInt64(seed) + 100)
    var wheel = TimerWheel()
    var model: [Int: Int64] = [:]
    // From microseconds to years ahead.
    let scales: [Int64] = [10, 1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000, 31_536_000_000_000]
    var clock: Int64 = 1_767_600_000_000_000
    for _ in 0..<3_000 {
      switch draws.below(4) {
      case 0, 1:
        let entry = draws.below(200)
        let due = clock + 1 + Int64(draws.below(1_000)) * scales[draws.below(scales.count)] / 500
        wheel.set(entry, to: due)
        model[entry] = due
      case 2:
        let entry = draws.below(200)
        wheel.set(entry, to: TimerWheel.never)
        model[entry] = nil
      default:
        clock += Int64(draws.below(1_000)) * scales[draws.below(scales.count)] / 1_000
        var fired: [(due: Int64, entry: Int)] = []
        wheel.fire(upTo: clock, into: &fired)
        #expect(Set(fired.map(\.entry)) == Set(model.filter { $0.value <= clock }.keys))
        #expect(Set(fired.map(\.entry)).count == fired.count)
        model = model.filter { $0.value > clock }
      }
      if let least = model.values.min() { #expect(wheel.earliest <= least) }
    }
  }

  @Test("what is set before everything else comes first, though it was set last")
  func wheelTurnsBack() {
    var wheel = TimerWheel()
    wheel.set(0, to: 90 * 86_400_000_000)
    wheel.set(1, to: 5_000_000)
    #expect(wheel.earliest <= 5_000_000)
    var fired: [(due: Int64, entry: Int)] = []
    wheel.fire(upTo: 6_000_000, into: &fired)
    #expect(fired.map(\.entry) == [1])
    wheel.fire(upTo: 91 * 86_400_000_000, into: &fired)
    #expect(fired.map(\.entry) == [1, 0])
  }

  @Test("a row says whose part it is, however many parts and pieces there are", arguments: [0, 1, 65_535, 65_536, 300_000] as [UInt32])
  func rowsOfParts(part: UInt32) {
    let key = Array("k-1".utf8)
    let bytes = (0..<9_000).map { UInt8($0 % 251) }
    var rows = RowBatch()
    for space in [KeyRow.Space.keys, .ids] {
      KeyRow.append(PartChange(part: part, bytes: bytes, pieces: 4), of: space, table: 16, key: key, to: &rows)
    }
    #expect(Set(rows.map(\.row)).count == 8)
    let places = rows.map { KeyRow.place(of: $0.row) }
    #expect(places.map(\.space) == Array(repeating: .keys, count: 4) + Array(repeating: .ids, count: 4))
    #expect(places.allSatisfy { $0.key.elementsEqual(key) && $0.part == part })
    #expect(places.map(\.piece) == [0, 1, 2, 3, 0, 1, 2, 3])
    // The fourth piece was there before, and goes.
    #expect(rows.filter { $0.value == nil }.count == 2)
    var assembler = PartAssembler()
    for (place, row) in zip(places, rows).prefix(4).reversed() { if let bytes = row.value { assembler.add(place, bytes) } }
    assembler.forEach { found, parts in
      #expect(found == key)
      #expect(parts.map(\.part) == [part])
      #expect(parts.map(\.bytes) == [bytes])
    }
  }
}
