internal import Settings

/// What `--help` prints.
enum HelpText {
  /// The list of verbs.
  static func overview(_ verbs: [Verb]) -> String {
    var text = "Business rules over live events.\n\nusage: tenet VERB [options] [paths]\n\n"
    text += table(verbs.map { ($0.name, $0.summary) })
    text += "\ntenet VERB --help says more. Exit codes: 0 good, 1 the input is at fault, 2 the call, 3 the environment.\n"
    return text
  }

  /// One verb: usage, options with defaults, an example.
  static func of(_ verb: Verb) -> String {
    var text = "\(verb.summary)\n\nusage: tenet \(verb.name) [options]\(verb.operands.isEmpty ? "" : " " + verb.operands)\n\n"
    let options = verb.options + Option.common
    text += table(
      options.map { ("--\($0.name)\($0.value.map { " " + $0 } ?? "")", $0.help + ($0.standard.map { " (default: \($0))" } ?? "")) })
    if verb.readsSettings {
      text += "\nevery setting of tenet.yaml:\n\n" + table(SettingsReference.help().map { ($0.flag, $0.text) })
    }
    return text + "\nexample:\n\n  \(verb.example)\n"
  }

  /// Two columns, the second one wrapped.
  private static func table(_ rows: [(String, String)], width: Int = 110) -> String {
    let first = min(rows.map(\.0.count).max() ?? 0, 34)
    var text = ""
    for (name, help) in rows {
      var lines: [String] = []
      var line = ""
      for word in help.split(separator: " ") {
        if !line.isEmpty, first + 4 + line.count + 1 + word.count > width {
          lines.append(line)
          line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
      }
      lines.append(line)
      if name.count > first {
        text += "  \(name)\n"
        text += lines.map { String(repeating: " ", count: first + 4) + $0 + "\n" }.joined()
      } else {
        text += "  \(name)" + String(repeating: " ", count: first - name.count + 2) + lines[0] + "\n"
        text += lines.dropFirst().map { String(repeating: " ", count: first + 4) + $0 + "\n" }.joined()
      }
    }
    return text
  }
}
