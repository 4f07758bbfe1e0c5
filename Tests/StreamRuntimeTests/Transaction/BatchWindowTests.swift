import Testing

@testable import StreamRuntime

@Suite struct BatchWindowTests {
  @Test func `a batch closes 50 ms after its first record, whatever follows`() {
    var batch = BatchWindow()
    #expect(!batch.isDue(at: .seconds(100)) && batch.remaining(at: .zero) == nil)
    batch.add(records: 1, effects: 10, isBehind: false, at: .milliseconds(10))
    batch.add(records: 1, effects: 10, isBehind: false, at: .milliseconds(59))
    #expect(batch.remaining(at: .milliseconds(40)) == .milliseconds(20))
    #expect(!batch.isDue(at: .milliseconds(59)))
    #expect(batch.isDue(at: .milliseconds(60)))
  }

  @Test func `who has more to read at once closes a batch after 500 ms, and after 50 ms again when there is no more`() {
    var batch = BatchWindow()
    batch.add(records: 1, effects: 10, isBehind: true, at: .zero)
    #expect(!batch.isDue(at: .milliseconds(499)) && batch.isDue(at: .milliseconds(500)))
    #expect(batch.remaining(at: .milliseconds(100)) == .milliseconds(400))
    batch.add(records: 1, effects: 10, isBehind: false, at: .milliseconds(100))
    #expect(batch.isDue(at: .milliseconds(100)))
  }

  @Test func `a batch closes at 65,536 records`() {
    var batch = BatchWindow()
    batch.add(records: 65_535, effects: 0, isBehind: false, at: .zero)
    #expect(!batch.isDue(at: .zero) && batch.room == 1)
    batch.add(records: 1, effects: 0, isBehind: false, at: .zero)
    #expect(batch.isDue(at: .zero) && batch.room == 0)
  }

  @Test func `a batch closes at 32 MB of effects`() {
    var batch = BatchWindow()
    batch.add(records: 1, effects: 32 << 20, isBehind: false, at: .zero)
    #expect(batch.isDue(at: .zero))
    batch.reset()
    #expect(!batch.isDue(at: .seconds(9)) && batch.records == 0)
  }
}
