import Diagnostics
import Foundation
import RuleLanguage
import TestKit

/// Rule files that there are: the repository's own, the language's examples, and the programs of golden files.
struct ProgramCorpus: Sendable {
  /// Declarations that stand on the same streams.
  struct World: Sendable {
    /// The streams, and what else the declarations name.
    var base: [SourceText]
    var declarations: [String]
    /// By the name that a stream gives.
    var schemas: [String: [UInt8]]
    /// Events of all kinds, on the streams of `base`.
    var samples: SourceText
  }

  var worlds: [World]

  static let all = ProgramCorpus(worlds: [shop, examples, engine])

  private static let shop: World = {
    let rules = repository.appending(path: "Rules")
    let files = FileManager.default.enumerator(atPath: rules.path)?.compactMap { $0 as? String }.filter { $0.hasSuffix(".tenet") } ?? []
    let base = ["streams.tenet", "fixtures.tenet"].map { SourceText(file: $0, text: text(rules.appending(path: $0))) }
    return world(base, files.sorted().map { text(rules.appending(path: $0)) }, schemas: repository.appending(path: "Schemas"))
  }()

  private static let examples: World = {
    let file = text(GoldenFile.folder.appending(path: "Language/examples.tenet"))
    let folders = ["Diagnostics/Grammar", "Diagnostics/Programs"]
    let golden = folders.flatMap { GoldenFile.names(in: $0, endingWith: ".txt") }.flatMap { (try? GoldenFile($0).cases) ?? [] }
    let base = declarations(of: file).filter { $0.hasPrefix("stream") || $0.hasPrefix("let") || $0.hasPrefix("param") }
    return world(
      [SourceText(file: "streams.tenet", text: base.joined(separator: "\n"))], [file] + golden.map(\.input),
      schemas: GoldenFile.folder.appending(path: "Language/Schemas"))
  }()

  private static let engine: World = {
    let folder = GoldenFile.folder.appending(path: "Engine")
    let golden = GoldenFile.names(in: "Engine", endingWith: ".txt").flatMap { (try? GoldenFile($0).cases) ?? [] }
    let texts = golden.map { $0.input.components(separatedBy: "\nevents")[0] }
    return world([SourceText(file: "streams.tenet", text: text(folder.appending(path: "streams.tenet")))], texts, schemas: folder)
  }()

  private static func text(_ file: URL) -> String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }

  private static func world(_ base: [SourceText], _ texts: [String], schemas folder: URL) -> World {
    var schemas: [String: [UInt8]] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] where name.hasSuffix(".json") {
      schemas[name] = (try? Data(contentsOf: folder.appending(path: name))).map { Array($0) }
    }
    let streams = RuleProgram.check(files: base) { schemas[$0] }.program?.streams ?? []
    let kinds = streams.flatMap { stream in stream.kind == nil ? [stream.name] : stream.kinds.map { "\(stream.name).\($0)" } }
    let lines = kinds.filter { FileSyntax.isName($0.replacing(".", with: "")) }.map { "  after 10s  \($0)\n" }
    return World(
      base: base, declarations: texts.flatMap(declarations), schemas: schemas,
      samples: SourceText(file: "samples.tenet", text: "test \"samples\" {\n\(lines.joined())  after 40d  time passes\n}\n"))
  }

  private static func declarations(of text: String) -> [String] {
    let source = SourceText(file: "f", text: text)
    return FileSyntax.parse(source).file.declarations.map { source.text($0.span.range) }
  }
}
