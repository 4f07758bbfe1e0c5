package import Diagnostics

/// The kinds of mistake that a configuration can hold. Their codes are stable.
package enum SettingsCode: Int, CaseIterable, Sendable {
  case notYAML = 901
  case unknown = 902
  case wrongValue = 903
  case missing = 904
  case twice = 905
  case unsetVariable = 906
  case unreadableSecret = 907
  case onlyInFile = 908
  case unusedYAML = 909
  case contradiction = 910

  package var code: DiagnosticCode { DiagnosticCode(rawValue) }

  /// What the code stands for, as the catalogue says it.
  package var title: String {
    switch self {
    case .notYAML: "the configuration file is no YAML"
    case .unknown: "a setting of that name does not exist"
    case .wrongValue: "the value is not of the setting's type"
    case .missing: "a required setting has no value"
    case .twice: "a setting is given twice in one place"
    case .unsetVariable: "`${NAME}` names an environment variable that is not set"
    case .unreadableSecret: "the file of a secret cannot be read"
    case .onlyInFile: "the setting can stand in the configuration file only"
    case .unusedYAML: "the file uses a part of YAML that configuration has no use for"
    case .contradiction: "two settings contradict each other"
    }
  }
}
