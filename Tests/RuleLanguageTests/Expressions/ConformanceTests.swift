import EventModel
import Foundation
import TestKit
import Testing

@testable import RuleLanguage

/// The cases of the public conformance suite of CEL that need no protocol buffers, and our own in the same format.
@Suite("Conformance to CEL")
struct ConformanceTests {
  /// Beside the package; in CI it must be there.
  static let suite = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "../../../../shared/cel/conformance.jsonl"
  )
  .standardized

  private static let isThere =
    ProcessInfo.processInfo.environment["CI"] == "true" || FileManager.default.isReadableFile(atPath: suite.path)

  @Test(
    "every case of the public suite passes", .enabled(if: isThere, "no cases: ../shared/cel/conformance.jsonl is not beside the package"))
  func publicSuite() throws {
    let outcome = try Self.run(Self.suite)
    #expect(outcome.failures == [])
    #expect(outcome.passed >= 1_216)
  }

  @Test("every case of our own passes", arguments: ["standard", "extensions", "types", "tenet"])
  func ownCases(_ file: String) throws {
    let outcome = try Self.run(GoldenFile.folder.appending(path: "CEL/\(file).jsonl"))
    #expect(outcome.failures == [])
    #expect(outcome.passed > 0)
  }

  private static func run(_ file: URL) throws -> (passed: Int, failures: [String]) {
    var (passed, failures) = (0, [String]())
    for line in try Data(contentsOf: file).split(separator: 0x0A) {
      let testCase = try ConformanceCase(try JSONValue.parse(Array(line)))
      if let failure = testCase.failure() {
        failures.append("\(testCase.name): \(testCase.expression): expected \(failure.expected), got \(failure.got)")
      } else {
        passed += 1
      }
    }
    return (passed, failures)
  }
}
