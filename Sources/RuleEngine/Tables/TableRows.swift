internal import EventModel

/// The rows of one table, by key. A record says a row by the key that is in its fields; a tombstone, which has none, ends the rows that
/// records of its own key said.
struct TableRows {
  private struct Entry {
    var key: [UInt8]
    /// Keys of the records that said the row: nearly always one.
    var names: [[UInt8]] = []
    var row = RowVersions()
  }

  /// What records of one key said.
  private struct Name {
    var places: [Int] = []
    /// Tombstones: they end rows that are read after them and dated before them, too.
    var ends: [RowVersion] = []
  }

  /// In microseconds.
  private let keep: Int64
  private var entries: [Entry?] = []
  private var free: [Int] = []
  /// By key.
  private var places: [[UInt8]: Int] = [:]
  /// By the records' key.
  private var names: [[UInt8]: Name] = [:]
  /// Places of rows that were replaced or ended, and names that stand for no row: to be looked through.
  private var old: Set<Int> = []
  private var lone: Set<[UInt8]> = []
  private var nextPrune = Int64.min
  /// Rows replaced at or before this are not known any more.
  private(set) var floor = Int64.min
  /// Rows that hold, or will.
  private(set) var held = 0
  /// About how many bytes of memory they take.
  private(set) var bytes = 0

  init(keep: Int64) { self.keep = keep }

  /// What held under a key at an instant.
  func answer(_ key: [UInt8], at instant: Int64) -> RowVersions.Answer {
    guard let place = places[key], let entry = entries[place] else { return instant < floor ? .forgotten : .none }
    return entry.row.answer(at: instant, floor: floor)
  }

  /// Takes a row under its key. `name`: the record's key; nil: no tombstone ends it.
  mutating func insert(_ version: RowVersion, key: [UInt8], name: [UInt8]?) {
    let place = place(of: key)
    if let name, !(names[name]?.places.contains(place) ?? false) {
      names[name, default: Name()].places.append(place)
      lone.remove(name)
      entries[place]?.names.append(name)
      bytes += name.count + 64
      for end in names[name]?.ends ?? [] { change(place) { $0.insert(end) } }
    }
    change(place) { $0.insert(version) }
  }

  /// Takes a tombstone.
  mutating func end(_ version: RowVersion, name: [UInt8]) {
    let past = past
    names[name, default: Name()].ends.removeAll { $0.time < past }
    names[name]?.ends.append(version)
    let named = names[name]?.places ?? []
    if named.isEmpty { lone.insert(name) }
    for place in named { change(place) { $0.insert(version) } }
  }

  private mutating func place(of key: [UInt8]) -> Int {
    if let known = places[key] { return known }
    let place = free.popLast() ?? entries.count
    if place == entries.count { entries.append(nil) }
    entries[place] = Entry(key: key)
    places[key] = place
    bytes += key.count + 96
    return place
  }

  private mutating func change(_ place: Int, _ body: (inout RowVersions) -> Void) {
    guard var row = entries[place]?.row else { preconditionFailure("a row has a place") }
    entries[place]?.row = RowVersions()
    let before = (row.isHeld, row.bytes)
    body(&row)
    row.prune(floor: floor)
    held += (row.isHeld ? 1 : 0) - (before.0 ? 1 : 0)
    bytes += row.bytes - before.1
    if !row.isHeld || row.versions.count > 1 { old.insert(place) } else { old.remove(place) }
    entries[place]?.row = row
  }

  /// A tombstone stays for `keep` behind the floor: a late row that is dated before it does not hold.
  private var past: Int64 { floor == .min ? .min : floor - keep }

  /// The table's clock has moved: what was replaced longer ago than `keep` goes.
  mutating func advance(to clock: EventTime) {
    guard clock != .distantPast else { return }
    floor = max(floor, clock.advanced(byMicroseconds: -keep).microseconds)
    guard floor >= nextPrune else { return }
    nextPrune = floor + max(keep / 16, 1_000_000)
    for place in old {
      change(place) { _ in }
      if entries[place]?.row.isOver(before: past) ?? false { remove(place) }
    }
    for name in lone where names[name]?.ends.allSatisfy({ $0.time < past }) ?? true {
      names[name] = nil
      lone.remove(name)
    }
  }

  private mutating func remove(_ place: Int) {
    guard let entry = entries[place] else { return }
    change(place) { $0 = RowVersions() }
    old.remove(place)
    places[entry.key] = nil
    bytes -= entry.key.count + 96
    for name in entry.names {
      names[name]?.places.removeAll { $0 == place }
      if names[name]?.places.isEmpty ?? false { lone.insert(name) }
      bytes -= name.count + 64
    }
    entries[place] = nil
    free.append(place)
  }
}

extension RowVersions {
  /// About how many bytes of memory they take.
  fileprivate var bytes: Int {
    versions.reduce(0) { bytes, version in
      if case .row(let row) = version.content { bytes + row.count + 96 } else { bytes + 64 }
    }
  }
}
