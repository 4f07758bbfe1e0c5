internal import CHotPath

/// The fields that are read of one kind of event, or a part of them.
final class FieldList {
  let readers: [FieldReader]
  /// The same for `hp_fill`.
  let plain: UnsafeMutablePointer<hp_field>
  /// By reader: the symbols of texts that the schema lists; nil: any.
  let listed: [Set<Int>?]

  init(_ readers: [FieldReader], listed: [Set<Int>?], decimalScale: Int) {
    self.readers = readers
    self.listed = listed
    plain = .allocate(capacity: max(readers.count, 1))
    for (index, reader) in readers.enumerated() {
      (plain + index).initialize(to: reader.plain(decimalScale: decimalScale, listed: listed[index]))
    }
  }

  deinit { plain.deallocate() }
}
