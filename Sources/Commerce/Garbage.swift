/// What arrives besides events: records that nobody can read, and events with a broken field.
enum Garbage: CaseIterable {
  case cutOff, notJSON, notUTF8, tombstone, noTime, fromTheFuture, noKey, unknownKind, wrongType

  /// Only records that no rule takes for an event at all, or of which no rule reads the broken field.
  func value(of event: [UInt8], key: String, at time: String, future: String) -> [UInt8]? {
    switch self {
    case .cutOff: return Array(event.prefix(event.count * 2 / 3))
    case .notJSON: return Array("<html><head><title>502 Bad Gateway</title></head></html>".utf8)
    case .notUTF8: return Array("{\"order_id\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8)
    case .tombstone: return nil
    case .noTime: return Self.event(key, kind: "refunded", time: "last Tuesday")
    case .fromTheFuture: return Self.event(key, kind: "refunded", time: future)
    case .noKey: return Array("{\"event_id\":\"x-\(key)\",\"type\":\"refunded\",\"occurred_at\":\"\(time)\",\"region\":\"?\"}".utf8)
    case .unknownKind: return Self.event(key, kind: "archived", time: time)
    case .wrongType: return Self.event(key, kind: "declined", time: time)
    }
  }

  /// An event whose amount is no number.
  private static func event(_ key: String, kind: String, time: String) -> [UInt8] {
    Array(
      #"{"event_id":"x-\#(key)-\#(kind)","type":"\#(kind)","occurred_at":"\#(time)","region":"?","order_id":"\#(key)","sku":"\#(key)","payment_id":"?","amount":"12,50","currency":"EUR"}"#
        .utf8)
  }
}
