internal import Foundation

/// Results of tests in the XML that build servers read: a `testsuite` for each file, a `testcase` for each test.
struct JUnitReport {
  struct Result {
    var file: String
    var name: String
    var time: Duration
    var ending: Ending
  }

  enum Ending: Equatable {
    case passed
    /// The text may have many lines.
    case failed(message: String, text: String)
    case skipped(reason: String)
  }

  /// In the order of the files.
  private let suites: [(file: String, results: [Result])]

  init(_ results: [Result]) {
    var suites: [(file: String, results: [Result])] = []
    var places: [String: Int] = [:]
    for result in results {
      if let place = places[result.file] {
        suites[place].results.append(result)
      } else {
        places[result.file] = suites.count
        suites.append((result.file, [result]))
      }
    }
    self.suites = suites
  }

  var xml: String {
    var xml = #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"
    xml += #"<testsuites name="tenet test" \#(counts(of: suites.flatMap(\.results)))>"# + "\n"
    for suite in suites {
      let skipped = suite.results.count { if case .skipped = $0.ending { true } else { false } }
      xml += #"  <testsuite name="\#(escaped(suite.file))" \#(counts(of: suite.results)) skipped="\#(skipped)">"# + "\n"
      for result in suite.results { xml += element(of: result) }
      xml += "  </testsuite>\n"
    }
    return xml + "</testsuites>\n"
  }

  /// Replaces a file that is there.
  func write(to path: String) throws(EnvironmentFault) {
    do {
      try Data(xml.utf8).write(to: URL(filePath: path))
    } catch {
      throw EnvironmentFault("`\(path)` cannot be written: \(error.localizedDescription)")
    }
  }

  /// A test that fails is a failure, never an error: one that cannot run is skipped.
  private func counts(of results: [Result]) -> String {
    let failures = results.count { if case .failed = $0.ending { true } else { false } }
    let time = results.reduce(Duration.zero) { $0 + $1.time }
    return #"tests="\#(results.count)" failures="\#(failures)" errors="0" time="\#(seconds(time))""#
  }

  private func element(of result: Result) -> String {
    let attributes = #"name="\#(escaped(result.name))" classname="\#(escaped(className(of: result.file)))" time="\#(seconds(result.time))""#
    switch result.ending {
    case .passed: return "    <testcase \(attributes)/>\n"
    case .skipped(let reason):
      return "    <testcase \(attributes)>\n      <skipped message=\"\(escaped(reason))\"/>\n    </testcase>\n"
    case .failed(let message, let text):
      let failure = #"<failure message="\#(escaped(message))" type="expectation">\#(escaped(text, keepsLines: true))</failure>"#
      return "    <testcase \(attributes)>\n      \(failure)\n    </testcase>\n"
    }
  }

  /// Build servers fold results by the dots: `Rules/payments/capture.tenet` is `Rules.payments.capture`.
  private func className(of file: String) -> String {
    let stem = file.hasSuffix(".tenet") ? String(file.dropLast(6)) : file
    return stem.split(separator: "/").filter { $0 != "." && $0 != ".." }.joined(separator: ".")
  }

  /// To the microsecond.
  private func seconds(_ time: Duration) -> String {
    let (seconds, attoseconds) = time.components
    let micros = String(attoseconds / 1_000_000_000_000)
    return "\(seconds)." + String(repeating: "0", count: 6 - micros.count) + micros
  }

  /// What XML cannot hold at all, not even escaped, becomes U+FFFD. An attribute's lines and tabs would else be read as spaces.
  private func escaped(_ text: String, keepsLines: Bool = false) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\n" where keepsLines, "\t" where keepsLines: escaped.unicodeScalars.append(scalar)
      case "\n", "\t", "\r": escaped += "&#\(scalar.value);"
      case "\0"..<" ", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
