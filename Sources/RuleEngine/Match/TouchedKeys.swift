/// The keys that the events of a batch touched, each once, in the order of the first event.
struct TouchedKeys {
  private struct Place: Hashable {
    var slot: Int
    var entry: Int
  }
  private var order: [Place] = []
  private var known: Set<Place> = []

  init() {}

  mutating func insert(_ slot: Int, _ entry: Int) {
    let place = Place(slot: slot, entry: entry)
    if known.insert(place).inserted { order.append(place) }
  }

  func contains(_ slot: Int, _ entry: Int) -> Bool { known.contains(Place(slot: slot, entry: entry)) }

  func forEach(_ body: (_ slot: Int, _ entry: Int) -> Void) {
    for place in order { body(place.slot, place.entry) }
  }
}
