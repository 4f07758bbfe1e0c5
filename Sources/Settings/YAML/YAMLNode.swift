internal import Diagnostics

/// A piece of a YAML file with its place.
struct YAMLNode: Hashable, Sendable {
  enum Content: Hashable, Sendable {
    /// Text as it stands; types are the settings' to judge. `isPlain`: without quotes.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping([Entry])
  }

  /// A key of a mapping, in the order of the file, duplicates included.
  struct Entry: Hashable, Sendable {
    var key: String
    var keySpan: SourceSpan
    var value: YAMLNode
  }

  var content: Content
  var span: SourceSpan

  /// `key:` with nothing after it, `~` or `null`.
  var isEmpty: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }
}
