import Diagnostics

/// Lays out the tokens of one clause: on one line if they fit, else broken where it reads best: at commas, at `||` and `&&`, at a `where`,
/// or in the widest brackets.
struct LineLayout {
  let bytes: [UInt8]
  let tokens: [Token]
  let marks: LayoutMarks

  /// - Parameter range: of `tokens`; not empty.
  /// - Returns: lines without their ends.
  func lines(of range: Range<Int>, indent: Int) -> [String] {
    let flat = flat(range)
    if indent + flat.count <= RuleFormatter.width || range.count < 2 { return [spaces(indent) + flat] }
    let points = breakPoints(in: range)
    if !points.isEmpty { return segments(of: range, at: points, indent: indent) }
    guard let brackets = widestBrackets(in: range) else { return [spaces(indent) + flat] }
    return broken(range, in: brackets, indent: indent)
  }

  private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

  private func text(_ number: Int) -> String { String(decoding: bytes[tokens[number].range], as: UTF8.self) }

  func flat(_ range: Range<Int>) -> String {
    var text = ""
    for number in range {
      if number > range.lowerBound { text += gap(before: number) }
      text += self.text(number)
    }
    return text
  }

  /// What stands between a token and the one before it, on one line.
  private func gap(before number: Int) -> String {
    let (left, right) = (tokens[number - 1], tokens[number])
    let (start, before) = (right.range.lowerBound, left.range.lowerBound)
    let padding = spaces(marks.padding[start] ?? 0)
    if marks.wide.contains(start) { return "  " + padding }
    if marks.tight.contains(start) || marks.signs.contains(before) { return "" }
    switch right.kind {
    case .punctuation(.comma), .punctuation(.rightParenthesis), .punctuation(.rightBracket): return ""
    case .punctuation(.dot): return marks.leadingDots.contains(start) ? opened(left, before) ? "" : " " : ""
    case .punctuation(.colon): return marks.choices.contains(start) ? " " : ""
    case .punctuation(.question): if !marks.choices.contains(start), opened(left, before) || left.kind == .punctuation(.dot) { return "" }
    case .punctuation(.rightBrace):
      if left.kind == .punctuation(.leftBrace) { return "" }
      return marks.airy.contains(start) ? " " : ""
    default: break
    }
    switch left.kind {
    case .punctuation(.dot): return ""
    case .punctuation(.question) where !marks.choices.contains(before): return ""
    default: return opened(left, before) ? "" : " " + padding
    }
  }

  /// It opens brackets whose content stands close to them.
  private func opened(_ token: Token, _ offset: Int) -> Bool {
    switch token.kind {
    case .punctuation(.leftParenthesis), .punctuation(.leftBracket): true
    case .punctuation(.leftBrace): !marks.airy.contains(offset)
    default: false
    }
  }

  // MARK: - Breaking

  private enum Level: Int { case clause, list, or, and, choice, comparison, sum, chain }

  /// Tokens before which the line is broken: all of the lowest level that is there outside of brackets.
  private func breakPoints(in range: Range<Int>) -> [Int] {
    var found: [Level: [Int]] = [:]
    var depth = 0
    for number in range {
      if opens(number) { depth += 1 }
      if closes(number) { depth -= 1 }
      guard depth == 0, number > range.lowerBound, let level = level(number) else { continue }
      found[level, default: []].append(level == .list ? number + 1 : number)
    }
    // One call is broken in its brackets.
    if found[.chain]?.count == 1 { found[.chain] = nil }
    return (found.min { $0.key.rawValue < $1.key.rawValue }?.value ?? []).filter { range.contains($0) }
  }

  private func level(_ number: Int) -> Level? {
    let start = tokens[number].range.lowerBound
    if marks.breaks.contains(start) { return .clause }
    switch tokens[number].kind {
    case .punctuation(.comma): return .list
    case .punctuation(.or): return .or
    case .punctuation(.and): return .and
    case .punctuation(.equal), .punctuation(.notEqual), .punctuation(.less), .punctuation(.lessOrEqual), .punctuation(.greater),
      .punctuation(.greaterOrEqual):
      return .comparison
    case .punctuation(.plus): return .sum
    case .punctuation(.minus): return marks.signs.contains(start) ? nil : .sum
    case .punctuation(.dot):
      let isCall = number + 2 < tokens.count && tokens[number + 2].kind == .punctuation(.leftParenthesis)
      return isCall && !marks.leadingDots.contains(start) ? .chain : nil
    case .punctuation(.question), .punctuation(.colon): return marks.choices.contains(start) ? .choice : nil
    default: return nil
    }
  }

  private func segments(of range: Range<Int>, at points: [Int], indent: Int) -> [String] {
    var result: [String] = []
    for (start, end) in zip([range.lowerBound] + points, points + [range.upperBound]) {
      result += lines(of: start..<end, indent: start == range.lowerBound ? indent : indent + 2)
    }
    return result
  }

  private func opens(_ number: Int) -> Bool {
    switch tokens[number].kind {
    case .punctuation(.leftParenthesis), .punctuation(.leftBracket), .punctuation(.leftBrace): true
    default: false
    }
  }

  private func closes(_ number: Int) -> Bool {
    switch tokens[number].kind {
    case .punctuation(.rightParenthesis), .punctuation(.rightBracket), .punctuation(.rightBrace): true
    default: false
    }
  }

  /// The brackets outside of others that hold most; nil: none hold anything.
  private func widestBrackets(in range: Range<Int>) -> Range<Int>? {
    var open: [Int] = []
    var widest: Range<Int>?
    for number in range {
      if opens(number) { open.append(number) }
      guard closes(number), let start = open.popLast(), open.isEmpty, number > start + 1 else { continue }
      if widest.map({ flat($0).count < flat(start..<number + 1).count }) ?? true { widest = start..<number + 1 }
    }
    return widest
  }

  /// What is in the brackets gets lines of its own.
  private func broken(_ range: Range<Int>, in brackets: Range<Int>, indent: Int) -> [String] {
    var result = [spaces(indent) + flat(range.lowerBound..<brackets.lowerBound + 1)]
    let content = brackets.lowerBound + 1..<brackets.upperBound - 1
    let tail = lines(of: brackets.upperBound - 1..<range.upperBound, indent: indent)
    if indent + 2 + flat(content).count <= RuleFormatter.width {
      return result + [spaces(indent + 2) + flat(content)] + tail
    }
    var points = [content.lowerBound]
    var depth = 0
    for number in content {
      if opens(number) {
        if depth == 0, number > content.lowerBound, marks.breaks.contains(tokens[number].range.lowerBound) { points.append(number) }
        depth += 1
      }
      if closes(number) { depth -= 1 }
      if depth == 0, tokens[number].kind == .punctuation(.comma), number + 1 < content.upperBound { points.append(number + 1) }
    }
    let ends = Array(points.dropFirst()) + [content.upperBound]
    // A list of short things reads like a text.
    if points.count > 8, zip(points, ends).allSatisfy({ flat($0..<$1).count <= 12 }) { return result + filled(points, ends, indent) + tail }
    for (start, end) in zip(points, ends) { result += lines(of: start..<end, indent: indent + 2) }
    return result + tail
  }

  /// As many parts a line as fit.
  private func filled(_ points: [Int], _ ends: [Int], _ indent: Int) -> [String] {
    var lines: [String] = []
    var line = spaces(indent + 2)
    for (start, end) in zip(points, ends) {
      let part = flat(start..<end)
      let isFirst = line.allSatisfy { $0 == " " }
      if !isFirst, line.count + 1 + part.count > RuleFormatter.width {
        lines.append(line)
        line = spaces(indent + 2) + part
      } else {
        line += (isFirst ? "" : " ") + part
      }
    }
    return lines + [line]
  }
}
