internal import EventModel
internal import RuleLanguage

/// What stands for the parts of a key that the schema calls personal wherever a key goes out: in the record key, the id, the members of
/// `key` and the `key` of messages (language.md 9.3). It is the first 128 bits of an HMAC-SHA-256 over the part as ids write it, in
/// lower-case hex; so equal parts look equal in all rules and regions, and nobody finds one by trying without the secret.
struct KeyMask: Sendable {
  private let isPersonal: [Bool]
  private let secret: [UInt8]

  init(_ rule: CheckedRule, streams: [CheckedStream], secret: [UInt8]) {
    self.secret = secret
    func reads(_ pattern: Int, _ path: FieldPath) -> Bool {
      rule.patterns[pattern].kinds.contains { streams[$0.stream].schema.kinds[$0.kind].fields.isPersonal(path) }
    }
    if case .condition = rule.form, rule.key.isEmpty {
      isPersonal = rule.patterns[0].kinds.first.map { streams[$0.stream].key.map { reads(0, $0) } } ?? []
    } else {
      isPersonal = rule.key.map { part in
        var isPersonal = false
        for expression in part.expressions { expression.forEachField { if reads($0, $1) { isPersonal = true } } }
        return isPersonal
      }
    }
  }

  var masksAnything: Bool { isPersonal.contains(true) }

  func masked(_ key: [Value]) -> [Value] {
    guard masksAnything else { return key }
    return zip(key, isPersonal).map { part, isPersonal in
      guard isPersonal else { return part }
      var json = JSONWriter()
      json.writeKeyPart(part)
      return .string(Identity.hex(Identity.hmac(json.bytes, secret: secret).prefix(16)))
    }
  }
}

extension ObjectType {
  /// The field at a path, or an object around it, is personal.
  fileprivate func isPersonal(_ path: FieldPath) -> Bool {
    var object = self
    for step in path.steps {
      guard let field = object[step] else { return false }
      if field.isPersonal { return true }
      guard case .object(let inner) = field.type else { return false }
      object = inner
    }
    return false
  }
}
