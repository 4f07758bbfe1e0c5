/// What the server asks of the disk. Paths are absolute.
package struct WorkspaceFiles: Sendable {
  /// Where a workspace's rules and schemas lie.
  package struct Layout: Sendable, Equatable {
    package var rules: String
    package var schemas: String
    package init(rules: String, schemas: String) {
      self.rules = rules
      self.schemas = schemas
    }
  }

  /// The layout of a workspace folder, as its configuration says.
  package var layout: @Sendable (_ folder: String) -> Layout
  /// Every `*.tenet` file below a folder; nil: there is no such folder.
  package var rules: @Sendable (_ folder: String) -> [(path: String, bytes: [UInt8])]?
  /// The bytes of one file; nil: it is not there.
  package var read: @Sendable (_ path: String) -> [UInt8]?

  package init(
    layout: @escaping @Sendable (String) -> Layout, rules: @escaping @Sendable (String) -> [(path: String, bytes: [UInt8])]?,
    read: @escaping @Sendable (String) -> [UInt8]?
  ) {
    self.layout = layout
    self.rules = rules
    self.read = read
  }
}
