import CRdKafka
import Glibc

/// The properties that the librdkafka at hand knows, and which kind of handle they are for. Read from the library itself, so it fits any version.
struct PropertyCatalog: Sendable {
  enum Scope: Sendable { case both, producer, consumer }

  let scopes: [String: Scope]

  static let shared = PropertyCatalog(table: propertyTable())

  /// Reads the table that `rd_kafka_conf_properties_show` prints: `name | C/P | range | …` a line.
  init(table: String) {
    var scopes: [String: Scope] = [:]
    for line in table.split(separator: "\n") {
      let columns = line.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
      guard columns.count == 3 else { continue }
      let name = trimmed(columns[0])
      guard !name.isEmpty, !name.contains(" ") else { continue }
      switch trimmed(columns[1]) {
      case "*": scopes[name] = .both
      case "P": scopes[name] = .producer
      case "C": scopes[name] = .consumer
      default: continue
      }
    }
    self.scopes = scopes
  }

  func knows(_ name: String) -> Bool { scopes[name] != nil }

  /// Whether a producer (else a consumer) takes the property: librdkafka warns of those that it ignores.
  func applies(_ name: String, toProducer producer: Bool) -> Bool {
    switch scopes[name] {
    case .producer: producer
    case .consumer: !producer
    case .both, nil: true
    }
  }

  /// The known name that takes the fewest edits to reach, if that is at most a third of its length.
  func nearest(to name: String) -> String? {
    let typed = Array(name.utf8)
    var best: (name: String, distance: Int)?
    for candidate in scopes.keys.sorted() {
      let distance = editDistance(typed, Array(candidate.utf8))
      if distance < best?.distance ?? (max(typed.count, candidate.utf8.count) / 3 + 1) { best = (candidate, distance) }
    }
    return best?.name
  }
}

private func trimmed(_ text: Substring) -> String {
  String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
}

private func propertyTable() -> String {
  let text = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: 1)
  let size = UnsafeMutablePointer<Int>.allocate(capacity: 1)
  text.initialize(to: nil)
  size.initialize(to: 0)
  defer {
    free(text.pointee)
    text.deallocate()
    size.deallocate()
  }
  guard let stream = open_memstream(text, size) else { return "" }
  rd_kafka_conf_properties_show(stream)
  fclose(stream)
  return text.pointee.map { String(cString: $0) } ?? ""
}

/// Insertions, deletions and replacements of bytes that make `b` of `a`.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      let replaced = diagonal + (x == y ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
    }
  }
  return row[b.count]
}
