import Diagnostics
import EventModel
import Foundation
import TestKit
import Testing

@testable import RuleLanguage

/// The public conformance cases of CEL, by the files of the suite. The number that passes may only grow.
@Suite("Conformance to CEL")
struct ConformanceTests {
  static let cases: [String: [JSONValue]] = {
    let url = GoldenFile.folder.appending(path: "CEL/conformance.jsonl")
    guard let data = try? Data(contentsOf: url) else { return [:] }
    let all = data.split(separator: 0x0A).compactMap { try? JSONValue.parse(Array($0)) }
    return Dictionary(grouping: all) { $0["file"]?.text ?? "" }
  }()

  @Test(
    "at least as many cases pass as did before",
    arguments: [
      ("basic", 27), ("comparisons", 242), ("conversions", 71), ("dynamic", 1), ("fields", 41), ("fp_math", 20), ("integer_math", 43),
      ("lists", 23), ("logic", 23), ("macros", 32),
      ("macros2", 25), ("namespace", 10), ("optionals", 35), ("parse", 121), ("plumbing", 4), ("string", 35), ("string_ext", 72),
      ("timestamps", 42), ("type_deductions", 14), ("bindings_ext", 6),
    ])
  func conformance(_ file: String, _ least: Int) {
    var passed = 0
    var failures: [String] = []
    for testCase in Self.cases[file] ?? [] {
      if let failure = ConformanceCase(testCase).failure() {
        failures.append("\(testCase["section"]?.text ?? "")/\(testCase["name"]?.text ?? ""): \(testCase["expr"]?.text ?? "") → \(failure)")
      } else {
        passed += 1
      }
    }
    #expect(passed >= least, "\(file): \(failures.joined(separator: "\n"))")
  }
}

/// One case of the suite.
struct ConformanceCase {
  let json: JSONValue

  init(_ json: JSONValue) { self.json = json }

  /// What is wrong; nil when the case passes.
  func failure() -> String? {
    let wantsError = json["error"] != nil
    let (parsed, mistakes) = ExpressionSyntax.parse(SourceText(file: "e", text: json["expr"]?.text ?? ""))
    guard let parsed, mistakes.isEmpty else { return wantsError ? nil : "\(mistakes.map(\.message))" }
    var checker = ExpressionChecker(dialect: json["disable_check"] == .bool(true) ? .uncheckedCEL : .cel)
    guard let (variables, values) = variables() else { return "a function is declared" }
    guard let checked = checker.check(parsed, variables: variables, container: json["container"]?.text ?? "") else {
      return wantsError ? nil : "\(checker.diagnostics.map(\.message))"
    }
    if let type = json["deduced_type"] {
      guard Self.type(type) == checked.type else { return "has the type \(checked.type.described)" }
    }
    if json["check_only"] == .bool(true) { return nil }
    do {
      let value = try checked.evaluate(ExpressionValues(), locals: values)
      if wantsError { return "is \(value)" }
      guard let wanted = json["value"].flatMap(Self.value) else { return "an unknown value is wanted" }
      return Self.isSame(value, wanted) ? nil : "is \(value)"
    } catch {
      return wantsError ? nil : error.message
    }
  }

  private func variables() -> ([(name: String, type: ValueType)], [Value])? {
    var variables: [(name: String, type: ValueType)] = []
    var values: [Value] = []
    for declaration in json["type_env"]?.elements ?? [] {
      guard let name = declaration["name"]?.text, let type = declaration["ident"]?["type"] else { return nil }
      variables.append((name, Self.type(type) ?? .dyn))
      values.append(json["bindings"]?[name].flatMap(Self.value) ?? .null)
    }
    for (name, binding) in json["bindings"]?.members ?? [] where !variables.contains(where: { $0.name == name }) {
      variables.append((name, .dyn))
      values.append(Self.value(binding) ?? .null)
    }
    return (variables, values)
  }

  /// Protocol buffers' JSON of a type.
  static func type(_ json: JSONValue) -> ValueType? {
    guard let (kind, content) = json.members?.first else { return nil }
    switch kind {
    case "primitive", "wellKnown", "messageType":
      let names: [String: ValueType] = [
        "INT64": .int, "UINT64": .uint, "DOUBLE": .double, "STRING": .string, "BYTES": .bytes, "BOOL": .bool, "TIMESTAMP": .timestamp,
        "DURATION": .duration,
        "google.protobuf.Timestamp": .timestamp, "google.protobuf.Duration": .duration,
      ]
      return names[content.text ?? ""]
    case "listType": return content["elemType"].flatMap(type).map { .list($0) } ?? .list(.dyn)
    case "mapType": return .map(content["keyType"].flatMap(type) ?? .dyn, content["valueType"].flatMap(type) ?? .dyn)
    case "abstractType": return .optional(content["parameterTypes"]?.elements?.first.flatMap(type) ?? .dyn)
    case "null": return .null
    case "dyn", "typeParam": return .dyn
    case "type": return .type
    default: return nil
    }
  }

  static func value(_ json: JSONValue) -> Value? {
    guard let (kind, content) = json.members?.first else { return nil }
    let text = content.text ?? ""
    switch kind {
    case "null": return .null
    case "bool": return .bool(content == .bool(true))
    case "string": return .string(text)
    case "int": return Int64(text).map { .int($0) }
    case "uint": return UInt64(text).map { .uint($0) }
    case "double": return Double(text).map { .double($0) }
    case "bytes":
      let digits = Array(text.utf8)
      return .bytes(
        stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16) })
    case "type": return .type(text)
    case "list": return content.elements.map { .list($0.compactMap(value)) }
    case "map":
      var map: [Value: Value] = [:]
      for entry in content.elements ?? [] {
        if let pair = entry.elements, let key = value(pair[0]), let member = value(pair[1]) { map[key] = member }
      }
      return .map(map)
    case "timestamp": return Timestamp(rfc3339: text).map { .timestamp($0) }
    case "duration": return Duration(celText: text).map { .duration($0) }
    default: return nil
    }
  }

  /// Of one type and equal; NaN is NaN.
  static func isSame(_ a: Value, _ b: Value) -> Bool {
    switch (a, b) {
    case (.double(let x), .double(let y)): return x == y || x.isNaN && y.isNaN
    case (.list(let x), .list(let y)): return x.count == y.count && zip(x, y).allSatisfy { isSame($0, $1) }
    case (.map(let x), .map(let y)): return x.count == y.count && x.allSatisfy { key, value in y[key].map { isSame(value, $0) } ?? false }
    default: return a == b && a.typeName == b.typeName
    }
  }
}
