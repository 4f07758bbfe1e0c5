import Diagnostics
import EventModel
import Testing

@testable import RuleLanguage

@Suite("The catalogue of functions")
struct FunctionCatalogueTests {
  @Test("it describes every function of the language, once")
  func complete() {
    let described = FunctionCatalogue.functions.map(\.name)
    #expect(Set(described).count == described.count)
    let callable = FunctionTable.names.filter { $0.utf8.first != 0x40 && $0.utf8.first != 0x5F && $0 != "-_" && $0 != "!_" }
    #expect(Set(callable).subtracting(described) == [])
    #expect(Set(WindowFunction.Name.allCases.map(\.rawValue)).subtracting(described) == [])
    let macros: Set = [
      "has", "exists", "all", "exists_one", "existsOne", "filter", "map", "transformList", "transformMap", "transformMapEntry", "sortBy",
      "cel.bind", "cel.block", "optMap", "optFlatMap", "count", "avg",
      "percentile",
    ]
    #expect(Set(described).subtracting(callable) == macros)
  }

  @Test("each example gives what it says", arguments: FunctionCatalogue.functions.filter { $0.example != nil }.map(\.name))
  func example(_ name: String) throws {
    let function = try #require(FunctionCatalogue.description(of: name))
    let session = ExpressionSession()
    let (program, diagnostics) = session.check(SourceText(file: "example", text: try #require(function.example)))
    #expect(diagnostics.map(\.message) == [])
    #expect(try session.evaluate(try #require(program)).celText == function.result)
  }

  @Test(
    "each example that is for rules checks in a rule, too, and gives the same",
    arguments: FunctionCatalogue.functions.filter { $0.isForRules && $0.example != nil }.map(\.name))
  func exampleInRules(_ name: String) throws {
    let function = try #require(FunctionCatalogue.description(of: name))
    let (syntax, _) = ExpressionSyntax.parse(SourceText(file: "example", text: try #require(function.example)))
    var checker = ExpressionChecker()
    let amount = checker.check(try #require(syntax), in: Scope(), for: "the example")
    #expect(checker.diagnostics.map(\.message) == [])
    let value = try #require(amount).expression.evaluate(ExpressionValues())
    #expect(value.celText == function.result)
  }
}
