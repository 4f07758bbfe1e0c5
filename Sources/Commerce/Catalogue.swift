/// What the shop sells.
struct Article: Sendable {
  var sku: String
  var title: String
  /// In euro cents.
  var cents: Int64
}

extension Article {
  /// 160 articles; the first ones sell best.
  static let catalogue: [Article] = {
    let things: [(String, Int64)] = [
      ("Mug", 900), ("Notebook", 600), ("T-shirt", 1900), ("Tea towel", 1200), ("Candle", 1500), ("Water bottle", 2200), ("Socks", 800),
      ("Desk lamp", 5900), ("Backpack", 7900), ("Rain jacket", 11900), ("Headphones", 14900), ("Coffee grinder", 8900), ("Blanket", 4900),
      ("Trail shoes", 12900), ("Kettle", 4500), ("Wool jumper", 8500), ("Bluetooth speaker", 9900), ("Office chair", 24900),
      ("Tent", 29900),
      ("E-reader", 17900),
    ]
    let kinds = ["Fjord", "Moss", "Slate", "Amber", "Dune", "Night", "Cedar", "Poppy"]
    var articles: [Article] = []
    for (k, kind) in kinds.enumerated() {
      for (t, thing) in things.enumerated() {
        let prefix = thing.0.filter { $0.isLetter }.prefix(3).uppercased()
        articles.append(
          Article(sku: "\(prefix)-\(t + 10)\(kind.prefix(1))\(k)", title: "\(thing.0) \(kind)", cents: thing.1 + Int64(k) * thing.1 / 50))
      }
    }
    return articles
  }()
}
