import RuleEngine
import Testing

@testable import StreamRuntime

@Suite struct SourcePositionsTests {
  let source = Source(topic: "orders", partition: 3)

  @Test func `what comes again is dropped, what is missing is counted`() {
    var positions = SourcePositions()
    positions.attach(source, number: 4, at: 10)
    #expect(positions.accept(4, offset: 10) == true)
    #expect(positions.accept(4, offset: 9) == false)
    #expect(positions.accept(4, offset: 10) == false)
    #expect(positions.accept(4, offset: 15) == true)
    #expect(positions[source] == .init(source: source, next: 16, repeated: 2, skipped: 4, records: 2))
  }

  @Test func `an end proves only if nothing came since, and if the end is where reading stopped`() {
    var positions = SourcePositions()
    positions.attach(source, number: 0, at: 10)
    #expect(!positions.isProven(source, end: 10))
    positions.reachedEnd(source, at: 12)
    #expect(positions.isProven(source, end: 12))
    #expect(!positions.isProven(source, end: 13))
    #expect(positions.accept(0, offset: 12) == true)
    #expect(!positions.isProven(source, end: 12))
    // An end told late is behind what was read.
    positions.reachedEnd(source, at: 12)
    #expect(positions.idle.isEmpty)
  }
}
