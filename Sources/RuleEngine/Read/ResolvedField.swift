internal import EventModel

/// A field of one kind of event, found by its path in the schema.
struct ResolvedField {
  /// An object or map on the way to the field.
  struct Step {
    var path: FieldPath
    var isRequired: Bool
    var isNullable: Bool
  }
  let path: FieldPath
  let steps: [Step]
  let type: FieldType
  let isRequired: Bool
  let isNullable: Bool
  /// The path of the field that holds the currency of an amount in minor units.
  let currencyPath: FieldPath?

  /// nil: the kind has no such field.
  init?(_ path: FieldPath, in object: ObjectType) {
    var steps: [Step] = []
    var around = [(path: [String](), object: object)]
    var type = FieldType.object(object)
    var (isRequired, isNullable) = (true, false)
    for (index, name) in path.steps.enumerated() {
      if index > 0 { steps.append(Step(path: FieldPath(Array(path.steps[..<index])), isRequired: isRequired, isNullable: isNullable)) }
      switch type {
      case .object(let inner):
        guard let field = inner[name] else { return nil }
        (type, isRequired, isNullable) = (field.type, field.isRequired, field.isNullable)
      case .map(let element):
        (type, isRequired, isNullable) = (element, false, false)
      default:
        return nil
      }
      if index < path.steps.count - 1, case .object(let inner) = type {
        around.append((Array(path.steps[...index]), inner))
      }
    }
    self.path = path
    self.steps = steps
    self.type = type
    self.isRequired = isRequired
    self.isNullable = isNullable
    guard case .decimal(_, true, .field(let name)?) = type else {
      currencyPath = nil
      return
    }
    let holder = around.last { $0.object[name] != nil }
    currencyPath = FieldPath((holder?.path ?? Array(path.steps.dropLast())) + [name])
  }

  /// The texts that the schema lists.
  var allowed: [String]? {
    guard case .string(let allowed) = type else { return nil }
    return allowed
  }
}
