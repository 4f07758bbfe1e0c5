package import Diagnostics

/// The catalogue's entries of configuration: each with a file that has the mistake, and the same put right.
package enum SettingsCatalogue {
  private static let head = "application: shop-rules\nregion: eu-west-1\n"

  package static let entries: [DiagnosticEntry] = SettingsCode.allCases.map { code in
    func entry(_ title: String, _ explanation: String, bad: String, good: String) -> DiagnosticEntry {
      DiagnosticEntry(code.code, .error, title, explanation: explanation, bad: head + bad, good: head + good)
    }
    switch code {
    case .notYAML:
      return entry(
        "the configuration file is no YAML",
        "The place shown is where it stops being YAML: look for a missing bracket or quote just before it.",
        bad: "memory: { state: 4GB\n", good: "memory: { state: 4GB }\n")
    case .unknown:
      return entry(
        "a setting of that name does not exist",
        "A misspelled setting would leave its default in force without a word, so it is a mistake in the file, as an option and as an environment variable.",
        bad: "slot: 24\n", good: "slots: 24\n")
    case .wrongValue:
      return entry(
        "the value is not of the setting's type",
        "Durations are written as in rules (`1h30m`), sizes with `KB`, `MB` or `GB`, addresses as host and port.",
        bad: "max_skew: 5 minutes\n", good: "max_skew: 5m\n")
    case .missing:
      return DiagnosticEntry(
        code.code, .error, "a required setting has no value",
        explanation: "`application` and `region` have no default: state and ids depend on them.",
        bad: "application: shop-rules\n", good: head)
    case .twice:
      return entry(
        "a setting is given twice in one file", "Which of the two holds is nobody's guess. A dot in a key and nesting mean the same.",
        bad: "slots: 12\nslots: 24\n", good: "slots: 24\n")
    case .unsetVariable:
      return entry(
        "`${NAME}` names an environment variable that is not set", "`$$` is a dollar sign.",
        bad: "outputs: { prefix: \"${UNSET_PREFIX}\" }\n", good: "outputs: { prefix: tenet }\n")
    case .unreadableSecret:
      return entry(
        "the file of a secret cannot be read",
        "`file:PATH` stands for what the file holds, without a line end; relative paths begin at the configuration file.",
        bad: "kafka: { sasl.password: \"file:missing\" }\n", good: "kafka: { sasl.password: secret }\n")
    case .onlyInFile:
      return entry(
        "the setting can stand in the configuration file only",
        "The clusters of other regions are too much for an option: `relay.peers` is read from the file alone.", bad: "", good: "")
    case .unusedYAML:
      return entry(
        "the file uses a part of YAML that configuration has no use for",
        "Tags, anchors, aliases and a second document are not read: write the value itself.",
        bad: "slots: &n 12\n", good: "slots: 12\n")
    case .notSupported:
      return entry(
        "the setting is known, but only its default is supported", "A setting that does nothing would be worse than none: leave it out.",
        bad: "standbys: 1\n", good: "standbys: 0\n")
    case .contradiction:
      return entry(
        "two settings contradict each other", "Each is fine by itself: the help says which of the two to change.",
        bad: "relay: { peers: { eu-west-1: { bootstrap.servers: \"x:1\" } } }\n",
        good: "relay: { peers: { us-east-1: { bootstrap.servers: \"x:1\" } } }\n")
    }
  }
}
