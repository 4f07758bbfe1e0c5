import CYAML
import EventModel

/// Any YAML, as JSON: aliases and merge keys (`<<`) followed, all scalars as text. The project's own reader takes what configurations use.
struct YAMLDocument {
  struct Failure: Error, CustomStringConvertible { var description: String }

  private var document: UnsafeMutablePointer<yaml_document_t>

  static func read(_ text: String) throws -> JSONValue {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else { throw Failure(description: "no parser") }
    defer { yaml_parser_delete(&parser) }
    var bytes = Array(text.utf8)
    return try bytes.withUnsafeMutableBufferPointer { buffer in
      yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
      var document = yaml_document_t()
      guard yaml_parser_load(&parser, &document) == 1 else {
        throw Failure(description: "line \(parser.problem_mark.line + 1): \(parser.problem.map { String(cString: $0) } ?? "no YAML")")
      }
      defer { yaml_document_delete(&document) }
      return try withUnsafeMutablePointer(to: &document) { document in
        guard let root = yaml_document_get_root_node(document) else { throw Failure(description: "the file is empty") }
        return YAMLDocument(document: document).value(root.pointee)
      }
    }
  }

  private func value(_ index: Int32) -> JSONValue {
    guard let node = yaml_document_get_node(document, index) else { return .null }
    return value(node.pointee)
  }

  private func value(_ node: yaml_node_t) -> JSONValue {
    switch node.type {
    case YAML_SEQUENCE_NODE:
      let items = node.data.sequence.items
      return .array(UnsafeBufferPointer(start: items.start, count: items.top - items.start).map(value))
    case YAML_MAPPING_NODE:
      let pairs = node.data.mapping.pairs
      return merged(
        UnsafeBufferPointer(start: pairs.start, count: pairs.top - pairs.start).map { pair in
          (key: value(pair.key).text ?? "", value: value(pair.value))
        })
    default:
      let scalar = node.data.scalar
      return .string(String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self))
    }
  }

  /// What a mapping says itself goes before what it merges.
  private func merged(_ members: [(key: String, value: JSONValue)]) -> JSONValue {
    var own = members.filter { $0.key != "<<" }
    for source in members where source.key == "<<" {
      for mapping in source.value.elements ?? [source.value] {
        own += (mapping.members ?? []).filter { member in !own.contains { $0.key == member.key } }
      }
    }
    return .object(own)
  }
}
