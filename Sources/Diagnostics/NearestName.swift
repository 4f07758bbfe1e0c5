/// The name that was most likely meant by `wanted`, or nil if none is near: at most a third of its letters differ (a swap of neighbours
/// counts as one). Of names equally near the first in the order of the alphabet. It looks at the first ten thousand names: a suggestion is a
/// courtesy, and a program may have hundreds of mistakes.
package func nearestName(to wanted: String, among names: some Sequence<String>) -> String? {
  let letters = Array(wanted.lowercased().unicodeScalars)
  // Nobody means a name of thousands of letters.
  guard letters.count <= 200 else { return nil }
  var best: (distance: Int, name: String)?
  for name in names.prefix(10_000) where name != wanted {
    let limit = best?.distance ?? max(1, letters.count / 3)
    // Each scalar has one to four bytes.
    let bytes = name.utf8.count
    guard bytes >= letters.count - limit, bytes <= (letters.count + limit) * 4 else { continue }
    let distance = editDistance(letters, lowercasedScalars(name), limit: limit)
    guard distance <= limit, distance < max(letters.count, name.unicodeScalars.count) else { continue }
    if best.map({ (distance, name) < ($0.distance, $0.name) }) ?? true { best = (distance, name) }
  }
  return best?.name
}

private func lowercasedScalars(_ name: String) -> [Unicode.Scalar] {
  guard name.utf8.allSatisfy({ $0 < 0x80 }) else { return Array(name.lowercased().unicodeScalars) }
  return name.utf8.map { Unicode.Scalar((0x41...0x5A).contains($0) ? $0 + 0x20 : $0) }
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`; more than `limit` is `limit + 1`.
private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar], limit: Int) -> Int {
  guard abs(a.count - b.count) <= limit else { return limit + 1 }
  let width = b.count + 1
  // The rows of the letter before the last, of the last one, and of the one that is looked at, turn by turn.
  return withUnsafeTemporaryAllocation(of: Int.self, capacity: 3 * width) { rows in
    for column in 0..<width {
      rows[column] = limit + 1
      rows[width + column] = column
    }
    for i in 0..<a.count {
      let (beforeLast, last, row) = (i % 3 * width, (i + 1) % 3 * width, (i + 2) % 3 * width)
      // Only what is no further than the limit from the diagonal can be within it.
      let (first, end) = (max(0, i - limit), min(b.count, i + limit + 1))
      rows[row + first] = first == 0 ? i + 1 : limit + 1
      var least = rows[row + first]
      for j in first..<max(first, end) {
        let above = j + 1 > i + limit ? limit + 1 : rows[last + j + 1]
        var distance = min(above + 1, rows[row + j] + 1, rows[last + j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { distance = min(distance, rows[beforeLast + j - 1] + 1) }
        rows[row + j + 1] = distance
        least = min(least, distance)
      }
      if least > limit { return limit + 1 }
    }
    return min(rows[(a.count + 1) % 3 * width + b.count], limit + 1)
  }
}
