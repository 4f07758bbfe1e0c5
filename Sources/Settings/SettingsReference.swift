/// The table of settings as text: for `--help`, and for the reference in the documentation.
package enum SettingsReference {
  /// Lines of `--help`: flag, what it holds, default.
  package static func help() -> [(flag: String, text: String)] {
    SettingsTable.all.filter { !$0.isOnlyInFile }.map { setting in
      ("\(setting.flag.replacing("*", with: "NAME")) \(placeholder(setting))", "\(setting.help) \(fallback(setting))")
    }
  }

  /// The reference as a Markdown table.
  package static func markdown() -> String {
    var lines = ["| setting | holds | default | for |", "|---|---|---|---|"]
    for setting in SettingsTable.all {
      var help = setting.isOnlyInFile ? setting.help + " In the file only." : setting.help
      if !setting.isSupported { help += " Only the default is supported." }
      lines.append("| `\(setting.name)` | \(setting.type) | \(cell(setting)) | \(help) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func placeholder(_ setting: Setting) -> String {
    switch setting.type {
    case "name", "path", "number", "duration", "size", "address", "text", "URL": setting.type.uppercased()
    default: "VALUE"
    }
  }

  private static func fallback(_ setting: Setting) -> String {
    switch setting.fallback {
    case .required: "(required)"
    case .none: "(none)"
    case .value(let text): "(default: \(text))"
    case .computed(let text): "(default: the \(text))"
    }
  }

  private static func cell(_ setting: Setting) -> String {
    switch setting.fallback {
    case .required: "required"
    case .none: "none"
    case .value(let text): "`\(text)`"
    case .computed(let text): "the \(text)"
    }
  }
}
