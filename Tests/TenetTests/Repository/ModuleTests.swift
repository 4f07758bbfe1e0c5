import Foundation
import Testing

/// The house's rules for modules and files, as far as a text shows them.
@Suite("Modules and files")
struct ModuleTests {
  private struct Module {
    var name: String
    var dependencies: [String]
    /// Declared before it.
    var above: [String]
  }

  /// Those of `Sources/` that are ours, in the order of the manifest.
  private static func modules() throws -> [Module] {
    let manifest = try String(contentsOf: repository.appendingPathComponent("Package.swift"), encoding: .utf8)
    var modules: [Module] = []
    for match in manifest.matches(of: /(?s)\bmodule\(\s*"([A-Za-z]+)"(?:,\s*on: \[(.*?)\])?/) {
      let names = (match.2 ?? "").matches(of: /"([A-Za-z0-9]+)"/).map { String($0.1) }
      modules.append(Module(name: String(match.1), dependencies: names, above: modules.map(\.name)))
    }
    return modules
  }

  private static func sources(of folder: String) throws -> [(path: String, text: String)] {
    let below = try #require(FileManager.default.enumerator(atPath: repository.appendingPathComponent(folder).path))
    return try below.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().map { name in
      (folder + "/" + name, try String(contentsOf: repository.appendingPathComponent(folder).appendingPathComponent(name), encoding: .utf8))
    }
  }

  private static func imports(_ text: String) -> Set<String> {
    Set(text.matches(of: /(?m)^[@a-z ]*\bimport (?:struct |func |class )?([A-Za-z0-9]+)/).map { String($0.1) })
  }

  @Test("a module rests on modules above it in the manifest, and imports none that it does not name")
  func order() throws {
    let modules = try Self.modules()
    #expect(modules.count > 10)
    let ours = Set(modules.map(\.name))
    let libraries = Set(modules.flatMap(\.dependencies)).subtracting(ours)
    for module in modules {
      #expect(module.dependencies.filter { ours.contains($0) && !module.above.contains($0) } == [], "\(module.name)")
      for (path, text) in try Self.sources(of: "Sources/" + module.name) {
        let known = Self.imports(text).intersection(ours.union(libraries))
        #expect(known.subtracting(module.dependencies) == [], "\(path)")
      }
    }
  }

  @Test(
    "the core reads no clock, file or socket, and starts no thread: it imports nothing that could",
    arguments: ["Diagnostics", "EventModel", "RuleLanguage", "RuleEngine", "RuleTesting", "LanguageServer"])
  func core(_ module: String) throws {
    for (path, text) in try Self.sources(of: "Sources/" + module) {
      #expect(Self.imports(text).isDisjoint(with: ["Foundation", "Dispatch"]), "\(path)")
      #expect(text.firstMatch(of: /\b(Date\(\)|ContinuousClock|SystemRandomNumberGenerator|Thread\b|FileManager)/) == nil, "\(path)")
    }
  }

  @Test("a file has at most 400 lines, and no name that says nothing", arguments: ["Sources", "Tests", "Benchmarks"])
  func files(_ folder: String) throws {
    for (path, text) in try Self.sources(of: folder) {
      #expect(text.utf8.count { $0 == UInt8(ascii: "\n") } <= 400, "\(path)")
      #expect(path.firstMatch(of: /(Util|Helper|Common|Manager|Misc)/) == nil, "\(path)")
    }
  }
}
