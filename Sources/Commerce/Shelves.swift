/// The stock of the shop, by article and warehouse.
struct Shelves {
  struct Shelf: Hashable {
    var article: Int
    var warehouse: Int
  }

  private let warehouses: Int
  private var onHand: [Int64]
  /// When a loss was last counted there.
  private var touched: [Int64]

  init(warehouses: Int) {
    self.warehouses = warehouses
    onHand = Article.catalogue.indices.flatMap { article in (0..<warehouses).map { Int64(60 + (article * 7 + $0 * 13) % 200) } }
    touched = Array(repeating: .min / 2, count: onHand.count)
  }

  private func index(_ shelf: Shelf) -> Int { shelf.article * warehouses + shelf.warehouse }

  /// How many lie there after a movement.
  mutating func move(_ shelf: Shelf, by quantity: Int64) -> Int64 {
    onHand[index(shelf)] += quantity
    return onHand[index(shelf)]
  }

  func count(_ shelf: Shelf) -> Int64 { onHand[index(shelf)] }

  /// A shelf of which nothing was lost within the last hour and a half.
  func untouched(at time: Int64, _ random: inout SeededGenerator) -> Shelf? {
    for _ in 0..<20 {
      let shelf = Shelf(article: random.whole(0...(Article.catalogue.count - 1)), warehouse: random.whole(0...(warehouses - 1)))
      if touched[index(shelf)] + 5_400_000_000 <= time { return shelf }
    }
    return nil
  }

  mutating func touch(_ shelf: Shelf, at time: Int64) { touched[index(shelf)] = time }
}
