package import EventModel

/// One way to call a function: what it takes, the receiver of a method first, and what it gives.
package struct Overload: Hashable, Sendable {
  package var isMethod: Bool
  package var parameters: [ValueType]
  package var result: ValueType

  static func function(_ parameters: ValueType..., gives result: ValueType) -> Overload {
    Overload(isMethod: false, parameters: parameters, result: result)
  }

  /// `parameters` begins with the receiver.
  static func method(_ parameters: ValueType..., gives result: ValueType) -> Overload {
    Overload(isMethod: true, parameters: parameters, result: result)
  }
}

extension Overload {
  /// What it gives is known only when it is evaluated: rules have no such calls.
  var isOfMixedTypes: Bool { result == .dyn || result == .list(.dyn) }
}

/// What the variables of an overload stand for in one call.
struct TypeBindings {
  private var types: [Int: ValueType] = [:]

  /// How far an argument is from a parameter: 0, it has the type; more, it has to be widened. Nil when it does not fit. A variable is
  /// bound by the first argument that names it, and widened by later ones.
  mutating func cost(of argument: ValueType, as parameter: ValueType) -> Int? {
    switch parameter {
    case .variable(let index):
      guard let known = types[index], known != .dyn else {
        types[index] = argument
        return 0
      }
      guard let joined = known.joined(with: argument) else { return nil }
      types[index] = joined
      return joined == known ? 0 : 1
    case .list(let element):
      if argument == .dyn { return 0 }
      guard case .list(let type) = argument else { return nil }
      return cost(of: type, as: element)
    case .map(let key, let value):
      if argument == .dyn { return 0 }
      guard case .map(let keyType, let valueType) = argument, let first = cost(of: keyType, as: key),
        let second = cost(of: valueType, as: value)
      else { return nil }
      return first + second
    case .optional(let inner):
      if argument == .dyn { return 0 }
      guard case .optional(let type) = argument else { return nil }
      return cost(of: type, as: inner)
    default: return parameter.cost(ofPassing: argument)
    }
  }

  /// The type for which a parameter's or result's stands; variables that no argument bound are `dyn`.
  func type(of parameter: ValueType) -> ValueType { parameter.replacingVariables { types[$0] ?? .dyn } }
}

extension ValueType {
  /// 0 for the same type or what is not known before it runs, 1 where an integer is widened to a decimal, nil where it does not fit.
  func cost(ofPassing argument: ValueType) -> Int? {
    if self == argument || argument == .dyn || self == .dyn { return 0 }
    switch (self, argument) {
    case (.decimal, .int), (.decimal, .uint): return 1
    case (.list(let a), .list(let b)), (.optional(let a), .optional(let b)): return a.cost(ofPassing: b)
    case (.map(let k, let v), .map(let l, let w)):
      guard let x = k.cost(ofPassing: l), let y = v.cost(ofPassing: w) else { return nil }
      return x + y
    default: return nil
    }
  }

  /// The one type that holds values of both: integers widen to decimals, nothing else widens. Nil when there is none.
  func joined(with other: ValueType) -> ValueType? {
    if self == other || other == .dyn { return self }
    if self == .dyn { return other }
    switch (self, other) {
    case (.decimal, .int), (.decimal, .uint), (.int, .decimal), (.uint, .decimal): return .decimal
    case (.list(let a), .list(let b)): return a.joined(with: b).map { .list($0) }
    case (.optional(let a), .optional(let b)): return a.joined(with: b).map { .optional($0) }
    case (.map(let k, let v), .map(let l, let w)):
      guard let key = k.joined(with: l), let value = v.joined(with: w) else { return nil }
      return .map(key, value)
    default: return nil
    }
  }
}

extension FieldType {
  /// The type that a field's values have in expressions; nil when rules cannot read it.
  package var valueType: ValueType? {
    switch self {
    case .string, .date: .string
    case .bool: .bool
    case .integer: .int
    case .number: .double
    case .decimal: .decimal
    case .timestamp: .timestamp
    case .list(let element): element.valueType.map { .list($0) }
    case .object(let object): .object(object)
    case .map(let value): value.valueType.map { .map(.string, $0) }
    case .unknown: nil
    }
  }
}
