import Diagnostics
import RuleLanguage

extension SymbolWalk {
  /// The name that a declaration gives; nil: a test has none.
  static func header(of declaration: DeclarationSyntax, in source: SourceText?) -> Declared? {
    func declared(_ symbol: Symbol, _ keyword: String, _ name: String, _ span: SourceSpan, _ more: String = "", shape: Shape? = nil)
      -> Declared
    {
      Declared(
        symbol: symbol, keyword: keyword, name: name, span: span, whole: declaration.span, documentation: declaration.documentation,
        signature: "\(keyword) \(name)\(more)", shape: shape)
    }
    func written(_ span: SourceSpan) -> String {
      let text = source?.text(span.range) ?? ""
      return text.count > 200 ? text.prefix(200) + "…" : text
    }
    func value(_ name: Word, _ keyword: String, _ more: String = "", shape: Shape? = nil) -> Declared {
      declared(.value(name.text), keyword, name.text, name.span, more, shape: shape)
    }
    switch declaration.kind {
    case .stream(let stream): return value(stream.name, "stream", stream.topicText)
    case .table(let table): return value(table.name, "table")
    case .hours(let hours): return value(hours.name, "hours", " { zone \"\(hours.zone.value)\" … }")
    case .let(let constant): return value(constant.name, "let", " = " + written(constant.value.span))
    case .param(let param):
      return value(param.name, "param", " \(param.type.text) { default \(written(param.defaultValue.span)) }", shape: param.type.shape)
    case .fixture(let fixture): return value(fixture.name, "fixture", " = \(fixture.base.text)")
    case .rule(let rule): return declared(.rule(rule.name.text), "rule", rule.name.text, rule.name.span)
    case .lifecycle(let lifecycle):
      return declared(.rule(lifecycle.name.text), "lifecycle", lifecycle.name.text, lifecycle.name.span)
    case .kpi(let kpi): return declared(.rule(kpi.name.text), "kpi", kpi.name.text, kpi.name.span)
    case .test: return nil
    case .unreadable(let keyword, let name):
      let isRule = ["rule", "lifecycle", "kpi"].contains(keyword.text)
      if isRule { return declared(.rule(name.text), keyword.text, name.text, name.span) }
      return value(name.parts[0], keyword.text)
    }
  }
}

extension StreamSyntax {
  fileprivate var topicText: String {
    for case .topic(let topic) in items.map(\.content) { return " { topic \"\(topic.value)\" … }" }
    return ""
  }
}
