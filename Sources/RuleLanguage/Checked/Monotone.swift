extension CheckedExpression {
  /// More events only make it truer, so it can be said as soon as it is true (language.md 8.3): built with `&&` and `||` from `count`,
  /// `distinct`, `max` or a `sum` of what the schema bounds at 0, `>` or `>=` what does not depend on the window, or `min` `<` or `<=`
  /// it; what does not read the window may stand beside.
  package func onlyBecomesTruer(_ functions: [WindowFunction]) -> Bool {
    switch kind {
    case .and(let a, let b), .or(let a, let b): return a.onlyBecomesTruer(functions) && b.onlyBecomesTruer(functions)
    case .call(let function, let arguments) where function.isObserver: return arguments[0].onlyBecomesTruer(functions)
    case .call(let function, let arguments) where arguments.count == 2:
      switch function.name {
      case "_>_", "_>=_":
        if arguments[0].grows(functions), !arguments[1].readsWindow { return true }
        return !readsWindow || (arguments[1].falls(functions) && !arguments[0].readsWindow)
      case "_<_", "_<=_":
        if arguments[0].falls(functions), !arguments[1].readsWindow { return true }
        return !readsWindow || (arguments[1].grows(functions) && !arguments[0].readsWindow)
      default: return !readsWindow
      }
    default: return !readsWindow
    }
  }

  /// A window function that more events never make less.
  private func grows(_ functions: [WindowFunction]) -> Bool {
    guard case .aggregate(let index) = kind else { return false }
    switch functions[index].name {
    case .count, .distinct, .max: return true
    case .sum: return functions[index].isNonNegative
    default: return false
    }
  }

  /// A window function that more events never make greater.
  private func falls(_ functions: [WindowFunction]) -> Bool {
    guard case .aggregate(let index) = kind else { return false }
    return functions[index].name == .min
  }

  /// Some window function stands in it.
  package var readsWindow: Bool {
    if case .aggregate = kind { return true }
    return children.contains { $0.readsWindow }
  }
}
