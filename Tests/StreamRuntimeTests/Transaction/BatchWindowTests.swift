import Testing

@testable import StreamRuntime

@Suite struct BatchWindowTests {
  @Test func `a batch closes 50 ms after its first record, whatever follows`() {
    var batch = BatchWindow()
    #expect(!batch.isDue(at: .seconds(100)) && batch.remaining(at: .zero) == nil)
    batch.add(records: 1, effects: 10, at: .milliseconds(10))
    batch.add(records: 1, effects: 10, at: .milliseconds(59))
    #expect(batch.remaining(at: .milliseconds(40)) == .milliseconds(20))
    #expect(!batch.isDue(at: .milliseconds(59)))
    #expect(batch.isDue(at: .milliseconds(60)))
  }

  @Test func `a batch closes at 65,536 records`() {
    var batch = BatchWindow()
    batch.add(records: 65_535, effects: 0, at: .zero)
    #expect(!batch.isDue(at: .zero) && batch.room == 1)
    batch.add(records: 1, effects: 0, at: .zero)
    #expect(batch.isDue(at: .zero) && batch.room == 0)
  }

  @Test func `a batch closes at 32 MB of effects`() {
    var batch = BatchWindow()
    batch.add(records: 1, effects: 32 << 20, at: .zero)
    #expect(batch.isDue(at: .zero))
    batch.reset()
    #expect(!batch.isDue(at: .seconds(9)) && batch.records == 0)
  }
}
