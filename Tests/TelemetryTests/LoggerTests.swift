import Foundation
import Synchronization
import Telemetry
import Testing

/// Keeps the lines of a logger.
final class Lines: Sendable {
  private let lines = Mutex<[String]>([])
  var all: [String] { lines.withLock { $0 } }
  var sink: LogSink { LogSink { line in self.lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } } }

  func logger(_ format: LogFormat, level: LogLevel = .info) -> Logger {
    Logger(level: level, format: format, to: sink) { 1_767_609_000_250_000 }
  }
}

@Suite struct LoggerTests {
  @Test("a logfmt line quotes what needs quotes, and only that")
  func logfmt() {
    let lines = Lines()
    let fields: LogFields = ["topic": "orders.v1", "offset": 17, "ok": true, "seconds": 0.5, "detail": "a \"b\"\n", "no": ""]
    lines.logger(.logfmt).info("read to the end", fields)
    #expect(
      lines.all == [
        #"time=2026-01-05T10:30:00.250Z level=info message="read to the end" topic=orders.v1 offset=17 ok=true seconds=0.5 detail="a \"b\"\n" no="""#
          + "\n"
      ])
  }

  @Test("a JSON line is an object with the same names, whatever the strings hold")
  func json() throws {
    let lines = Lines()
    lines.logger(.json).error("broken\u{1}", ["key": "o-1\t\"\\é", "rate": .double(.nan), "n": -3])
    let line = try #require(lines.all.first)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(object["time"] as? String == "2026-01-05T10:30:00.250Z")
    #expect(object["level"] as? String == "error")
    #expect(object["message"] as? String == "broken\u{1}")
    #expect(object["key"] as? String == "o-1\t\"\\é")
    #expect(object["rate"] as? String == "nan")
    #expect(object["n"] as? Int == -3)
    #expect(line.filter { $0 == "\n" }.count == 1)
  }

  @Test("a level that is off evaluates neither message nor fields")
  func off() {
    let lines = Lines()
    let log = lines.logger(.logfmt, level: .warning)
    var evaluated = 0
    func count(_ text: String) -> String {
      evaluated += 1
      return text
    }
    log.debug(count("a"), ["b": .string(count("c"))])
    log.info(count("a"), ["b": .string(count("c"))])
    #expect(evaluated == 0)
    log.warning(count("a"), ["b": .string(count("c"))])
    #expect(evaluated == 2)
    #expect(lines.all.count == 1)
  }

  @Test("fields of a derived logger stand before those of the line")
  func derived() {
    let lines = Lines()
    lines.logger(.logfmt).with(["slot": 3]).info("restored", ["rows": 12])
    #expect(lines.all.first?.hasSuffix("message=restored slot=3 rows=12\n") == true)
  }

  @Test("lines of many threads never mix")
  func threads() async {
    let lines = Lines()
    let log = lines.logger(.logfmt)
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 { group.addTask { for n in 0..<200 { log.info("x", ["task": .int(task), "n": .int(n)]) } } }
    }
    #expect(lines.all.count == 1_600)
    #expect(Set(lines.all).count == 1_600)
  }
}
