/// Kafka's hash of a record key, as the Java clients place records (and slots place keys) with it.
package func murmur2(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
  let multiplier: UInt32 = 0x5bd1_e995
  var hash: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: bytes.count)
  let whole = bytes.count & ~3
  var index = 0
  while index < whole {
    var word = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self))
    word &*= multiplier
    word ^= word >> 24
    word &*= multiplier
    hash &*= multiplier
    hash ^= word
    index += 4
  }
  if index < bytes.count {
    for (shift, byte) in bytes[index...].enumerated() { hash ^= UInt32(byte) << UInt32(shift * 8) }
    hash &*= multiplier
  }
  hash ^= hash >> 13
  hash &*= multiplier
  hash ^= hash >> 15
  return hash
}

package func murmur2(_ bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes { murmur2($0) } }

/// The place of a key among `count` partitions or slots: non-negative murmur2, modulo.
package func placement(ofKey key: [UInt8], among count: Int) -> Int { Int(murmur2(key) & 0x7fff_ffff) % count }
