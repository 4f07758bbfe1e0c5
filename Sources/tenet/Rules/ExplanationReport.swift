internal import Diagnostics
internal import EventModel
internal import RuleLanguage

/// What `tenet explain` prints of a rule.
struct ExplanationReport {
  let explanation: RuleExplanation
  let sources: SourceTexts

  var text: String {
    var text = "\(explanation.name)  (\(explanation.state.pattern), \(place))\n"
    if let documentation = explanation.documentation {
      text += Paragraph.wrapped(documentation.split(separator: "\n").joined(separator: " "), indent: "")
    }
    if !explanation.missing.isEmpty {
      text += Paragraph.wrapped(
        "It is checked, and not evaluated by this version, which lacks \(explanation.missing.joined(separator: ", ")).", indent: "")
    }
    text += section("It demands", explanation.demands)
    text +=
      "\nIt reads\n"
      + table(
        explanation.inputs.map { [$0.role, $0.kind, $0.topic.map { "topic \($0)" } ?? "violations", $0.fields.joined(separator: ", ")] })
    let key = explanation.key.isEmpty ? "" : "By \(explanation.key.joined(separator: ", ")): "
    text += section(
      "It keeps",
      [
        "\(key)\(explanation.state.bound); about \(explanation.state.bytesAKey) B a key, \(explanation.state.bytesAnEvent) B a further event."
      ])
    text += section("It decides", explanation.timing)
    text += "\nIt says\n" + table(explanation.sayings.map { [$0.name, $0.text] })
    if !explanation.params.isEmpty {
      text += "\nIt is set by\n"
      text += table(
        explanation.params.map { param in
          [param.name, ([param.value] + param.regional.map { "\($0.value) in \($0.region)" }).joined(separator: ", ")]
        })
    }
    if explanation.tests.isEmpty { return text + section("It is tested by", ["no test"]) }
    return text + "\nIt is tested by\n" + table(explanation.tests.map { [$0] })
  }

  private var place: String { sources.place(of: explanation.span) }

  private func table(_ rows: [[String]]) -> String { TextTable(rows).text(indent: "  ") }

  private func section(_ title: String, _ sentences: [String]) -> String {
    "\n\(title)\n" + sentences.map { Paragraph.wrapped($0, indent: "  ") }.joined()
  }

  /// One object.
  var json: String {
    var json = JSONWriter()
    json.object {
      $0.member("name", explanation.name)
      $0.member("pattern", explanation.state.pattern)
      $0.member("place", place)
      if let documentation = explanation.documentation { $0.member("documentation", documentation) }
      $0.member("demands", explanation.demands)
      $0.key("reads")
      $0.array { array in
        for input in explanation.inputs {
          array.object {
            $0.member("role", input.role)
            $0.member("kind", input.kind)
            if let topic = input.topic { $0.member("topic", topic) }
            $0.member("fields", input.fields)
          }
        }
      }
      $0.key("keeps")
      $0.object {
        $0.member("key", explanation.key)
        $0.member("bound", explanation.state.bound)
        $0.member("bytes_a_key", explanation.state.bytesAKey)
        $0.member("bytes_an_event", explanation.state.bytesAnEvent)
      }
      $0.member("decides", explanation.timing)
      $0.key("says")
      $0.array { array in
        for saying in explanation.sayings {
          array.object {
            $0.member("name", saying.name)
            $0.member("text", saying.text)
          }
        }
      }
      $0.key("params")
      $0.array { array in
        for param in explanation.params {
          array.object {
            $0.member("name", param.name)
            $0.member("value", param.value)
            $0.key("regions")
            $0.object { object in for (region, value) in param.regional { object.member(region, value) } }
          }
        }
      }
      $0.member("tests", explanation.tests)
      $0.member("lacks", explanation.missing)
    }
    return json.text + "\n"
  }
}
