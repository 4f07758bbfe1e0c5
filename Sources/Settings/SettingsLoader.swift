package import Diagnostics
internal import EventModel

/// Puts the configuration together: flag before environment before file before default. It reads nothing itself: the file's text, the
/// environment and the way to read a secret are handed in.
package struct SettingsLoader {
  /// The configuration file: its name as the user knows it, and what it holds.
  package struct File: Sendable {
    package var name: String
    package var text: String
    package init(name: String, text: String) {
      (self.name, self.text) = (name, text)
    }
    /// The folder from which its relative paths are meant: `deploy/` of `deploy/tenet.yaml`.
    var folder: String { name.lastIndex(of: "/").map { String(name[...$0]) } ?? "" }
  }

  /// What came of it. `sources` holds every text that a diagnostic points into, by the name in its span.
  package struct Outcome: Sendable {
    /// nil when something is wrong.
    package var settings: Settings?
    package var diagnostics: [Diagnostic]
    package var sources: SourceTexts
  }

  /// A text given for a setting, with where it was given.
  private struct Given {
    enum Origin { case flag, environment, file }
    var origin: Origin
    var text: String
    var span: SourceSpan
  }

  private let file: File?
  private let environment: [String: String]
  private let readFile: (String) -> String?
  private var diagnostics: [Diagnostic] = []
  private var sources = SourceTexts()
  private var given: [String: Given] = [:]
  /// Of a file that is no YAML nothing is said to be missing.
  private var fileIsRead = true

  /// - Parameters:
  ///   - flags: names without `--`, in the order of the command line; the last one of a name holds.
  ///   - requirements: `application` and `region` may be missing where this is false.
  ///   - hostName: stands for `instance` where none is given.
  ///   - readFile: a file's text, nil where it cannot be read.
  package static func load(
    file: File?, environment: [String: String], flags: [(name: String, value: String)], requirements: Bool = true, hostName: String,
    readFile: @escaping (String) -> String?
  ) -> Outcome {
    var loader = SettingsLoader(file: file, environment: environment, readFile: readFile)
    loader.takeFlags(flags)
    loader.takeEnvironment()
    if let file { loader.takeFile(file) }
    let settings = loader.settle(requirements: requirements, hostName: hostName)
    let failed = loader.diagnostics.contains { $0.severity == .error }
    return Outcome(settings: failed ? nil : settings, diagnostics: loader.diagnostics, sources: loader.sources)
  }

  private init(file: File?, environment: [String: String], readFile: @escaping (String) -> String?) {
    (self.file, self.environment, self.readFile) = (file, environment, readFile)
  }

  // MARK: Where settings come from

  private mutating func takeFlags(_ flags: [(name: String, value: String)]) {
    for (name, value) in flags {
      let source = "--" + name
      guard let (setting, _) = SettingsTable.find(name) else {
        // The value may be a secret: what is shown is the name.
        sources.add(SourceText(file: "command line", text: source))
        unknown(name, at: SourceSpan(file: "command line", range: 0..<source.utf8.count))
        continue
      }
      sources.add(SourceText(file: source, text: setting.isSecret ? "…" : value))
      let span = SourceSpan(file: source, range: 0..<value.utf8.count)
      if setting.isOnlyInFile {
        diagnostics.append(SettingsCode.onlyInFile.diagnostic("`\(name)` can stand in the configuration file only", at: span))
        continue
      }
      given[name] = Given(origin: .flag, text: value, span: span)
    }
  }

  private mutating func takeEnvironment() {
    for (variable, value) in environment.sorted(by: { $0.key < $1.key }) where variable.hasPrefix("TENET_") {
      guard let (setting, name) = SettingsTable.find(variable: variable) else {
        // Others set variables of this prefix too (Kubernetes does, for a service called `tenet`): only a near miss is a mistake.
        let names = SettingsTable.all.filter { !$0.isFree && !$0.isOnlyInFile }.map(\.variable)
        guard let near = nearestName(to: variable, among: names) else { continue }
        sources.add(SourceText(file: "environment", text: variable))
        let span = SourceSpan(file: "environment", range: 0..<variable.utf8.count)
        diagnostics.append(
          SettingsCode.unknown.diagnostic("`\(variable)` is the variable of no setting", at: span, help: "did you mean `\(near)`?"))
        continue
      }
      sources.add(SourceText(file: variable, text: setting.isSecret ? "…" : value))
      let span = SourceSpan(file: variable, range: 0..<value.utf8.count)
      if given[name] == nil { given[name] = Given(origin: .environment, text: value, span: span) }
    }
  }

  private mutating func takeFile(_ file: File) {
    sources.add(SourceText(file: file.name, text: file.text))
    let (node, mistakes) = YAMLReader.read(file.text, file: file.name)
    diagnostics += mistakes
    if !mistakes.isEmpty { fileIsRead = false }
    guard let node else { return }
    guard case .mapping(let entries) = node.content else {
      if !node.isEmpty {
        diagnostics.append(SettingsCode.notYAML.diagnostic("a configuration is `name: value` lines", at: node.span))
      }
      return
    }
    var seen: [String: SourceSpan] = [:]
    take(entries, under: "", seen: &seen)
  }

  private mutating func take(_ entries: [YAMLNode.Entry], under prefix: String, seen: inout [String: SourceSpan]) {
    for entry in entries {
      let name = prefix + entry.key
      switch entry.value.content {
      case .mapping(let inner):
        if isUnknownGroup(name, at: entry.keySpan) { continue }
        take(inner, under: name + ".", seen: &seen)
      case .sequence(let items):
        let texts = items.compactMap { item in if case .scalar(let text, _) = item.content { text } else { String?.none } }
        if texts.count != items.count {
          diagnostics.append(SettingsCode.wrongValue.diagnostic("a list holds values only", at: entry.value.span))
        } else {
          take(name, texts.joined(separator: ","), entry, seen: &seen)
        }
      case .scalar(let text, _):
        if entry.value.isEmpty {
          diagnostics.append(
            SettingsCode.wrongValue.diagnostic("`\(name)` has no value", at: entry.keySpan, help: "leave the line out to have the default"))
        } else {
          take(name, text, entry, seen: &seen)
        }
      }
    }
  }

  private mutating func take(_ name: String, _ text: String, _ entry: YAMLNode.Entry, seen: inout [String: SourceSpan]) {
    if text == "none", SettingsTable.all.contains(where: { $0.name == name + ".*" }) { return }
    guard SettingsTable.find(name) != nil else { return unknown(name, at: entry.keySpan) }
    if let first = seen[name] {
      diagnostics.append(
        SettingsCode.twice.diagnostic(
          "`\(name)` is given twice", at: entry.keySpan, notes: [.init("here is the first", at: first)],
          help: "keep one of the two"))
      return
    }
    seen[name] = entry.keySpan
    if given[name] == nil { given[name] = Given(origin: .file, text: text, span: entry.value.span) }
  }

  /// Says so where nothing of the table lies under a name.
  private mutating func isUnknownGroup(_ name: String, at span: SourceSpan) -> Bool {
    let inside = SettingsTable.all.contains { $0.prefix.hasPrefix(name + ".") || ($0.isFree && (name + ".").hasPrefix($0.prefix)) }
    if !inside { unknown(name, at: span) }
    return !inside
  }

  private mutating func unknown(_ name: String, at span: SourceSpan) {
    let inside = SettingsTable.all.map(\.name).filter { $0.hasPrefix(name + ".") }
    if let first = inside.first {
      diagnostics.append(
        SettingsCode.unknown.diagnostic("`\(name)` is a group of settings", at: span, help: "give one of it, such as `\(first)`"))
      return
    }
    let groups = SettingsTable.all.compactMap { $0.name.split(separator: ".").count > 1 ? $0.name.split(separator: ".").first : nil }
    let names = SettingsTable.all.filter { !$0.isFree }.map(\.name) + Set(groups.map(String.init)).sorted()
    diagnostics.append(
      SettingsCode.unknown.diagnostic(
        "`\(name)` is no setting", at: span, help: nearestName(to: name, among: names).map { "did you mean `\($0)`?" }))
  }

  // MARK: What they come to

  private mutating func settle(requirements: Bool, hostName: String) -> Settings {
    var settings = Settings()
    for setting in SettingsTable.all {
      if setting.isFree {
        for (name, value) in given.sorted(by: { $0.key < $1.key }) where SettingsTable.find(name)?.setting.name == setting.name {
          put(value, setting, star: String(name.dropFirst(setting.prefix.count)), into: &settings)
        }
      } else if let value = given[setting.name] {
        put(value, setting, star: "", into: &settings)
      } else {
        putFallback(of: setting, requirements: requirements, hostName: hostName, into: &settings)
      }
    }
    contradictions(settings)
    return settings
  }

  private mutating func putFallback(of setting: Setting, requirements: Bool, hostName: String, into settings: inout Settings) {
    let text: String
    switch setting.fallback {
    case .none: return
    case .required:
      if requirements, fileIsRead {
        let place = file.map { SourceSpan(file: $0.name, range: 0..<0) } ?? SourceSpan(file: setting.flag, range: 0..<0)
        let ways = "set it in the configuration file, as `\(setting.flag)`, or as `\(setting.variable)`"
        diagnostics.append(SettingsCode.missing.diagnostic("`\(setting.name)` is required", at: place, help: ways))
      }
      return
    case .value(let value): text = setting.isPath ? (file?.folder ?? "") + value : value
    case .computed: text = hostName
    }
    do throws(SettingMistake) {
      try setting.store("", text, &settings)
    } catch {
      precondition(setting.name == "instance", "the default of \(setting.name) is a value of its type: \(error.message)")
      let span = SourceSpan(file: setting.flag, range: 0..<0)
      diagnostics.append(
        SettingsCode.wrongValue.diagnostic("the host's name is no name for an instance: \(error.message)", at: span, help: "set `instance`")
      )
    }
  }

  private mutating func put(_ value: Given, _ setting: Setting, star: String, into settings: inout Settings) {
    let name = setting.isFree ? setting.prefix + star : setting.name
    if !setting.isSupported, setting.fallback != .value(value.text), value.text != "none" {
      let only =
        switch setting.fallback {
        case .value(let text): "`\(name)` other than `\(text)` is not supported yet"
        default: "`\(name)` is not supported yet"
        }
      diagnostics.append(SettingsCode.notSupported.diagnostic(only, at: value.span, help: "leave it out"))
      return
    }
    var text = value.text
    let folder = value.origin == .file ? (file?.folder ?? "") : ""
    if value.origin == .file {
      guard let expanded = expand(text, at: value.span) else { return }
      text = expanded
    }
    if setting.isSecret, text.hasPrefix("file:") {
      let path = Self.path(String(text.dropFirst(5)), from: folder)
      guard let secret = readFile(path) else {
        diagnostics.append(SettingsCode.unreadableSecret.diagnostic("`\(path)` cannot be read", at: value.span))
        return
      }
      text = secret.hasSuffix("\n") ? String(secret.dropLast()) : secret
    } else if setting.isPath || (star.hasSuffix(".location") && text != "probe") {
      text = Self.path(text, from: folder)
    }
    do throws(SettingMistake) {
      try setting.store(star, text, &settings)
    } catch {
      let message = "`\(name)`: \(error.message)"
      diagnostics.append(SettingsCode.wrongValue.diagnostic(message, at: value.span, help: error.help))
    }
  }

  private static func path(_ path: String, from folder: String) -> String { path.hasPrefix("/") ? path : folder + path }

  /// Puts environment variables in the place of `${NAME}`; `$$` is a dollar.
  private mutating func expand(_ text: String, at span: SourceSpan) -> String? {
    var out = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      out += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.hasPrefix("$") {
        out += "$"
        rest = rest.dropFirst()
      } else if rest.hasPrefix("{"), let close = rest.firstIndex(of: "}") {
        let name = String(rest[rest.index(after: rest.startIndex)..<close])
        guard let value = environment[name] else {
          let near = nearestName(to: name, among: environment.keys).map { "did you mean `\($0)`?" }
          diagnostics.append(
            SettingsCode.unsetVariable.diagnostic("the environment variable `\(name)` is not set", at: span, help: near))
          return nil
        }
        out += value
        rest = rest[rest.index(after: close)...]
      } else {
        out += "$"
      }
    }
    return out + rest
  }

  private mutating func contradictions(_ settings: Settings) {
    func place(_ name: String) -> SourceSpan {
      given[name]?.span ?? given.first { $0.key.hasPrefix(name) }?.value.span ?? SourceSpan(file: file?.name ?? "--" + name, range: 0..<0)
    }
    func say(_ message: String, _ name: String, help: String) {
      diagnostics.append(SettingsCode.contradiction.diagnostic(message, at: place(name), help: help))
    }
    if settings.shards > settings.slots, settings.slots > 0 {
      say("\(settings.shards) shards have only \(settings.slots) slots between them", "shards", help: "a shard owns at least one slot")
    }
    if !settings.region.isEmpty, settings.peers[settings.region] != nil {
      say("`\(settings.region)` is this process's own region", "relay.peers.\(settings.region)", help: "peers are the other regions")
    }
    for (region, properties) in settings.peers.sorted(by: { $0.key < $1.key }) where properties["bootstrap.servers"] == nil {
      say("the peer `\(region)` has no `bootstrap.servers`", "relay.peers.\(region)", help: "say where its cluster is")
    }
  }
}
