internal import Diagnostics
internal import Foundation

/// Finds the rule files of a call.
enum RuleFiles {
  /// The texts of the paths: a file as it is, of a folder every `*.tenet` below it, in order of path.
  static func read(_ paths: [String]) throws(EnvironmentFault) -> [SourceText] {
    var names: [String] = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { throw EnvironmentFault("there is no `\(path)`") }
      guard isFolder.boolValue else {
        names.append(path)
        continue
      }
      let below = Self.names(below: path)
      if below.isEmpty { throw EnvironmentFault("no `*.tenet` file is below `\(path)`") }
      names += below
    }
    var texts: [SourceText] = []
    for name in Set(names).sorted() {
      guard let bytes = FileManager.default.contents(atPath: name) else { throw EnvironmentFault("`\(name)` cannot be read") }
      texts.append(SourceText(file: name, bytes: Array(bytes)))
    }
    return texts
  }

  /// Every `*.tenet` file below a folder, but in those that are hidden and in `node_modules`.
  static func names(below folder: String) -> [String] {
    guard let below = FileManager.default.enumerator(atPath: folder) else { return [] }
    var names: [String] = []
    while let name = below.nextObject() as? String {
      let file = (name as NSString).lastPathComponent
      if file.hasPrefix(".") || file == "node_modules" {
        below.skipDescendants()
      } else if file.hasSuffix(".tenet") {
        names.append(folder.hasSuffix("/") ? folder + name : folder + "/" + name)
      }
    }
    return names
  }

  /// The bytes of a schema below a folder; nil where there is none. A name never leads out of the folder.
  static func schema(_ name: String, in folder: String) -> [UInt8]? {
    if name.hasPrefix("/") || name.split(separator: "/").contains("..") { return nil }
    return FileManager.default.contents(atPath: folder.hasSuffix("/") ? folder + name : folder + "/" + name).map { Array($0) }
  }
}
