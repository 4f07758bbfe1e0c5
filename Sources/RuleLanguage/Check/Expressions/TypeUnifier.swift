import EventModel

/// What the type variables of one expression stand for, as CEL's checker has it: an empty list is a list of a type that a later use decides.
/// Rules have no variables.
struct TypeUnifier {
  private var known: [Int: ValueType] = [:]
  /// The numbers below are those of overloads, in which A, B, … are made new for each call.
  private var next = 26
  /// What one call has learned, and was known before it.
  private var changes: [(index: Int, old: ValueType?)] = []

  mutating func fresh() -> ValueType {
    next += 1
    return .variable(next - 1)
  }

  /// The overload's parameters and result with variables of their own.
  mutating func instance(of overload: Overload) -> Overload {
    var variables: [Int: ValueType] = [:]
    func replace(_ type: ValueType, _ unifier: inout TypeUnifier) -> ValueType {
      type.replacingVariables { index in
        if let variable = variables[index] { return variable }
        let variable = unifier.fresh()
        variables[index] = variable
        return variable
      }
    }
    var instance = overload
    instance.parameters = overload.parameters.map { replace($0, &self) }
    instance.result = replace(overload.result, &self)
    return instance
  }

  /// The type with what is known of its variables.
  func resolved(_ type: ValueType) -> ValueType {
    type.replacingVariables { index in known[index].map { resolved($0) } ?? .variable(index) }
  }

  /// The type without variables: what nothing decided is `dyn`.
  func settled(_ type: ValueType) -> ValueType { resolved(type).replacingVariables { _ in .dyn } }

  /// Whether all the arguments go with the parameters. Nothing is learned from those that do not.
  mutating func accept(_ arguments: [ValueType], as parameters: [ValueType]) -> Bool {
    guard arguments.count == parameters.count else { return false }
    defer { changes.removeAll(keepingCapacity: true) }
    for (argument, parameter) in zip(arguments, parameters) where !assign(argument, to: parameter) {
      for (index, old) in changes.reversed() { known[index] = old }
      return false
    }
    return true
  }

  mutating func accept(_ argument: ValueType, as parameter: ValueType) -> Bool { accept([argument], as: [parameter]) }

  /// The one type that holds values of both, which is the more general of the two. Nil when there is none.
  mutating func join(_ a: ValueType, _ b: ValueType) -> ValueType? {
    guard accept(a, as: b) else { return nil }
    let (a, b) = (resolved(a), resolved(b))
    return a.isAsGeneral(as: b) ? a : b
  }

  private mutating func assign(_ a: ValueType, to b: ValueType) -> Bool {
    if a == b { return true }
    if case .variable(let index) = b {
      switch substitute(a, for: index) {
      case .fits: return true
      case .refused: return false
      case .isInIt: break
      }
    }
    if case .variable(let index) = a { return substitute(b, for: index) == .fits }
    switch (a, b) {
    case (.dyn, _), (_, .dyn): return true
    case (.null, _): return b.mayBeNull
    case (_, .null): return a.mayBeNull
    case (.nullable(let x), .nullable(let y)): return assign(x, to: y)
    case (.nullable(let x), _): return assign(x, to: b)
    case (_, .nullable(let y)): return assign(a, to: y)
    case (.list(let x), .list(let y)), (.optional(let x), .optional(let y)): return assign(x, to: y)
    case (.map(let k, let v), .map(let l, let w)): return assign(k, to: l) && assign(v, to: w)
    case (.abstract(let name, let x), .abstract(let other, let y)):
      return name == other && x.count == y.count && zip(x, y).allSatisfy { assign($0, to: $1) }
    default: return false
    }
  }

  private enum Substitution { case fits, refused, isInIt }

  private mutating func substitute(_ type: ValueType, for index: Int) -> Substitution {
    if let old = known[index] {
      if type == old { return .fits }
      guard assign(type, to: old) else { return .refused }
      let (first, second) = (resolved(type), resolved(old))
      let general = first.isAsGeneral(as: second) ? first : second
      if !general.names(index) { learn(general, of: index) }
      return .fits
    }
    let resolved = resolved(type)
    if resolved == .variable(index) { return .fits }
    guard !resolved.names(index) else { return .isInIt }
    learn(resolved, of: index)
    return .fits
  }

  private mutating func learn(_ type: ValueType, of index: Int) {
    changes.append((index, known.updateValue(type, forKey: index)))
  }
}

extension ValueType {
  /// Null goes with it: a message's type, or one that is known by its name.
  fileprivate var mayBeNull: Bool {
    switch self {
    case .null, .timestamp, .duration, .optional, .abstract, .nullable, .address, .addressBlock: true
    default: false
    }
  }

  /// Whether it holds all that the other, with which it goes, holds.
  fileprivate func isAsGeneral(as other: ValueType) -> Bool {
    switch (self, other) {
    case (.dyn, _), (.variable, _): return true
    case (_, .dyn), (_, .variable): return false
    case (.null, .null): return true
    case (.null, _): return false
    case (.nullable, _): return true
    case (_, .nullable): return false
    case (.list(let x), .list(let y)), (.optional(let x), .optional(let y)): return x.isAsGeneral(as: y)
    case (.map(let k, let v), .map(let l, let w)): return k.isAsGeneral(as: l) && v.isAsGeneral(as: w)
    case (.abstract(_, let x), .abstract(_, let y)): return zip(x, y).allSatisfy { $0.isAsGeneral(as: $1) }
    default: return true
    }
  }

  fileprivate func names(_ variable: Int) -> Bool {
    switch self {
    case .variable(let index): index == variable
    case .list(let element), .optional(let element), .nullable(let element): element.names(variable)
    case .map(let key, let value): key.names(variable) || value.names(variable)
    case .abstract(_, let parameters): parameters.contains { $0.names(variable) }
    default: false
    }
  }
}
