/// Puts rows in order. A commit has thousands of them, and most keys differ early: they are told apart by what fits into a register.
enum RowOrder {
  static func ordered(_ rows: [RowChange]) -> [RowChange] {
    var order = rows.enumerated().map { index, change in (rank: rank(of: change.row), index: index) }
    order.sort { a, b in a.rank != b.rank ? a.rank < b.rank : rows[a.index].row < rows[b.index].row }
    return order.map { rows[$0.index] }
  }

  /// The table and the first twelve bytes of the key. A key that is shorter comes not after those that it begins.
  private static func rank(of row: RowKey) -> UInt128 {
    var rank = UInt128(row.table)
    for place in 0..<12 { rank = rank << 8 | UInt128(place < row.key.count ? row.key[place] : 0) }
    return rank
  }
}
