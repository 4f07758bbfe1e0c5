package import EventModel
package import RuleLanguage

/// The core of a shard: `apply(records, proofs) → outputs + changed rows`. It reads no clock, does no I/O and starts no thread; the same
/// inputs give the same bytes.
///
///     let engine = Engine(program: program, options: .init(region: "us-east-1", slots: 12))
///     engine.load(slot: 3, rows)                    // as restored; or nothing: a first start
///     let number = engine.attach(source)            // to be read from engine.position(of: number) on
///     engine.apply(records, proofs: proofs)         // as often as the batch has pieces
///     let effects = engine.drain()                  // what one transaction commits
package final class Engine {
  package struct Options: Sendable {
    /// The owner region of the events (language.md 2.10).
    package var region: String
    /// K: slot k reads the partitions p with p mod K = k.
    package var slots: Int
    package var maxSkew: Duration
    /// The name of the application, for `ce_source`.
    package var application: String
    /// Events over this many bytes are dead letters.
    package var maxEvent: Int
    package init(
      region: String, slots: Int, maxSkew: Duration = .seconds(300), application: String = "tenet", maxEvent: Int = 1 << 20
    ) {
      self.region = region
      self.slots = slots
      self.maxSkew = maxSkew
      self.application = application
      self.maxEvent = maxEvent
    }
  }

  package init(program: CheckedProgram, options: Options) {}

  /// Takes over a slot with its rows, in any order. No rows: its first start.
  package func load(slot: Int, _ rows: [RowChange]) {}

  /// The slot goes away: its rows and effects are forgotten, its sources detached.
  package func unload(slot: Int) {}

  /// Begins (or goes on) to read a source; its slot is loaded. Returns the number by which records name it.
  package func attach(_ source: Source) -> Int { 0 }

  /// The offset from which a source is to be read; nil: nothing is known, the setting `start` decides.
  package func position(of source: Int) -> Int64? { nil }

  /// A source's place to read from, where `start` decided it.
  package func start(_ source: Int, at offset: Int64) {}

  /// Evaluates records, in the order of reading, and proofs.
  package func apply(_ records: [SourceRecord], proofs: [EndProof] = []) {}

  /// Takes what has come together since the last call; empty when nothing needs a commit.
  package func drain() -> Effects { Effects() }

  /// The earliest instant at which a clock that goes on would decide something: a batch with a proof past it is worth closing.
  package var nextDeadline: EventTime? { nil }
}
