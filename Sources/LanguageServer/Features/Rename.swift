import Diagnostics
import EventModel
import RuleLanguage

/// Renaming of what rule files declare.
struct Rename {
  let index: SymbolIndex

  /// What may be renamed at a place, and its name; nil: nothing there is declared in a rule file.
  func subject(at offset: Int, of file: String) -> (symbol: Symbol, name: String, span: SourceSpan)? {
    for found in index.at(offset, of: file) where found.symbol.isRenamable {
      guard let declared = index.declared[found.symbol] else { continue }
      // A state that no line declares is a kind.
      if declared.keyword == "state", declared.signature == "state \(declared.name)" { continue }
      return (found.symbol, declared.name, found.span)
    }
    return nil
  }

  /// The places to write the new name at, or why it cannot be.
  func places(of symbol: Symbol, to name: String) throws(RequestFailure) -> [SourceSpan] {
    guard let declared = index.declared[symbol] else { throw RequestFailure(.requestFailed, "nothing here can be renamed") }
    if case .local(let old, _) = symbol, declared.keyword == "key part", declared.signature == "by \(old)",
      index.places(of: [symbol], declarations: true).contains(where: { place in
        index.at(place.span.range.lowerBound, of: place.span.file).contains { $0.field != nil }
      })
    {
      throw RequestFailure(.requestFailed, "`\(old)` is the name of a field: give the part another name with `by name = …`")
    }
    try check(name, for: symbol, keyword: declared.keyword)
    return index.places(of: [symbol], declarations: true).map(\.span)
  }

  private func check(_ name: String, for symbol: Symbol, keyword: String) throws(RequestFailure) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let mayHaveDots = keyword == "rule" || keyword == "kpi"
    guard let first = parts.first, FileSyntax.isName(first), parts.dropFirst().allSatisfy({ FileSyntax.isFieldName($0) }),
      mayHaveDots || parts.count == 1
    else {
      throw RequestFailure(.requestFailed, "`\(name)` is no name" + (mayHaveDots ? "" : ": letters, digits and `_`, and no keyword of CEL"))
    }
    if ["all", "first", "last", "time", "rules", "no", "correct"].contains(first),
      ["stream", "table", "fixture", "rule", "kpi", "lifecycle"].contains(keyword)
    {
      throw RequestFailure(.requestFailed, "`\(first)` is a keyword where the name of a \(keyword) stands")
    }
    switch symbol {
    case .rule:
      try refuse(index.declared[.rule(name)], name)
      let kind = name.split(separator: ".", maxSplits: 1).map(String.init)
      if kind.count == 2, index.fields.kinds[kind[0]]?.contains(where: { $0.name == kind[1] }) == true {
        throw RequestFailure(.requestFailed, "`\(name)` is a kind of event already")
      }
    case .value:
      try refuse(index.declared[.value(name)], name)
      for declared in index.declared.values { if case .local(name, _) = declared.symbol { try refuse(declared, name) } }
    case .local(_, let owner):
      try refuse(index.declared[.value(name)], name)
      for declared in index.declared.values {
        guard case .local(name, let other) = declared.symbol, other.file == owner.file, other.range.overlaps(owner.range) else { continue }
        try refuse(declared, name)
      }
    case .kind, .field, .function: break
    }
  }

  private func refuse(_ taken: Declared?, _ name: String) throws(RequestFailure) {
    guard let taken else { return }
    let article = taken.keyword == "alias" ? "an" : "a"
    throw RequestFailure(.requestFailed, "`\(name)` is the name of \(article) \(taken.keyword) already")
  }
}
