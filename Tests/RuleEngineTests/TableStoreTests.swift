import EventModel
import RuleLanguage
import Testing

@testable import RuleEngine

/// The rows of tables by themselves (language.md 19).
@Suite struct TableStoreTests {
  static let keep: Duration = .seconds(3600)
  static let declaration = CheckedTable(
    name: "prices", topic: "prices.v1",
    schema: EventSchema(
      file: "price.json",
      kinds: [
        KindSchema(
          name: "",
          fields: ObjectType(fields: [
            Fixture.field("sku", .string(allowed: nil)), Fixture.field("amount", .integer(minimum: nil, maximum: nil)),
          ]))
      ], canonical: []), key: [Fixture.path("sku")], time: nil, disorder: .zero, delay: .zero, lateness: .zero, keep: keep,
    maximumRows: 2, span: Fixture.nowhere)

  static func store() -> TableStore {
    var program = Fixture.program([], [])
    program.tables = [declaration]
    return TableStore(program)
  }

  /// A row of that amount; nil: a tombstone. Times are seconds after 10:00.
  struct Row: Sendable {
    var amount: Int64?
    var at: Double
    var offset: Int64
    var partition: Int32 = 0
    var sku = "a"
  }

  static func version(_ row: Row) -> RowVersion {
    var content = RowVersion.Content.ended
    if let amount = row.amount {
      var writer = RowWriter()
      writer.value(.map([.string("amount"): .int(amount)]))
      content = .row(writer.bytes)
    }
    return RowVersion(time: Fixture.time(row.at).microseconds, partition: row.partition, offset: row.offset, content: content)
  }

  static func take(_ rows: [Row], into store: TableStore) {
    for row in rows {
      let (version, name) = (version(row), Array(row.sku.utf8))
      if row.amount == nil {
        store.end(version, table: 0, name: name)
      } else {
        store.insert(version, table: 0, key: TableStore.bytes(of: [.string(row.sku)]), name: name)
      }
    }
  }

  /// What is answered at these instants: an amount, `–` for no row, `?` for what is not known any more.
  static func answers(_ store: TableStore, _ instants: [Double], sku: String = "a") -> [String] {
    instants.map { instant in
      do throws(EvaluationError) {
        let row = try store.row(table: 0, key: [.string(sku)], at: Fixture.time(instant).microseconds)
        return row.map(\.amount) ?? "–"
      } catch {
        return error.cause == .history ? "?" : "\(error.cause)"
      }
    }
  }

  @Test("the row that held is the last one dated at or before the instant")
  func asOf() {
    let store = Self.store()
    Self.take([Row(amount: 1, at: 0, offset: 0), Row(amount: 2, at: 60, offset: 1)], into: store)
    #expect(Self.answers(store, [-0.000001, 0, 59.999999, 60, 7000]) == ["–", "1", "1", "2", "2"])
    #expect(Self.answers(store, [60], sku: "b") == ["–"])
  }

  @Test("of rows of one time the one behind in the topic counts, in whichever order they are read")
  func equalTimes() {
    let rows = [
      Row(amount: 1, at: 0, offset: 7), Row(amount: 2, at: 0, offset: 3, partition: 1), Row(amount: 3, at: 0, offset: 4, partition: 1),
    ]
    for order in [[0, 1, 2], [1, 2, 0], [1, 0, 2]] {
      let store = Self.store()
      Self.take(order.map { rows[$0] }, into: store)
      #expect(Self.answers(store, [0]) == ["3"])
    }
  }

  @Test("a late row takes its place, and says from when on it does")
  func late() {
    let store = Self.store()
    Self.take([Row(amount: 1, at: 0, offset: 0), Row(amount: 3, at: 120, offset: 1)], into: store)
    #expect(store.takeChanges() == [Fixture.time(0).microseconds])
    #expect(store.takeChanges() == [nil])
    Self.take([Row(amount: 2, at: 60, offset: 2)], into: store)
    #expect(store.takeChanges() == [Fixture.time(60).microseconds])
    #expect(Self.answers(store, [59, 60, 119, 120]) == ["1", "2", "2", "3"])
  }

  @Test("a tombstone ends what records of its key said before it, also what is read later or was to begin later")
  func tombstones() {
    let store = Self.store()
    Self.take([Row(amount: 1, at: 0, offset: 0), Row(amount: 2, at: 90, offset: 1), Row(at: 60, offset: 2)], into: store)
    #expect(Self.answers(store, [59, 60, 90, 200]) == ["1", "–", "–", "–"])
    Self.take([Row(amount: 3, at: 30, offset: 3)], into: store)
    #expect(Self.answers(store, [29, 30, 59, 60]) == ["1", "3", "3", "–"])
    Self.take([Row(amount: 4, at: 300, offset: 4)], into: store)
    #expect(Self.answers(store, [200, 300]) == ["–", "4"])
    // One whose rows were compacted away before it.
    Self.take([Row(at: 60, offset: 5, sku: "b"), Row(amount: 5, at: 10, offset: 6, sku: "b")], into: store)
    #expect(Self.answers(store, [10, 60], sku: "b") == ["5", "–"])
  }

  @Test("a row that was replaced is known for `keep`, one that was not for ever; that there was none is said of what is known")
  func keep() {
    let store = Self.store()
    Self.take(
      [Row(amount: 1, at: 0, offset: 0), Row(amount: 2, at: 60, offset: 1), Row(amount: 9, at: 30, offset: 2, sku: "b")], into: store)
    store.advance(0, to: Fixture.time(3659.999999))
    #expect(Self.answers(store, [0, 59, 60]) == ["1", "1", "2"])
    store.advance(0, to: Fixture.time(3660))
    #expect(Self.answers(store, [-1, 0, 59, 60, 61]) == ["?", "?", "?", "2", "2"])
    #expect(Self.answers(store, [0, 29, 30, 59, 60], sku: "b") == ["?", "?", "9", "9", "9"])
    #expect(Self.answers(store, [59.999999, 60], sku: "c") == ["?", "–"])
    Self.take([Row(at: 70, offset: 3)], into: store)
    store.advance(0, to: Fixture.time(3671))
    #expect(Self.answers(store, [69, 70, 71]) == ["?", "?", "–"])
  }

  @Test("what nothing asks for is forgotten, and the same is answered")
  func forgetting() {
    let store = Self.store()
    for number in 0..<1000 {
      let at = Double(number) * 60
      Self.take([Row(amount: Int64(number), at: at, offset: Int64(number) * 2, sku: "s\(number % 10)")], into: store)
      Self.take([Row(amount: 1, at: at, offset: Int64(number) * 2 + 1, sku: "t\(number)")], into: store)
      if number >= 10 { Self.take([Row(at: at, offset: Int64(number) * 2 + 1, sku: "t\(number - 10)")], into: store) }
      store.advance(0, to: Fixture.time(at))
    }
    let (_, rows, limit, bytes) = store.footprints[0]
    #expect(rows == 20 && limit == 2)
    // Of 1,010 keys those of the last two hours are there, and of ten the rows of one.
    #expect(bytes < 150_000)
    #expect(Self.answers(store, [999 * 60], sku: "s9") == ["999"])
  }

  @Test("keys are equal by value")
  func keys() {
    let keys = ["20", "20.0", "20.00"].map { TableStore.bytes(of: [.decimal(ExactDecimal(digits: $0) ?? .zero), .string("EUR")]) }
    #expect(Set(keys).count == 1)
    #expect(TableStore.bytes(of: [.string("a"), .string("bc")]) != TableStore.bytes(of: [.string("ab"), .string("c")]))
  }
}

extension Value {
  /// The field `amount` of a row.
  var amount: String {
    guard case .map(let members) = self, let amount = members[.string("amount")] else { return "no amount" }
    return amount.celText
  }
}
