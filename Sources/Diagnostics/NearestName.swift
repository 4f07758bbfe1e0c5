/// The name that was most likely meant by `wanted`, or nil if none is near: at most a third of its letters differ (a swap of neighbours
/// counts as one). Of names equally near the first in the order of the alphabet.
package func nearestName(to wanted: String, among names: some Sequence<String>) -> String? {
  let letters = Array(wanted.lowercased().unicodeScalars)
  let limit = max(1, letters.count / 3)
  var best: (distance: Int, name: String)?
  for name in names where name != wanted {
    let distance = editDistance(letters, Array(name.lowercased().unicodeScalars), limit: limit)
    guard distance <= limit, distance < max(letters.count, name.unicodeScalars.count) else { continue }
    if best.map({ (distance, name) < ($0.distance, $0.name) }) ?? true { best = (distance, name) }
  }
  return best?.name
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`; more than `limit` is `limit + 1`.
private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar], limit: Int) -> Int {
  guard abs(a.count - b.count) <= limit else { return limit + 1 }
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in 0..<a.count {
    var row = [i + 1]
    row.reserveCapacity(b.count + 1)
    for j in 0..<b.count {
      var distance = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { distance = min(distance, beforeLast[j - 1] + 1) }
      row.append(distance)
    }
    (beforeLast, last) = (last, row)
  }
  return min(last[b.count], limit + 1)
}
