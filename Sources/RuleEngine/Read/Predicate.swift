internal import RuleLanguage

/// A condition on the events of one stream, as the columns' masks give it.
///
/// Each answer is one of three: true, false, or an error, which `&&` and `||` absorb as CEL says.
indirect enum Predicate {
  case constant(Bool)
  /// An index into the stream's `ComparisonList`.
  case comparison(Int)
  case not(Predicate)
  case all([Predicate])
  case any([Predicate])
  case choice(Predicate, then: Predicate, else: Predicate)
  /// What columns cannot do: evaluated for each row that is left.
  case plain(CheckedExpression)

  /// No row by itself has to be evaluated.
  var isColumnar: Bool {
    switch self {
    case .constant, .comparison: true
    case .not(let part): part.isColumnar
    case .all(let parts), .any(let parts): parts.allSatisfy(\.isColumnar)
    case .choice(let condition, let yes, let no): condition.isColumnar && yes.isColumnar && no.isColumnar
    case .plain: false
    }
  }
}

/// One comparison over a column: what is asked of every row.
enum Comparison: Hashable {
  enum Order: Hashable { case less, lessOrEqual, equal }

  /// Present, and not null.
  case isPresent(Int)
  case isTrue(Int)
  /// An integer, a time, or a decimal as a multiple of 10^-scale, against a constant.
  case number(Int, Order, Int64)
  case double(Int, Order, Double)
  /// A text that is one of these.
  case symbols(Int, [UInt16])
  case numbers(Int, Order, Int)
  case doubles(Int, Order, Int)
  case texts(Int, Int)
}

/// The comparisons of all conditions on one stream, each once.
final class ComparisonList {
  private(set) var comparisons: [Comparison] = []
  private var numbers: [Comparison: Int] = [:]

  func number(of comparison: Comparison) -> Int {
    if let known = numbers[comparison] { return known }
    numbers[comparison] = comparisons.count
    comparisons.append(comparison)
    return comparisons.count - 1
  }
}
