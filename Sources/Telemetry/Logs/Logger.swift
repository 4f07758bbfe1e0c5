internal import FoundationEssentials
internal import Synchronization

/// Writes lines with fields. A copy may carry fields of its own (`with`); all copies share one sink, and lines never mix.
///
/// Message and fields are evaluated only when the level is on: a line that is off costs a comparison.
package struct Logger: Sendable {
  private final class Output: Sendable {
    let sink: Mutex<LogSink>
    let format: LogFormat
    /// Microseconds since 1970.
    let now: @Sendable () -> Int64
    init(_ sink: LogSink, _ format: LogFormat, _ now: @escaping @Sendable () -> Int64) {
      self.sink = Mutex(sink)
      self.format = format
      self.now = now
    }
  }

  package let level: LogLevel
  private let output: Output
  private var fields: [(name: String, value: LogValue)] = []

  /// - Parameter now: the wall clock, in microseconds since 1970.
  package init(
    level: LogLevel = .info, format: LogFormat = .logfmt, to sink: LogSink = .standardError,
    now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1_000_000) }
  ) {
    self.level = level
    output = Output(sink, format, now)
  }

  /// Says nothing.
  package static let silent = Logger(level: .error, to: .none)

  /// A logger whose lines all carry `fields` before their own.
  package func with(_ fields: LogFields) -> Logger {
    var copy = self
    copy.fields += fields.pairs
    return copy
  }

  package func isOn(_ level: LogLevel) -> Bool { level >= self.level }

  package func debug(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = LogFields()) {
    if isOn(.debug) { write(.debug, message(), fields()) }
  }
  package func info(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = LogFields()) {
    if isOn(.info) { write(.info, message(), fields()) }
  }
  package func warning(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = LogFields()) {
    if isOn(.warning) { write(.warning, message(), fields()) }
  }
  package func error(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = LogFields()) {
    if isOn(.error) { write(.error, message(), fields()) }
  }
  package func log(_ level: LogLevel, _ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = LogFields()) {
    if isOn(level) { write(level, message(), fields()) }
  }

  private func write(_ level: LogLevel, _ message: String, _ own: LogFields) {
    let time = Date(timeIntervalSince1970: Double(output.now()) / 1_000_000)
      .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    let line = output.format.line(time: time, level: level, message: message, fields: fields + own.pairs)
    output.sink.withLock { $0.write(line) }
  }
}
