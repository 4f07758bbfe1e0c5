internal import Glibc
package import EventModel

/// A shop: customers order, pay, cancel and send back, warehouses reserve and ship, and now and then something goes wrong.
///
///     var shop = Shop(ShopOptions(seed: 1, region: "eu-west-1", opening: opening, traffic: .steady(500)))
///     shop.advance(to: now) { record in … }   // as often as time goes on
///     shop.planted                            // the faults that rules must report by now
///
/// It has no clock and no chance of its own: the same options give the same records in the same order.
package struct Shop {
  package let options: ShopOptions
  /// Faults of which the events so far tell, in the order in which they were published.
  package private(set) var planted: [PlantedFault] = []
  package private(set) var counts = ShopCounts()

  private var stories: Stories
  private var writer: EventWriter
  private var agenda = Agenda()
  private var traffic: SeededGenerator
  private var noise: SeededGenerator
  private var nextStory: Int64
  private var nextLoss: Int64
  private var faultDeck: [FaultKind] = []

  /// The topics that it publishes to.
  package static let topics = EventWriter.Topic.allCases.map(\.rawValue)

  package init(_ options: ShopOptions) {
    self.options = options
    let ids = IDs(seed: options.seed, region: options.region, opening: options.opening.microseconds)
    stories = Stories(seed: options.seed, region: options.region, ids: ids)
    writer = EventWriter(market: stories.market, region: options.region, ids: ids)
    traffic = SeededGenerator(seed: options.seed, salt: 3)
    noise = SeededGenerator(seed: options.seed, salt: 4)
    nextStory = options.opening.microseconds / 1_000 * 1_000
    nextLoss = nextStory
  }

  /// Publishes everything that is due up to a time, in order.
  package mutating func advance(to time: EventTime, _ publish: (ShopRecord) -> Void) {
    let limit = time.microseconds
    while true {
      let due = agenda.next ?? .max
      if min(nextStory, nextLoss) <= min(due, limit) {
        nextStory <= nextLoss ? beginStory() : loseSomething()
      } else if due <= limit, let entry = agenda.take() {
        perform(entry, publish)
      } else {
        return
      }
    }
  }

  /// Closes the shop: what has happened by now and is not published yet is published now.
  package mutating func close(at time: EventTime, _ publish: (ShopRecord) -> Void) {
    advance(to: time, publish)
    while var entry = agenda.take() {
      guard entry.time <= time.microseconds else { continue }
      entry.published = time.microseconds
      perform(entry, publish)
    }
  }

  // MARK: What happens

  private mutating func beginStory() {
    let time = nextStory
    let ordersPerSecond = max(options.traffic.eventsPerSecond(at: time) / Traffic.eventsAnOrder, 1e-6)
    let gap = -log(1 - traffic.unit()) / ordersPerSecond
    // No gap reaches over the beginning of the sale, or a quiet night would begin it late.
    let next = time + max(1_000, Int64(min(gap, 86_400) * 1_000_000) / 1_000 * 1_000)
    nextStory =
      time < options.traffic.sale.microseconds ? min(next, max(options.traffic.sale.microseconds / 1_000 * 1_000, time + 1_000)) : next
    let steps: [Scheduled]
    if traffic.chance(options.faults / 100) {
      if faultDeck.isEmpty { faultDeck = FaultKind.allCases.shuffled(using: &traffic) }
      let story = stories.faulty(faultDeck.removeLast(), at: time)
      counts.lost += story.lost
      steps = story.steps
    } else {
      steps = stories.ordinary(at: time)
    }
    for step in steps { schedule(step) }
  }

  /// A shelf is counted, and a little is missing.
  private mutating func loseSomething() {
    let time = nextLoss
    let perSecond = max(options.traffic.eventsPerSecond(at: time) / 400, 1e-6)
    nextLoss = time + max(1_000, Int64(min(-log(1 - traffic.unit()) / perSecond, 86_400) * 1_000_000) / 1_000 * 1_000)
    guard let shelf = stories.shelves.untouched(at: time, &traffic) else { return }
    stories.shelves.touch(shelf, at: time)
    let reason = traffic.pick(["damaged", "missing", "found"])
    schedule(
      Scheduled(
        time: time,
        step: .adjusted(article: shelf.article, warehouse: shelf.warehouse, quantity: Int64(traffic.whole(1...3)), reason: reason)))
  }

  private mutating func schedule(_ step: Scheduled) {
    var delay = noise.microseconds(0.02...0.8)
    if !step.isPunctual, noise.chance(options.late / 1_000) {
      // Some come later than any rule waits for: only steps on which no promise of the shop rests.
      delay = noise.microseconds(step.step.isDispensable ? 150...400 : 5...90)
      counts.late += 1
    }
    agenda.add(Agenda.Entry(published: (step.time + delay) / 1_000 * 1_000, time: step.time, content: .step(step.step, step.faults)))
  }

  private mutating func perform(_ entry: Agenda.Entry, _ publish: (ShopRecord) -> Void) {
    switch entry.content {
    case .copy(let record):
      counts.records += 1
      var copy = record
      copy.published = EventTime(microseconds: entry.published)
      publish(copy)
    case .step(let step, let faults):
      if case .placed = step { counts.orders += 1 }
      planted += faults
      let moved = move(step, at: entry, publish)
      let (topic, key, value) = writer.write(step, at: entry.time, onHand: moved)
      emit(topic, key, value, entry, publish)
    }
  }

  private mutating func emit(
    _ topic: EventWriter.Topic, _ key: String, _ value: [UInt8], _ entry: Agenda.Entry, _ publish: (ShopRecord) -> Void
  ) {
    let record = ShopRecord(
      topic: topic.rawValue, key: Array(key.utf8), value: value, published: EventTime(microseconds: entry.published))
    counts.records += 1
    publish(record)
    if noise.chance(options.doubled / 1_000) {
      counts.doubled += 1
      let again = entry.published + noise.microseconds(0.05...20) / 1_000 * 1_000
      agenda.add(Agenda.Entry(published: again, time: entry.time, content: .copy(record)))
    }
    if noise.chance(options.malformed / 1_000) {
      counts.malformed += 1
      counts.records += 1
      let published = EventTime(microseconds: entry.published)
      let future = published.advanced(byMicroseconds: 7_200_000_000).rfc3339
      let garbage = noise.pick(Garbage.allCases).value(of: value, key: key, at: published.rfc3339, future: future)
      publish(ShopRecord(topic: topic.rawValue, key: record.key, value: garbage, published: published))
    }
  }

  /// Moves the stock that a step moves; says how much is there afterwards. A shelf is filled before it is empty.
  private mutating func move(_ step: Step, at entry: Agenda.Entry, _ publish: (ShopRecord) -> Void) -> Int64 {
    func shelf(_ order: Order, _ line: Int) -> (Shelves.Shelf, Int64) {
      (Shelves.Shelf(article: order.basket.lines[line].article, warehouse: order.warehouse), order.basket.lines[line].quantity)
    }
    switch step {
    case .reserved(let order, let line, let isOversold):
      let (shelf, quantity) = shelf(order, line)
      if stories.shelves.count(shelf) < quantity + 10 { receive(shelf, quantity + 200, entry, publish) }
      let onHand = stories.shelves.move(shelf, by: -quantity)
      return isOversold ? -quantity : onHand
    case .released(let order, let line):
      let (shelf, quantity) = shelf(order, line)
      return stories.shelves.move(shelf, by: quantity)
    case .shipped(let order, let line):
      return stories.shelves.count(shelf(order, line).0)
    case .adjusted(let article, let warehouse, let quantity, let reason):
      let shelf = Shelves.Shelf(article: article, warehouse: warehouse)
      if stories.shelves.count(shelf) < quantity + 10 { receive(shelf, 200, entry, publish) }
      return stories.shelves.move(shelf, by: reason == "found" ? quantity : -quantity)
    case .received(let article, let warehouse, let quantity):
      return stories.shelves.move(Shelves.Shelf(article: article, warehouse: warehouse), by: quantity)
    default: return 0
    }
  }

  private mutating func receive(_ shelf: Shelves.Shelf, _ quantity: Int64, _ entry: Agenda.Entry, _ publish: (ShopRecord) -> Void) {
    let step = Step.received(article: shelf.article, warehouse: shelf.warehouse, quantity: quantity)
    let moved = stories.shelves.move(shelf, by: quantity)
    let (topic, key, value) = writer.write(step, at: entry.time, onHand: moved)
    emit(topic, key, value, entry, publish)
  }
}
