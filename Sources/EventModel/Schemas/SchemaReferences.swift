internal import Diagnostics

extension SchemaReader {
  /// The parsed file; nil, and reported, when it is not there or is no JSON.
  mutating func open(_ file: String) -> JSONValue? {
    if let known = files[file] { return known.value }
    guard let bytes = load(file) else { return nil }
    do {
      let value = try JSONValue.parse(bytes)
      files[file] = (bytes, value)
      reportDuplicates(in: SchemaPlace(file: file, pointer: JSONPointer(), value: value))
      return value
    } catch {
      files[file] = (bytes, .bool(true))
      let end = min(error.offset + 1, bytes.count)
      mistakes.report(
        Diagnostic(
          .schemaNotJSON, .error, "`\(file)` is not JSON: \(error.problem.rawValue)",
          at: SourceSpan(file: file, range: min(error.offset, end)..<end)))
      return nil
    }
  }

  private mutating func reportDuplicates(in place: SchemaPlace) {
    switch place.value {
    case .object(let members):
      var names: Set<[UInt8]> = []
      for (name, value) in members {
        if !names.insert(Array(name.utf8)).inserted {
          report(.schemaDuplicateKey, "`\(name)` stands twice in one object", at: place, name, key: true, help: "remove one of them")
        }
        reportDuplicates(in: SchemaPlace(file: place.file, pointer: place.pointer.appending(name), value: value))
      }
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        reportDuplicates(in: SchemaPlace(file: place.file, pointer: place.pointer.appending(index), value: element))
      }
    default: break
    }
  }

  /// What applies to a value to which all of `places` apply, as alternatives: `$ref` and `allOf` are followed, and each choice of
  /// `oneOf` and `anyOf` gives its own.
  mutating func alternatives(of places: [SchemaPlace]) -> [Conjunction] {
    var result: [Conjunction] = [[]]
    for place in places {
      let choices = alternatives(of: place)
      guard result.count * choices.count <= 1_000 else {
        report(.schemaNotSupported, "`oneOf` and `anyOf` have more than 1,000 combinations here", at: place)
        return result
      }
      result = result.flatMap { known in choices.map { known + $0 } }
    }
    return result
  }

  private mutating func alternatives(of place: SchemaPlace) -> [Conjunction] {
    guard enter(place) else { return [[]] }
    defer { depth -= 1 }
    guard case .object(let members) = place.value else {
      if case .bool = place.value { return [[]] }
      report(.schemaKeyword, "a schema is an object, `true` or `false`", at: place)
      return [[]]
    }
    for unsupported in ["if", "$dynamicRef", "$recursiveRef"] where members.contains(where: { $0.key == unsupported }) {
      report(
        .schemaNotSupported, "`\(unsupported)` is not supported", at: place, unsupported, key: true,
        help: "tell kinds apart by `oneOf`, with a `const` in each")
    }
    var result: [Conjunction] = [[place]]
    func combine(_ choices: [Conjunction]) { result = result.flatMap { known in choices.map { known + $0 } } }
    if place.value["$ref"] != nil { combine(target(of: place).map { alternatives(of: [$0]) } ?? [[]]) }
    if let all = elements("allOf", of: place) { combine(alternatives(of: all)) }
    for keyword in ["oneOf", "anyOf"] {
      guard let choices = elements(keyword, of: place) else { continue }
      combine(choices.flatMap { alternatives(of: [$0]) })
    }
    guard result.count <= 1_000 else {
      report(.schemaNotSupported, "`oneOf` and `anyOf` have more than 1,000 combinations here", at: place)
      return [[]]
    }
    return result
  }

  private mutating func elements(_ keyword: String, of place: SchemaPlace) -> [SchemaPlace]? {
    guard let value = place.value[keyword] else { return nil }
    guard case .array(let elements) = value, !elements.isEmpty else {
      report(.schemaKeyword, "`\(keyword)` is a list of schemas", at: place, keyword)
      return nil
    }
    return elements.enumerated().map { place.element(keyword, $0.offset, $0.element) }
  }

  /// Where a `$ref` leads: `#/…` in the same file, or `other.json#/…` beside it.
  private mutating func target(of place: SchemaPlace) -> SchemaPlace? {
    guard let reference = place.value["$ref"]?.text else {
      report(.schemaKeyword, "`$ref` is a string", at: place, "$ref")
      return nil
    }
    let parts = reference.utf8.split(separator: 0x23, maxSplits: 1, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    let (name, fragment) = (parts[0], parts.count > 1 ? parts[1] : "")
    guard !name.utf8.contains(0x3A), let pointer = JSONPointer(text: fragment.removingPercentEscapes) else {
      report(
        .schemaReference, "`\(reference)` is no reference that can be followed", at: place, "$ref",
        help: "refer to `#/$defs/…`, or to a file beside this one")
      return nil
    }
    let file = name.isEmpty ? place.file : name.resolvedPath(beside: place.file)
    guard let root = open(file) else {
      if files[file] == nil { report(.schemaReference, "there is no schema file `\(file)`", at: place, "$ref") }
      return nil
    }
    guard let value = root[pointer] else {
      report(.schemaReference, "`\(reference)` leads to nothing", at: place, "$ref")
      return nil
    }
    let key = "\(file)#\(pointer)"
    guard !place.trail.contains(key), !isAbove(place, file: file, pointer) else {
      report(
        .schemaReferenceCycle, "`\(reference)` leads back to itself", at: place, "$ref",
        help: "events have a fixed shape: leave the inner part without `properties`")
      return nil
    }
    return SchemaPlace(file: file, pointer: pointer, value: value, trail: place.trail + [key])
  }

  /// A reference to what holds it.
  private func isAbove(_ place: SchemaPlace, file: String, _ pointer: JSONPointer) -> Bool {
    file == place.file && pointer.steps.count <= place.pointer.steps.count
      && place.pointer.steps.prefix(pointer.steps.count).elementsEqual(pointer.steps)
  }
}

extension String {
  /// A path beside a file, without `.` and `..`.
  fileprivate func resolvedPath(beside file: String) -> String {
    var steps = file.split(separator: "/").dropLast()[...]
    for step in split(separator: "/") {
      switch step {
      case ".": continue
      case "..": _ = steps.popLast()
      default: steps.append(step)
      }
    }
    return (file.hasPrefix("/") ? "/" : "") + steps.joined(separator: "/")
  }

  fileprivate var removingPercentEscapes: String {
    var (out, rest) = ([UInt8](), Array(utf8)[...])
    while let byte = rest.popFirst() {
      if byte == 0x25, rest.count >= 2, let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        out.append(code)
        rest = rest.dropFirst(2)
      } else {
        out.append(byte)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
