import Diagnostics

/// What the grammar says of the tokens of a file, by their offsets: where lines begin, and which tokens stand close together.
struct LayoutMarks {
  /// Tokens that begin a line, and how far it is indented.
  private(set) var lines: [Int: Int] = [:]
  /// First tokens of declarations.
  private(set) var declarations: Set<Int> = []
  /// No space before: the bracket of a call or an index.
  private(set) var tight: Set<Int> = []
  /// Signs of an operand: no space after.
  private(set) var signs: Set<Int> = []
  /// `?` and `:` of a condition: spaces around.
  private(set) var choices: Set<Int> = []
  /// A dot that begins an expression.
  private(set) var leadingDots: Set<Int> = []
  /// Braces with space inside them: those of fields, of cases, of a body on one line.
  private(set) var airy: Set<Int> = []
  /// Two spaces before: an item beside others, what happens after its moment.
  private(set) var wide: Set<Int> = []
  /// A line that is too long may be broken before it: a `where`, an `exposure`.
  private(set) var breaks: Set<Int> = []
  /// Tokens that stand in one column in lines that follow each other: spaces that are put before them.
  private(set) var padding: [Int: Int] = [:]

  private let tokens: [Token]
  private let numbers: [Int: Int]

  init(_ file: FileSyntax) {
    tokens = file.tokens
    var numbers: [Int: Int] = [:]
    for (number, token) in file.tokens.enumerated() { numbers[token.range.lowerBound] = number }
    self.numbers = numbers
    for declaration in file.declarations { mark(declaration) }
  }

  /// The token that is `count` before the one at an offset.
  private func token(_ count: Int, before offset: Int) -> Int {
    guard let number = numbers[offset], number >= count else { return offset }
    return tokens[number - count].range.lowerBound
  }

  private mutating func line(_ offset: Int, indent: Int = 2) { lines[offset] = indent }

  // MARK: - Declarations

  private mutating func mark(_ declaration: DeclarationSyntax) {
    let start = declaration.span.range.lowerBound
    declarations.insert(start)
    line(start, indent: 0)
    switch declaration.kind {
    case .stream(let stream): items(stream.items.map { ($0.keyword.span.range.lowerBound, $0.span) }, of: declaration)
    case .table(let table): items(table.items.map { ($0.keyword.span.range.lowerBound, $0.span) }, of: declaration)
    case .hours(let hours): mark(hours, of: declaration)
    case .let(let value): mark(value.value)
    case .param(let param): mark(param, of: declaration)
    case .fixture(let fixture): mark(fixture.fields)
    case .rule(let rule): mark(rule, of: declaration)
    case .lifecycle(let lifecycle): mark(lifecycle, of: declaration)
    case .kpi(let kpi): mark(kpi, of: declaration)
    case .test(let test): mark(test, of: declaration)
    case .unreadable: break
    }
  }

  /// The closing brace of a body stands on its own line.
  private mutating func close(_ declaration: DeclarationSyntax) { line(declaration.span.range.upperBound - 1, indent: 0) }

  /// A body of items: on one line if they fit, else a line each, with what they say in one column.
  private mutating func items(_ items: [(keyword: Int, span: SourceSpan)], of declaration: DeclarationSyntax, isOneLine: Bool = true) {
    if isOneLine, fitsOnOneLine(declaration) {
      airy.insert(declaration.span.range.upperBound - 1)
      for item in items.dropFirst() { wide.insert(item.keyword) }
      for number in numbersOf(declaration) where tokens[number].kind == .punctuation(.leftBrace) {
        airy.insert(tokens[number].range.lowerBound)
        break
      }
      return
    }
    let widths = items.map { item in numbers[item.keyword].map { tokens[$0].range.count } ?? 0 }
    let widest = widths.max() ?? 0
    for (item, width) in zip(items, widths) {
      line(item.keyword)
      if let number = numbers[item.keyword], number + 1 < tokens.count {
        padding[tokens[number + 1].range.lowerBound] = widest - width
      }
    }
    close(declaration)
  }

  private func numbersOf(_ declaration: DeclarationSyntax) -> Range<Int> {
    let first = numbers[declaration.span.range.lowerBound] ?? 0
    var end = first
    while end < tokens.count, tokens[end].range.lowerBound < declaration.span.range.upperBound { end += 1 }
    return first..<end
  }

  /// Without a comment in it, and no longer than a line with each item two spaces from the next.
  private func fitsOnOneLine(_ declaration: DeclarationSyntax) -> Bool {
    let numbers = numbersOf(declaration)
    if numbers.dropFirst().contains(where: { !tokens[$0].comments.isEmpty }) { return false }
    return numbers.reduce(0) { $0 + tokens[$1].range.count + 1 } + 8 <= RuleFormatter.width
  }

  private mutating func mark(_ hours: HoursSyntax, of declaration: DeclarationSyntax) {
    var all: [(keyword: Int, span: SourceSpan)] = [(token(1, before: hours.zone.span.range.lowerBound), hours.zone.span)]
    all += hours.openings.map { ($0.span.range.lowerBound, $0.span) }
    if let first = hours.closed.first { all.append((token(1, before: first.span.range.lowerBound), first.span)) }
    items(all, of: declaration, isOneLine: false)
  }

  private mutating func mark(_ param: ParamSyntax, of declaration: DeclarationSyntax?) {
    mark(param.type)
    mark(param.defaultValue)
    for region in param.regional { mark(region.value) }
    let regions = param.regional.map { token(1, before: $0.region.span.range.lowerBound) }
    let standard = token(1, before: param.defaultValue.span.range.lowerBound)
    if let declaration {
      items([(standard, param.defaultValue.span)] + regions.map { ($0, param.defaultValue.span) }, of: declaration)
      return
    }
    for region in regions { wide.insert(region) }
    let open = token(1, before: standard)
    airy.insert(open)
    if let number = numbers[open], let end = closing(of: number) { airy.insert(tokens[end].range.lowerBound) }
  }

  private mutating func mark(_ type: TypeSyntax) {
    if !type.arguments.isEmpty { tight.insert(tokenAfter(type.name.span.range.upperBound)) }
    for argument in type.arguments { mark(argument) }
  }

  /// The number of the brace that closes the one of a number.
  private func closing(of number: Int) -> Int? {
    var depth = 0
    for other in number..<tokens.count {
      if tokens[other].kind == .punctuation(.leftBrace) { depth += 1 }
      if tokens[other].kind == .punctuation(.rightBrace) { depth -= 1 }
      if depth == 0 { return other }
    }
    return nil
  }

  // MARK: - Rules

  private mutating func mark(_ rule: RuleSyntax, of declaration: DeclarationSyntax) {
    if let by = rule.by { mark(by) }
    mark(rule.on)
    switch rule.form {
    case nil: break
    case .joins(let joins):
      for join in joins {
        line(join.span.range.lowerBound)
        mark(join.pattern)
      }
    case .expect(let step): mark(step)
    case .forbid(let steps, let last): for step in steps + [last] { mark(step) }
    case .over(let window): line(window.span.range.lowerBound)
    }
    if let when = rule.when { mark(when) }
    mark(rule.notes)
    for param in rule.params {
      line(token(1, before: param.name.span.range.lowerBound))
      mark(param, of: nil)
    }
    close(declaration)
  }

  private mutating func mark(_ kpi: KPISyntax, of declaration: DeclarationSyntax) {
    if let by = kpi.by { mark(by) }
    mark(kpi.on)
    line(kpi.window.span.range.lowerBound)
    line(token(1, before: kpi.measure.span.range.lowerBound))
    mark(kpi.measure)
    // The condition of a measure stands behind it.
    if let when = kpi.when {
      breaks.insert(when.span.range.lowerBound)
      mark(when.condition)
    }
    for item in kpi.items {
      line(item.keyword.span.range.lowerBound)
      if case .target(_, let bound) = item.content { mark(bound) }
    }
    mark(kpi.notes)
    close(declaration)
  }

  private mutating func mark(_ lifecycle: LifecycleSyntax, of declaration: DeclarationSyntax) {
    mark(lifecycle.by)
    mark(lifecycle.on)
    let widest = lifecycle.states.map { $0.name.span.range.count }.max() ?? 0
    for state in lifecycle.states {
      line(state.span.range.lowerBound)
      if let number = numbers[state.name.span.range.lowerBound] {
        padding[tokens[number + 1].range.lowerBound] = widest - state.name.span.range.count
      }
      mark(state.pattern)
    }
    let longest = lifecycle.arrows.map { $0.from.span.range.count }.max() ?? 0
    for arrow in lifecycle.arrows {
      line(arrow.span.range.lowerBound)
      if let number = numbers[arrow.from.span.range.lowerBound] {
        padding[tokens[number + 1].range.lowerBound] = longest - arrow.from.span.range.count
      }
    }
    for first in [lifecycle.start.first, lifecycle.end.first] {
      if let first { line(token(1, before: first.span.range.lowerBound)) }
    }
    wide.insert(token(1, before: lifecycle.retain.span.range.lowerBound))
    mark(lifecycle.notes)
    close(declaration)
  }

  private mutating func mark(_ by: KeySyntax) {
    line(by.span.range.lowerBound)
    for expression in by.parts.flatMap(\.expressions) { mark(expression) }
  }

  private mutating func mark(_ on: OnSyntax) {
    line(on.span.range.lowerBound)
    for pattern in on.patterns { mark(pattern) }
  }

  private mutating func mark(_ pattern: PatternSyntax) {
    guard let condition = pattern.condition else { return }
    breaks.insert(token(1, before: condition.span.range.lowerBound))
    mark(condition)
  }

  private mutating func mark(_ step: StepSyntax) {
    line(step.span.range.lowerBound)
    mark(step.pattern)
    if case .due(let deadline, _) = step.reach.kind { mark(deadline) }
    guard let unless = step.unless else { return }
    let keyword = token(1, before: unless.span.range.lowerBound)
    // What excuses a step of a chain stands behind it.
    if step.keyword.text == "expect" { line(keyword) } else { breaks.insert(keyword) }
    mark(unless)
  }

  private mutating func mark(_ when: WhenSyntax) {
    line(when.span.range.lowerBound)
    mark(when.condition)
  }

  private mutating func mark(_ notes: [NoteSyntax]) {
    for note in notes {
      line(note.span.range.lowerBound)
      switch note.content {
      case .severity(let severity): for choice in severity.cases { mark(choice.condition) }
      case .violation(let violation):
        if let exposure = violation.exposure {
          breaks.insert(token(1, before: exposure.span.range.lowerBound))
          mark(exposure)
        }
        mark(violation.details)
      case .correct(_, let fields, let when):
        mark(fields)
        if let when {
          breaks.insert(when.span.range.lowerBound)
          mark(when.condition)
        }
      default: break
      }
    }
  }

  // MARK: - Tests

  private mutating func mark(_ test: TestSyntax, of declaration: DeclarationSyntax) {
    for given in test.givens {
      switch given {
      case .region(let region): line(token(2, before: region.span.range.lowerBound))
      case .param(let name, let value):
        line(token(2, before: name.span.range.lowerBound))
        mark(value)
      }
    }
    if let cases = test.cases {
      line(cases.span.range.lowerBound)
      for row in cases.rows {
        line(row.span.range.lowerBound, indent: 4)
        for value in row.values { mark(value) }
      }
      line(cases.span.range.upperBound - 1)
    }
    let widest = test.lines.map { line in if case .event(let event) = line { moment(of: event).width } else { 0 } }.max() ?? 0
    for line in test.lines {
      switch line {
      case .event(let event): mark(event, widest: widest)
      case .expect(let expectation):
        self.line(expectation.span.range.lowerBound)
        mark(expectation.fields)
        if case .value(_, _, let value, _) = expectation.claim { mark(value) }
        if let when = expectation.when {
          breaks.insert(when.span.range.lowerBound)
          mark(when.condition)
        }
      }
    }
    close(declaration)
  }

  /// Where the moment of a line ends, and how wide it is.
  private func moment(of event: EventLineSyntax) -> (end: Int, width: Int) {
    let end =
      switch event.moment {
      case .at(let instant): instant.clock.span.range.upperBound
      case .after(let length): length.span.range.upperBound
      }
    var number = numbers[event.span.range.lowerBound] ?? 0
    var width = -1
    while number < tokens.count, tokens[number].range.lowerBound < end {
      width += tokens[number].range.count + 1
      number += 1
    }
    return (end, width)
  }

  private mutating func mark(_ event: EventLineSyntax, widest: Int) {
    line(event.span.range.lowerBound)
    let (end, width) = moment(of: event)
    wide.insert(tokenAfter(end))
    padding[tokenAfter(end)] = widest - width
    if case .event(_, let fields, _, _) = event.happening { mark(fields) }
  }

  // MARK: - Expressions

  private mutating func mark(_ fields: InitializersSyntax?) {
    guard let fields else { return }
    airy.insert(fields.span.range.lowerBound)
    airy.insert(fields.span.range.upperBound - 1)
    for member in fields.members { mark(member.value) }
  }

  private mutating func mark(_ expression: ExpressionSyntax) {
    expression.forEach { part in
      let start = part.span.range.lowerBound
      switch part.kind {
      case .call(let function, let hasDot, _):
        if hasDot { leadingDots.insert(start) }
        tight.insert(tokenAfter(function.span.range.upperBound))
      case .methodCall(_, let method, _): tight.insert(tokenAfter(method.span.range.upperBound))
      case .index(let collection, _), .optionalIndex(let collection, _): tight.insert(tokenAfter(collection.span.range.upperBound))
      case .name(_, let hasDot): if hasDot { leadingDots.insert(start) }
      case .unary: signs.insert(start)
      case .literal(let literal):
        switch literal {
        case .int, .double, .duration: if isSign(at: start) { signs.insert(start) }
        default: break
        }
      case .conditional(_, let then, let otherwise):
        for branch in [then, otherwise] { choices.insert(token(1, before: branch.span.range.lowerBound)) }
      default: break
      }
    }
  }

  private func isSign(at offset: Int) -> Bool { numbers[offset].map { tokens[$0].kind == .punctuation(.minus) } ?? false }

  /// The first token from an offset on.
  private func tokenAfter(_ offset: Int) -> Int {
    var (low, high) = (0, tokens.count)
    while low < high {
      let middle = (low + high) / 2
      if tokens[middle].range.lowerBound < offset { low = middle + 1 } else { high = middle }
    }
    return low < tokens.count ? tokens[low].range.lowerBound : offset
  }
}
