internal import CYAML
internal import Diagnostics

/// Reads one YAML document through libyaml's events. What a configuration has no use for (aliases, tags, several documents) is a mistake.
struct YAMLReader {
  private(set) var diagnostics: [Diagnostic] = []
  private let file: String
  private let places: TextPlaces
  private var parser: UnsafeMutablePointer<yaml_parser_t>
  private static let maximumDepth = 16

  /// The document's top node, nil if the file holds none or is no YAML.
  static func read(_ text: String, file: String) -> (node: YAMLNode?, diagnostics: [Diagnostic]) {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    defer { parser.deallocate() }
    guard yaml_parser_initialize(parser) == 1 else { preconditionFailure("libyaml gives a parser unless memory is gone") }
    defer { yaml_parser_delete(parser) }
    var reader = YAMLReader(file: file, places: TextPlaces(text), parser: parser)
    var bytes = Array(text.utf8)
    return bytes.withUnsafeMutableBufferPointer { buffer in
      yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
      let node = reader.document()
      return (reader.diagnostics.isEmpty ? node : nil, reader.diagnostics)
    }
  }

  private init(file: String, places: TextPlaces, parser: UnsafeMutablePointer<yaml_parser_t>) {
    (self.file, self.places, self.parser) = (file, places, parser)
  }

  /// The file is of no use from here on; what is wrong stands in `diagnostics`.
  private struct Stop: Error {}

  private mutating func document() -> YAMLNode? {
    do {
      var top: YAMLNode?
      while true {
        let event = try next()
        switch event.kind {
        case YAML_STREAM_END_EVENT: return top
        case YAML_STREAM_START_EVENT, YAML_DOCUMENT_START_EVENT, YAML_DOCUMENT_END_EVENT: continue
        default:
          if top != nil { throw stop(.unusedYAML, "the file holds a second document", at: event.span) }
          top = try node(from: event, depth: 0)
        }
      }
    } catch {
      return nil
    }
  }

  private mutating func node(from event: Event, depth: Int) throws(Stop) -> YAMLNode {
    if depth > Self.maximumDepth { throw stop(.unusedYAML, "this is nested too deep", at: event.span) }
    if event.isTagged || event.isAnchored || event.kind == YAML_ALIAS_EVENT {
      throw stop(.unusedYAML, "tags, anchors and aliases are not used in configuration", at: event.span, help: "write the value itself")
    }
    switch event.kind {
    case YAML_SCALAR_EVENT:
      return YAMLNode(content: .scalar(event.text, isPlain: event.isPlain), span: event.span)
    case YAML_SEQUENCE_START_EVENT:
      var items: [YAMLNode] = []
      while true {
        let item = try next()
        if item.kind == YAML_SEQUENCE_END_EVENT {
          return YAMLNode(content: .sequence(items), span: event.span.joined(with: item.span))
        }
        items.append(try node(from: item, depth: depth + 1))
      }
    case YAML_MAPPING_START_EVENT:
      var entries: [YAMLNode.Entry] = []
      while true {
        let key = try next()
        if key.kind == YAML_MAPPING_END_EVENT {
          return YAMLNode(content: .mapping(entries), span: event.span.joined(with: key.span))
        }
        guard case .scalar(let name, _) = try node(from: key, depth: depth + 1).content else {
          throw stop(.unusedYAML, "a key is a name", at: key.span)
        }
        let value = try node(from: try next(), depth: depth + 1)
        entries.append(YAMLNode.Entry(key: name, keySpan: key.span, value: value))
      }
    default:
      preconditionFailure("libyaml balances the events of a document")
    }
  }

  /// One event, with what we use of it copied out of libyaml's memory.
  private struct Event {
    var kind: yaml_event_type_t
    var span: SourceSpan
    var text = ""
    var isPlain = false
    var isTagged = false
    var isAnchored = false
  }

  private mutating func next() throws(Stop) -> Event {
    var raw = yaml_event_t()
    guard yaml_parser_parse(parser, &raw) == 1 else {
      let problem = parser.pointee.problem.map { String(cString: $0) } ?? "the file is no YAML"
      let at: Int
      if parser.pointee.error == YAML_READER_ERROR {
        at = min(Int(parser.pointee.problem_offset), places.count)
      } else {
        at = places.offset(of: parser.pointee.problem_mark)
      }
      throw stop(.notYAML, problem, at: SourceSpan(file: file, range: at..<at))
    }
    defer { yaml_event_delete(&raw) }
    let range = places.offset(of: raw.start_mark)..<places.offset(of: raw.end_mark)
    var event = Event(kind: raw.type, span: SourceSpan(file: file, range: range))
    switch raw.type {
    case YAML_SCALAR_EVENT:
      let scalar = raw.data.scalar
      event.text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      event.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
      event.isTagged = scalar.tag != nil
      event.isAnchored = scalar.anchor != nil
    case YAML_SEQUENCE_START_EVENT:
      event.isTagged = raw.data.sequence_start.tag != nil
      event.isAnchored = raw.data.sequence_start.anchor != nil
    case YAML_MAPPING_START_EVENT:
      event.isTagged = raw.data.mapping_start.tag != nil
      event.isAnchored = raw.data.mapping_start.anchor != nil
    default: break
    }
    return event
  }

  private mutating func stop(_ code: SettingsCode, _ message: String, at span: SourceSpan, help: String? = nil) -> Stop {
    diagnostics.append(code.diagnostic(message, at: span, help: help))
    return Stop()
  }
}

/// Turns libyaml's marks (line and column in characters) into offsets in bytes.
private struct TextPlaces {
  private var lines: [[Int]] = [[]]
  let count: Int

  init(_ text: String) {
    var offset = 0
    var line: [Int] = []
    lines = []
    for scalar in text.unicodeScalars {
      line.append(offset)
      offset += UTF8.width(scalar)
      if scalar == "\n" {
        lines.append(line)
        line = []
      }
    }
    line.append(offset)
    lines.append(line)
    count = offset
  }

  func offset(of mark: yaml_mark_t) -> Int {
    guard Int(mark.line) < lines.count else { return count }
    let line = lines[Int(mark.line)]
    return Int(mark.column) < line.count ? line[Int(mark.column)] : (line.last ?? count)
  }
}
