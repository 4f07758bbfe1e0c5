import CHotPath
import EventModel
import RuleLanguage
import Synchronization

@testable import RuleEngine

/// Records made of texts, each in memory of just its size, so that a byte read outside is seen by the address sanitizer. They live as long
/// as the process: a batch points into them.
final class RecordBytes {
  private static let blocks = Mutex<[UInt]>([])

  func block(_ bytes: [UInt8]) -> UnsafeRawBufferPointer {
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    block.copyBytes(from: bytes)
    let address = UInt(bitPattern: block.baseAddress)
    Self.blocks.withLock { $0.append(address) }
    return UnsafeRawBufferPointer(block)
  }

  func record(_ value: [UInt8]?, source: Int = 0, offset: Int64, timestamp: EventTime = Fixture.time(0), key: String? = nil) -> SourceRecord
  {
    SourceRecord(
      source: source, offset: offset, timestamp: timestamp, key: key.map { block(Array($0.utf8)) }, value: value.map { block($0) })
  }
}

/// A reader with its sources, fed with texts: one partition of each stream, attached in their order.
final class ReadBench {
  let reader: Reader
  var sources: SourceTable
  let bytes = RecordBytes()
  private var next: Int64 = 0

  init(_ program: CheckedProgram, options: Engine.Options = Fixture.options(), level: hp_level = hp_best_level()) {
    reader = Reader(program: program, options: options, level: level)
    sources = SourceTable(program: program, options: options)
    for stream in program.streams { _ = sources.attach(Source(topic: stream.topic, partition: 0)) }
  }

  func read(_ texts: [String?], source: Int = 0, timestamp: EventTime = Fixture.time(0)) -> EventBatch {
    read(bytes: texts.map { $0.map { Array($0.utf8) } }, source: source, timestamp: timestamp)
  }

  func read(bytes values: [[UInt8]?], source: Int = 0, timestamp: EventTime = Fixture.time(0)) -> EventBatch {
    let records = values.map { value in
      next += 1
      return bytes.record(value, source: source, offset: next - 1, timestamp: timestamp, key: "k")
    }
    return reader.read(records: records, sources: &sources)
  }

  func read(_ records: [SourceRecord]) -> EventBatch { reader.read(records: records, sources: &sources) }
}

extension OutputRecord {
  func header(_ name: String) -> String? {
    headers.first { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
  }
}

extension Fixture {
  /// An order's text: its common fields, and those given.
  static func order(
    _ fields: String = "", id: String = "e-1", type: String = "placed", order: String = "o-1", at: String = "2026-01-05T10:00:00Z"
  ) -> String {
    #"{"type":"\#(type)","order_id":"\#(order)","event_id":"\#(id)","occurred_at":"\#(at)"\#(fields.isEmpty ? "" : ",")\#(fields)}"#
  }
}
