internal import Diagnostics
internal import EventModel
internal import RuleLanguage

/// What `tenet explain` prints of a violation.
struct AccountReport {
  let account: ViolationAccount
  let sources: SourceTexts

  private var record: JSONValue { account.last }

  private func member(_ name: String) -> String? { record[name]?.plain }

  // MARK: Text

  var text: String {
    let place = sources.place(of: account.rule.span)
    var text = "\(member("id") ?? "")  \(member("rule") ?? "")  (\(member("pattern") ?? ""), \(place))\n"
    text += Paragraph.wrapped(member("message") ?? "", indent: "")
    text += section("It says", TextTable(summary).text(indent: "  "))
    text += section("Its rule demands", account.demands.map { Paragraph.wrapped($0, indent: "  ") }.joined())
    text += section("Its evidence", evidence)
    text += section(
      "It looked at", TextTable(account.spans.map { ["from \($0.from.rfc3339)", "to \($0.to.rfc3339)", $0.words] }).text(indent: "  "))
    text += section("It compared", account.comparisons.map(compared).joined())
    text += section("These were there, and did not count", account.misses.map(compared).joined())
    text += section("It was said", TextTable(account.sayings.map(said)).text(indent: "  "))
    return text + section("So", account.reasons.map { Paragraph.wrapped($0, indent: "  ") }.joined())
  }

  private func section(_ title: String, _ content: String) -> String { content.isEmpty ? "" : "\n\(title)\n\(content)" }

  private var summary: [[String]] {
    let key = (record["key"]?.members ?? []).map { "\($0.key): \($0.value.plain)" }.joined(separator: ", ")
    var rows = [["key", key], ["at", member("at") ?? ""], ["severity", member("severity") ?? ""]]
    if let exposure = record["exposure"] {
      rows.append(["exposure", [exposure["amount"], exposure["currency"]].compactMap { $0?.plain }.joined(separator: " ")])
    }
    for name in ["expected", "actual"] { if let value = member(name) { rows.append([name, value]) } }
    for detail in record["details"]?.members ?? [] { rows.append([detail.key, detail.value.plain]) }
    return rows
  }

  private var evidence: String {
    var text = ""
    let rows = account.witnesses.map { witness in
      let entry = witness.record
      let place = entry["topic"].map { "\($0.plain)/\(entry["partition"]?.plain ?? "")@\(entry["offset"]?.plain ?? "")" } ?? ""
      return [entry["role"]?.plain ?? "", witness.name, entry["at"]?.plain ?? "", witness.id ?? "", place]
    }
    let lines = TextTable(rows).text(indent: "  ").split(separator: "\n")
    for (line, witness) in zip(lines, account.witnesses) {
      text += line + "\n"
      if witness.event == nil { text += "    (not among the events that were read)\n" }
      if !witness.fields.isEmpty {
        text += Paragraph.wrapped(witness.fields.map { "\($0.path): \($0.value)" }.joined(separator: ", "), indent: "    ")
      }
    }
    if let omitted = member("evidence_omitted"), omitted != "0" { text += "  and \(omitted) more\n" }
    return text
  }

  private func compared(_ comparison: ViolationAccount.Comparison) -> String {
    "  \(comparison.clause)\(comparison.of.map { " of \($0)" } ?? "")\n" + tree(comparison.result, indent: "    ")
  }

  private func tree(_ result: EvaluatedExpression, indent: String) -> String {
    let shown = result.shown == result.text ? "" : ":  \(result.shown)"
    let outcome = result.isError ? "has no value: \(result.outcome)" : "is \(result.outcome)"
    return "\(indent)\(result.text)\(shown)  \(outcome)\n" + result.parts.map { tree($0, indent: indent + "  ") }.joined()
  }

  private func said(_ saying: ViolationAccount.Saying) -> [String] {
    let record = saying.record
    let settled = record["settled"] == .bool(true) ? ", settled" : ""
    let reason = record["reason"].map { " (\($0.plain))" } ?? ""
    let changed = saying.changed.isEmpty ? "" : "other: \(saying.changed.joined(separator: ", "))"
    return [
      record["revision"]?.plain ?? "", "\(record["state"]?.plain ?? "")\(reason)\(settled)",
      record["clock"].map { "clock \($0.plain)" } ?? "", changed,
    ]
  }

  // MARK: JSON

  var json: String {
    var json = JSONWriter()
    json.object {
      $0.key("violation")
      $0.write(record)
      $0.member("place", sources.place(of: account.rule.span))
      $0.member("demands", account.demands)
      $0.key("evidence")
      $0.array { array in for witness in account.witnesses { write(witness, to: &array) } }
      $0.key("spans")
      $0.array { array in
        for span in account.spans {
          array.object {
            $0.member("what", span.words)
            $0.member("from", span.from.rfc3339)
            $0.member("to", span.to.rfc3339)
            $0.member("includes_from", !span.isOpen)
          }
        }
      }
      for (name, comparisons) in [("compared", account.comparisons), ("missed", account.misses)] {
        $0.key(name)
        $0.array { array in
          for comparison in comparisons {
            array.object {
              $0.member("clause", comparison.clause)
              if let of = comparison.of { $0.member("of", of) }
              $0.key("result")
              write(comparison.result, to: &$0)
            }
          }
        }
      }
      $0.key("revisions")
      $0.array { array in
        for saying in account.sayings {
          array.object {
            for name in ["epoch", "revision", "state", "settled", "reason", "clock"] {
              guard let value = saying.record[name] else { continue }
              $0.key(name)
              $0.write(value)
            }
            $0.member("changed", saying.changed)
          }
        }
      }
      $0.member("reasons", account.reasons)
    }
    return json.text + "\n"
  }

  private func write(_ witness: ViolationAccount.Witness, to json: inout JSONWriter) {
    json.object {
      for (name, value) in witness.record.members ?? [] {
        $0.key(name)
        $0.write(value)
      }
      $0.member("found", witness.event != nil)
      $0.key("fields")
      $0.object { object in for field in witness.fields { object.member(field.path, field.value) } }
    }
  }

  private func write(_ result: EvaluatedExpression, to json: inout JSONWriter) {
    json.object {
      $0.member("text", result.text)
      $0.member("shown", result.shown)
      $0.member(result.isError ? "error" : "value", result.outcome)
      $0.key("parts")
      $0.array { array in for part in result.parts { write(part, to: &array) } }
    }
  }
}
