import Diagnostics
import Foundation
import RuleLanguage
import TestKit

/// Programs for tests: the streams of the language's examples, and rules on them.
enum TestProgram {
  /// `orders`, `payments` and `inventory`, as in `Golden/Language/examples.tenet`.
  static let streams = SourceText(
    file: "streams.tenet",
    text: """
      stream orders {
        topic "orders.v1"  schema "order-event.schema.json"  kind type  key order_id  time occurred_at  id event_id within 24h
        disorder 5s  delay 30s  skew 1s
      }
      stream payments {
        topic "payments.v1"  schema "payment-event.schema.json"  kind type  key order_id  time occurred_at  id event_id within 24h
        disorder 5s  delay 30s  skew 2s  lateness 1m
      }
      stream inventory {
        topic "inventory.v1"  schema "inventory-event.schema.json"  kind type  key sku  time occurred_at  id event_id within 24h
        disorder 5s  delay 30s
      }
      """)

  /// A schema of `Golden/Language/Schemas`.
  static func schema(_ name: String) -> [UInt8]? {
    (try? Data(contentsOf: GoldenFile.folder.appending(path: "Language/Schemas/\(name)"))).map { Array($0) }
  }

  /// Checks rules, with `streams` unless they are not wanted.
  static func check(_ text: String, file: String = "rules.tenet", withStreams: Bool = true) -> RuleProgram.Result {
    RuleProgram.check(files: [SourceText(file: file, text: text)] + (withStreams ? [streams] : []), schemas: schema)
  }
}
