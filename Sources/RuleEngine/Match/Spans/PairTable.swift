internal import EventModel
internal import RuleLanguage

/// How a kind of event of one pattern and one of another stand to each other.
struct KindPair: Sendable {
  /// Each could stand in the other's place (language.md 2.8).
  var isAlike: Bool
  /// By how much spans between them are widened or narrowed (language.md 11.3), in microseconds.
  var skew: Int64
}

/// The pairs of the kinds of two patterns: by kind of the one, by kind of the other, as `RefKinds` numbers them.
struct PairTable: Sendable {
  private let pairs: [[KindPair]]
  /// By kind of the first pattern, the largest skew to any kind of the second; 0 for kinds that are not the first's.
  let largest: [Int64]

  init(_ plan: RulePlan, _ first: Int, _ second: Int) {
    let kinds = plan.kinds.kinds
    let (own, others) = (plan.rule.patterns[first].kinds, plan.rule.patterns[second].kinds)
    let pairs = kinds.map { a in
      kinds.map { b in
        let isAlike = [a.kind, b.kind].allSatisfy { own.contains($0) && others.contains($0) }
        let skews = [a, b].map { plan.streams[$0.kind.stream].skew.microseconds }
        return KindPair(isAlike: isAlike, skew: isAlike || a.rank == b.rank ? 0 : max(skews[0], skews[1]))
      }
    }
    self.pairs = pairs
    largest = kinds.indices.map { a in
      own.contains(kinds[a].kind) ? kinds.indices.filter { others.contains(kinds[$0].kind) }.map { pairs[a][$0].skew }.max() ?? 0 : 0
    }
  }

  subscript(first: EventRef, second: EventRef) -> KindPair { pairs[Int(first.kind)][Int(second.kind)] }

  /// The largest skew of any pair.
  var widest: Int64 { largest.max() ?? 0 }
}
