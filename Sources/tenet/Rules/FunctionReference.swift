internal import RuleLanguage

/// The tables of functions in the documentation, made from the catalogue.
enum FunctionReference {
  static func markdown() -> String {
    FunctionCatalogue.groups.map { group in
      "### \(group.title)\n\n| function | what it gives | for example |\n|---|---|---|\n" + group.functions.map(row).joined()
    }.joined(separator: "\n")
  }

  private static func row(_ function: FunctionDescription) -> String {
    let name = function.isForRules ? "`\(function.name)`" : "`\(function.name)` ¹"
    let example = function.example.map { "`\($0)` is `\(function.result ?? "")`" } ?? ""
    return "| \(name) | \(function.meaning) | \(example) |\n"
  }
}
