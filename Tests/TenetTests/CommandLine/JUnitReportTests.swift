import Foundation
import FoundationXML
import TestKit
import Testing

@testable import tenet

@Suite("Results of tests as JUnit XML")
struct JUnitReportTests {
  @Test("a suite for each file, in order; passed, failed and skipped tests, counted for the suite and for all")
  func whole() {
    let report = JUnitReport([
      .init(file: "Rules/orders/late.tenet", name: "one", time: .microseconds(1_500_007), ending: .passed),
      .init(file: "b.tenet", name: "two", time: .zero, ending: .skipped(reason: "needs lookup tables")),
      .init(file: "Rules/orders/late.tenet", name: "three", time: .milliseconds(2), ending: .failed(message: "no", text: "  a\n  b\n")),
    ])
    #expect(
      report.xml == """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="tenet test" tests="3" failures="1" errors="0" time="1.502007">
          <testsuite name="Rules/orders/late.tenet" tests="2" failures="1" errors="0" time="1.502007" skipped="0">
            <testcase name="one" classname="Rules.orders.late" time="1.500007"/>
            <testcase name="three" classname="Rules.orders.late" time="0.002000">
              <failure message="no" type="expectation">  a
          b
        </failure>
            </testcase>
          </testsuite>
          <testsuite name="b.tenet" tests="1" failures="0" errors="0" time="0.000000" skipped="1">
            <testcase name="two" classname="b" time="0.000000">
              <skipped message="needs lookup tables"/>
            </testcase>
          </testsuite>
        </testsuites>

        """)
  }

  @Test("any text is read back by an XML parser as it was, but for characters that XML cannot hold")
  func escapes() throws {
    let text = "<a b=\"c\">&amp; ]]> 'x'\n\ttab\r é 😀 \u{85}"
    let report = JUnitReport([
      .init(file: "a & \"b\".tenet", name: text + "\0\u{1B}[31m\u{FFFE}", time: .zero, ending: .failed(message: text, text: text))
    ])
    let reader = ElementReader()
    let parser = XMLParser(data: Data(report.xml.utf8))
    parser.delegate = reader
    #expect(parser.parse(), "\(report.xml)")
    #expect(reader.attributes["testcase"]?["name"] == text + "\u{FFFD}\u{FFFD}[31m\u{FFFD}")
    #expect(reader.attributes["testsuite"]?["name"] == "a & \"b\".tenet")
    #expect(reader.attributes["failure"]?["message"] == text)
    #expect(reader.characters.contains(text))
  }

  @Test("no tests are a report, too")
  func empty() {
    #expect(JUnitReport([]).xml.contains(#"<testsuites name="tenet test" tests="0" failures="0" errors="0" time="0.000000">"#))
  }

  @Test("a report that cannot be written is told with its path")
  func unwritable() {
    #expect { try JUnitReport([]).write(to: "/nowhere/at/all.xml") } throws: {
      ($0 as? EnvironmentFault)?.message.hasPrefix("`/nowhere/at/all.xml` cannot be written: ") == true
    }
  }

  @Test("`tenet test --junit` writes what it says, and says it, too")
  func verb() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tenet-junit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (rules, xml) = (folder.appending(path: "mine.tenet"), folder.appending(path: "results.xml"))
    try """
    test "mine" {
      cases (key) { ("o-1") ("o-2") }
      at 10:00  orders.placed { order_id: "o-1", total: 20.00 }
      at 10:16  time passes
      expect payments.capture_timeout { order_id: key }
    }
    test "mine: from another region" {
      at 10:00  orders.placed { order_id: "o-1" } from region "eu-west-1"
      at 10:16  time passes
      expect payments.capture_timeout
    }
    """.write(to: rules, atomically: true, encoding: .utf8)
    let transcript = Transcript()
    let words = ["test", repository.appending(path: "Rules").path, rules.path, "--schemas", repository.appending(path: "Schemas").path]
    let code = CommandLineTool.run(
      words + ["--filter", "mine", "--junit", xml.path], verbs: [.test], console: transcript.console)
    #expect(code == .input && transcript.out.hasSuffix("1 passed, 1 failed, 1 skipped\n"), "\(transcript.out)")
    let written = try String(contentsOf: xml, encoding: .utf8)
    #expect(written.contains(#"<testcase name="mine (key = &quot;o-1&quot;)""#), "\(written)")
    #expect(
      written.contains(#"<failure message="expected 1 open, there are 0" type="expectation">  --&gt; \#(rules.path):5:3"#), "\(written)")
    #expect(written.contains(#"<skipped message="needs events of several regions"/>"#), "\(written)")
  }
}

/// The last attributes of each element, and all text.
private final class ElementReader: NSObject, XMLParserDelegate {
  var attributes: [String: [String: String]] = [:]
  var characters = ""

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String]
  ) {
    self.attributes[name] = attributes
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) { characters += text }
}
