import Diagnostics
import EventModel
import RuleLanguage

/// Names of a program, where they are declared and where they are used.
struct SymbolIndex {
  /// By file, in the order of the text.
  private(set) var occurrences: [String: [Occurrence]] = [:]
  private(set) var declared: [Symbol: Declared] = [:]
  let fields: StreamFields

  init(_ files: [FileSyntax], streams: [CheckedStream]) {
    let declarations = files.flatMap(\.declarations)
    fields = StreamFields(streams, declared: declarations.compactMap { if case .stream(let stream) = $0.kind { stream } else { nil } })
    var bases: [String: String] = [:]
    for file in files {
      for declaration in file.declarations {
        if case .fixture(let fixture) = declaration.kind { bases[fixture.name.text] = fixture.base.text }
        add(SymbolWalk.header(of: declaration, in: file.source))
      }
    }
    for declaration in declarations {
      guard case .fixture(let fixture) = declaration.kind else { continue }
      // A fixture may be made from another one, declared before it or after.
      var (base, steps) = (fixture.base.text, 0)
      while let next = bases[base], steps < bases.count { (base, steps) = (next, steps + 1) }
      declared[.value(fixture.name.text)]?.shape = fields.shape(of: [base])
    }
    let keys = Self.keys(of: declarations)
    var locals: [Declared] = []
    for file in files {
      for declaration in file.declarations {
        var walk = SymbolWalk(declaration, declared: declared, fields: fields, keys: keys)
        walk.all()
        locals += walk.locals
        occurrences[file.source.file, default: []] += walk.found
      }
      occurrences[file.source.file]?.sort { a, b in
        (a.span.range.lowerBound, a.span.range.upperBound) < (b.span.range.lowerBound, b.span.range.upperBound)
      }
    }
    for found in locals { add(found) }
  }

  /// The parts of the keys of rules, by the rules' names.
  private static func keys(of declarations: [DeclarationSyntax]) -> [String: Set<String>] {
    func parts(_ key: KeySyntax?) -> Set<String> { Set((key?.parts ?? []).map(\.name.text)) }
    var keys: [String: Set<String>] = [:]
    for declaration in declarations {
      switch declaration.kind {
      case .rule(let rule): keys[rule.name.text] = parts(rule.by)
      case .lifecycle(let lifecycle): keys[lifecycle.name.text] = parts(lifecycle.by)
      case .kpi(let kpi): keys[kpi.name.text] = parts(kpi.by)
      default: break
      }
    }
    return keys
  }

  private mutating func add(_ found: Declared?) {
    guard let found, declared[found.symbol] == nil else { return }
    declared[found.symbol] = found
  }

  /// The names at a place; of one that several streams have, one for each.
  func at(_ offset: Int, of file: String) -> [Occurrence] {
    let here = (occurrences[file] ?? []).filter { $0.span.range.lowerBound <= offset && offset <= $0.span.range.upperBound }
    // Between two names it is the one that begins here.
    let start = here.map(\.span.range.lowerBound).max()
    return here.filter { $0.span.range.lowerBound == start }
  }

  /// All places of some symbols, in the order of files.
  func places(of symbols: Set<Symbol>, declarations: Bool) -> [Occurrence] {
    var seen: Set<SourceSpan> = []
    return occurrences.keys.sorted().flatMap { occurrences[$0] ?? [] }.filter {
      symbols.contains($0.symbol) && (declarations || !$0.isDeclaration) && seen.insert($0.span).inserted
    }
  }

  func names(of keywords: String...) -> [Declared] {
    declared.values.filter { keywords.contains($0.keyword) }.sorted { $0.name < $1.name }
  }

  /// The names known only in the declaration at a place.
  func locals(at offset: Int, of file: String) -> [Declared] {
    declared.values.filter { found in
      if case .local(_, let owner) = found.symbol { owner.file == file && owner.range.contains(offset) } else { false }
    }.sorted { $0.name < $1.name }
  }
}
