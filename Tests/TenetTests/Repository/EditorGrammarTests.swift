import EventModel
import Foundation
import Testing

/// What colours rules in editors, held against the grammar of the language's reference.
@Suite("The editors' grammars")
struct EditorGrammarTests {
  private static func text(_ path: String) throws -> String { try String(contentsOf: repository.appending(path: path), encoding: .utf8) }

  private static func json(_ path: String) throws -> JSONValue { try JSONValue.parse(Array(try text(path).utf8)) }

  /// The words in quotes of the reference's grammar, and the days that it names in a comment.
  private static func keywords() throws -> Set<String> {
    let reference = try text("Documentation/Language.md")
    let grammar = try #require(reference.firstMatch(of: /(?s)# Appendix: the grammar.*?```\n(.*?)```/)).1
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    return Set(grammar.matches(of: /"([a-z][a-z_0-9]+)"/).map { String($0.1) } + days)
  }

  private static func words(_ text: String) -> Set<String> { Set(text.matches(of: /[A-Za-z_0-9]+/).map { String($0.0) }) }

  /// The expressions of a TextMate grammar, without the names of its scopes.
  private static func patterns(_ grammar: JSONValue) -> [String] {
    switch grammar {
    case .array(let elements): return elements.flatMap { patterns($0) }
    case .object(let members):
      return members.flatMap { key, value in ["match", "begin", "end"].contains(key) ? [value.text ?? ""] : patterns(value) }
    default: return []
    }
  }

  @Test("every keyword of the language has a colour in VS Code")
  func textMate() throws {
    let grammar = try Self.json("editors/vscode/syntaxes/tenet.tmLanguage.json")
    let known = Self.words(Self.patterns(grammar).joined(separator: "\n"))
    #expect(try Self.keywords().subtracting(known).sorted() == [])
  }

  @Test("every keyword of the language has a colour in Vim and Neovim")
  func vim() throws {
    let known = Self.words(try Self.text("editors/vim/syntax/tenet.vim"))
    #expect(try Self.keywords().subtracting(known).sorted() == [])
  }

  @Test("what the extension for VS Code names is there")
  func extensionFolder() throws {
    let folder = "editors/vscode/"
    let package = try Self.json(folder + "package.json")
    _ = try Self.json(folder + "language-configuration.json")
    let contributes = try #require(package["contributes"])
    let named = [
      package["main"], contributes["grammars"]?.elements?.first?["path"], contributes["languages"]?.elements?.first?["configuration"],
    ]
    for value in named {
      let path = try #require(value?.text)
      #expect(FileManager.default.fileExists(atPath: repository.appending(path: folder + path).path), "\(path)")
    }
  }
}
