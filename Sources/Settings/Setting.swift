internal import Diagnostics
internal import EventModel

/// One setting: its name, what it holds, what it is without being given, and what it is for. Everything else (flags, environment
/// variables, help, the reference in the documentation) follows from the table of these.
package struct Setting: Sendable {
  package enum Fallback: Hashable, Sendable {
    case required
    case value(String)
    /// Not set; written `none`.
    case none
    /// Known when the process starts; the text says what it is.
    case computed(String)
  }

  /// `feed.listen`; a free group's ends in `.*`, what stands for the star being the user's: `kafka.*`.
  package var name: String
  /// What it holds, for people: `duration`, `files or topic`.
  package var type: String
  package var fallback: Fallback
  package var help: String
  /// Relative paths are meant from where the setting stands.
  var isPath = false
  /// `file:PATH` stands for what the file holds.
  var isSecret = false
  /// Cannot be given as flag or environment variable.
  package var isOnlyInFile = false
  /// False: only its default is supported.
  package var isSupported = true
  /// Puts a value into the settings; the first argument is what stands for the star.
  var store: @Sendable (_ star: String, _ value: String, inout Settings) throws(SettingMistake) -> Void

  /// The same, of which only the default is supported.
  func notYet() -> Setting {
    var copy = self
    copy.isSupported = false
    return copy
  }

  package var isFree: Bool { name.hasSuffix(".*") }
  /// The name without the star: `kafka.`
  var prefix: String { isFree ? String(name.dropLast()) : name }
  /// `--feed.listen`
  package var flag: String { "--" + name }
  /// `TENET_FEED_LISTEN`
  package var variable: String { Self.variable(for: name) }

  /// The environment variable of a name: upper case, all but letters and digits as `_`.
  package static func variable(for name: String) -> String {
    "TENET_" + String(name.uppercased().map { $0.isLetter || $0.isNumber || $0 == "*" ? $0 : "_" })
  }
}

/// Why a text is no value of a setting: what it is not, and what would be.
struct SettingMistake: Error, Hashable {
  var message: String
  var help: String?
  init(_ message: String, help: String? = nil) {
    (self.message, self.help) = (message, help)
  }
}

/// Where in the settings a value goes.
typealias SettingPath<Value> = any WritableKeyPath<Settings, Value> & Sendable

extension Setting {

  /// A setting whose text is read by a function.
  private static func read<Value: Sendable>(
    _ name: String, _ path: SettingPath<Value>, type: String, _ fallback: Fallback, _ help: String,
    _ read: @escaping @Sendable (String) throws(SettingMistake) -> Value
  ) -> Setting {
    Setting(name: name, type: type, fallback: fallback, help: help) { (_, text, settings) throws(SettingMistake) in
      settings[keyPath: path] = try read(text)
    }
  }

  /// A name that becomes part of topics and ids.
  static func name(
    _ name: String, _ path: SettingPath<String>, _ fallback: Fallback, _ help: String
  ) -> Setting {
    read(name, path, type: "name", fallback, help) { (text) throws(SettingMistake) in
      let fits = text.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains(byte)
      }
      guard fits, (1...100).contains(text.utf8.count) else {
        throw SettingMistake("`\(text)` cannot be part of a topic's name", help: "up to 100 letters, digits, `.`, `_` and `-`")
      }
      return text
    }
  }

  static func path(_ name: String, _ path: SettingPath<String>, _ fallback: Fallback, _ help: String) -> Setting {
    var setting = read(name, path, type: "path", fallback, help) { (text) throws(SettingMistake) in
      if text.isEmpty { throw SettingMistake("a path is not empty") }
      return text
    }
    setting.isPath = true
    return setting
  }

  static func whole(
    _ name: String, _ path: SettingPath<Int>, in range: ClosedRange<Int>, _ fallback: Fallback, _ help: String
  ) -> Setting {
    read(name, path, type: "number", fallback, help) { (text) throws(SettingMistake) in
      guard let number = Int(text) else { throw SettingMistake("`\(text)` is no whole number") }
      guard range.contains(number) else {
        throw SettingMistake("\(number) is not between \(range.lowerBound) and \(range.upperBound)")
      }
      return number
    }
  }

  static func duration(
    _ name: String, _ path: SettingPath<Duration>, in range: ClosedRange<Duration>, _ fallback: Fallback,
    _ help: String
  ) -> Setting {
    read(name, path, type: "duration", fallback, help) { (text) throws(SettingMistake) in
      guard let duration = Duration(ruleText: text) else {
        throw SettingMistake("`\(text)` is no duration", help: "digits and `ms`, `s`, `m`, `h`, `d` or `w`, as in `1h30m`")
      }
      guard range.contains(duration) else {
        throw SettingMistake("\(text) is not between \(range.lowerBound.ruleText) and \(range.upperBound.ruleText)")
      }
      return duration
    }
  }

  static func size(
    _ name: String, _ path: SettingPath<Int>, in range: ClosedRange<Int>, _ fallback: Fallback, _ help: String
  ) -> Setting {
    read(name, path, type: "size", fallback, help) { (text) throws(SettingMistake) in
      guard let size = SizeText.bytes(text) else {
        throw SettingMistake("`\(text)` is no size", help: "a number and `KB`, `MB` or `GB` (powers of 1024), as in `64MB`")
      }
      guard range.contains(size) else {
        throw SettingMistake("\(text) is not between \(SizeText.text(range.lowerBound)) and \(SizeText.text(range.upperBound))")
      }
      return size
    }
  }

  static func choice<Value: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String, _ path: SettingPath<Value>, _ fallback: Fallback, _ help: String
  ) -> Setting {
    let words = Value.allCases.map(\.rawValue)
    let list = words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
    return read(name, path, type: list, fallback, help) { (text) throws(SettingMistake) in
      guard let value = Value(rawValue: text) else {
        throw SettingMistake("`\(text)` is none of \(list)", help: nearestName(to: text, among: words).map { "did you mean `\($0)`?" })
      }
      return value
    }
  }

  static func address(
    _ name: String, _ path: SettingPath<HostAndPort>, _ fallback: Fallback, _ help: String
  ) -> Setting {
    read(name, path, type: "address", fallback, help) { (text) throws(SettingMistake) in
      guard let address = HostAndPort(text) else {
        throw SettingMistake("`\(text)` is no address", help: "host and port, as in `127.0.0.1:8080`")
      }
      return address
    }
  }

  /// A value that may be `none`.
  static func optional(
    _ name: String, _ path: SettingPath<String?>, type: String, isSecret: Bool = false, _ help: String,
    check: @escaping @Sendable (String) -> SettingMistake? = { _ in nil }
  ) -> Setting {
    var setting = read(name, path, type: type, .none, help) { (text) throws(SettingMistake) -> String? in
      if text == "none" { return nil }
      if let mistake = check(text) { throw mistake }
      return text
    }
    setting.isSecret = isSecret
    return setting
  }

  /// A value with a reading of its own.
  static func custom<Value: Sendable>(
    _ name: String, _ path: SettingPath<Value>, type: String, _ fallback: Fallback, _ help: String,
    _ reading: @escaping @Sendable (String) throws(SettingMistake) -> Value
  ) -> Setting {
    read(name, path, type: type, fallback, help, reading)
  }
}
