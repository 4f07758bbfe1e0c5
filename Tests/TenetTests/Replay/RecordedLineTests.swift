import Testing

@testable import tenet

@Suite("Lines of recorded events")
struct RecordedLineTests {
  @Test("a number that no place or time can have is the line's mistake")
  func numbers() {
    for (member, message) in [
      (#""offset":9223372036854775807"#, "`offset` is a number from 0"), (#""offset":4611686018427387904"#, "`offset` is a number from 0"),
      (#""offset":-1"#, "`offset` is a number from 0"),
      (#""partition":2147483648"#, "`partition` is a number from 0"),
      (#""timestamp":-9223372036854775808"#, "`timestamp` is a number of milliseconds"),
      (#""timestamp":9223372036854775807"#, "`timestamp` is a number of milliseconds"),
      (#""timestamp":1.5"#, "`timestamp` is a number of milliseconds"),
    ] {
      #expect(throws: RecordedLine.Mistake(message: message)) { try RecordedLine.read(#"{"topic":"t","value":{},\#(member)}"#) }
    }
  }
}
