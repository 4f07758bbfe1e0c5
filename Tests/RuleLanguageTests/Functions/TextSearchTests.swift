import TestKit
import Testing

@testable import RuleLanguage

@Suite("Looking for a text")
struct TextSearchTests {
  @Test("the first place is found, as a plain look at every place finds it")
  func places() {
    var random = TestRandom(seed: 1)
    for _ in 0..<2_000 {
      let text = (0..<random.whole(0...12)).map { _ in random.whole(0...1) }
      let part = (0..<random.whole(1...4)).map { _ in random.whole(0...1) }
      let start = random.whole(0...text.count)
      let plain = (start..<text.count + 1).first { $0 + part.count <= text.count && Array(text[$0..<$0 + part.count]) == part }
      #expect(TextSearch(part).first(in: text, from: start) == plain, "\(part) in \(text) from \(start)")
    }
  }

  @Test("a text that nearly has another at every place is looked through once")
  func linear() {
    let text = [UInt8](repeating: 0x61, count: 500_000)
    #expect(TextSearch([UInt8](repeating: 0x61, count: 250_000) + [0x62]).first(in: text) == nil)
  }
}
