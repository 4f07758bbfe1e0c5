/// How much a line matters, the least first.
package enum LogLevel: Int, Sendable, Comparable {
  case debug, info, warning, error

  /// The name that lines use.
  var name: String {
    switch self {
    case .debug: "debug"
    case .info: "info"
    case .warning: "warning"
    case .error: "error"
    }
  }

  package static func < (a: LogLevel, b: LogLevel) -> Bool { a.rawValue < b.rawValue }
}
