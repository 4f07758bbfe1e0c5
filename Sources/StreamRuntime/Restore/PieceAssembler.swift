/// Puts the pieces of payloads together again, in the order of the log. Pieces of one writer follow one another; those of another writer
/// may lie between them.
struct PieceAssembler {
  /// A payload whose pieces are all there.
  struct Whole: Equatable {
    var kind: Envelope.Kind
    var number: UInt64
    var term: UInt32
    var writer: String
    var payload: ArraySlice<UInt8>
    /// Where its first piece lies.
    var offset: Int64
  }

  private struct Unfinished {
    var first: Envelope
    var offset: Int64
    var next: UInt16
    var payload: [UInt8]
  }
  private var unfinished: [String: Unfinished] = [:]

  /// Takes the next record; the payload when it was its last piece.
  mutating func add(_ envelope: Envelope, at offset: Int64) throws(RestoreError) -> Whole? {
    if envelope.part == 0 {
      guard unfinished[envelope.writer] == nil else {
        throw .missingPiece(number: envelope.number, part: envelope.part, offset: offset)
      }
      if envelope.parts == 1 { return whole(envelope, envelope.payload, at: offset) }
      unfinished[envelope.writer] = Unfinished(first: envelope, offset: offset, next: 1, payload: Array(envelope.payload))
      return nil
    }
    guard var begun = unfinished.removeValue(forKey: envelope.writer), begun.next == envelope.part, begun.first.parts == envelope.parts,
      begun.first.kind == envelope.kind, begun.first.number == envelope.number, begun.first.term == envelope.term
    else { throw .missingPiece(number: envelope.number, part: envelope.part, offset: offset) }
    begun.payload += envelope.payload
    begun.next += 1
    if begun.next == envelope.parts { return whole(envelope, begun.payload[...], at: begun.offset) }
    unfinished[envelope.writer] = begun
    return nil
  }

  /// Whether pieces of this writer are waiting for the rest.
  func isInside(_ writer: String) -> Bool { unfinished[writer] != nil }

  private func whole(_ envelope: Envelope, _ payload: ArraySlice<UInt8>, at offset: Int64) -> Whole {
    Whole(
      kind: envelope.kind, number: envelope.number, term: envelope.term, writer: envelope.writer, payload: payload, offset: offset)
  }
}
