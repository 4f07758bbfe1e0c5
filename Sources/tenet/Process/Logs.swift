internal import KafkaIO
internal import Settings
internal import StreamRuntime
internal import Telemetry

/// The log of a process: lines on standard error, in which the libraries' own words stand too.
enum Logs {
  static func logger(_ settings: Settings, verb: String) -> Logger {
    let level: LogLevel =
      switch settings.logLevel {
      case .debug: .debug
      case .info: .info
      case .warning: .warning
      case .error: .error
      }
    return Logger(level: level, format: settings.logFormat == .json ? .json : .logfmt)
      .with(["application": .string(settings.application), "region": .string(settings.region), "verb": .string(verb)])
  }

  /// Does the work of a process. What in its environment keeps it from going on is a line of its log, and ends it.
  static func running(_ log: Logger, _ work: () throws -> ExitCode) throws -> ExitCode {
    do { return try work() } catch let fault as EnvironmentFault {
      log.error(fault.message, fault.help.map { ["help": .string($0)] } ?? [:])
      return .environment
    }
  }

  /// librdkafka's words, by the levels of syslog.
  static func kafka(_ log: Logger) -> KafkaLog {
    { level, facility, message in
      let own: LogLevel =
        switch level {
        case ...3: .error
        case 4: .warning
        case 5, 6: .info
        default: .debug
        }
      log.log(own, message, ["from": "librdkafka", "facility": .string(facility)])
    }
  }

  static func worker(_ log: Logger) -> @Sendable (WorkerEvent) -> Void {
    { event in
      let level: LogLevel =
        switch event.level {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
      log.log(level, event.message, LogFields(event.fields.map { (name: $0.name, value: .string($0.value)) }))
    }
  }
}
