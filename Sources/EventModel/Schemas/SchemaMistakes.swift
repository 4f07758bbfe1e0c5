package import Diagnostics

extension DiagnosticCode {
  package static let schemaNotFound = DiagnosticCode(300)
  package static let schemaNotJSON = DiagnosticCode(301)
  package static let schemaReference = DiagnosticCode(302)
  package static let schemaReferenceCycle = DiagnosticCode(303)
  package static let schemaKeyword = DiagnosticCode(304)
  package static let schemaDuplicateKey = DiagnosticCode(305)
  package static let schemaKind = DiagnosticCode(306)
  package static let schemaAnnotation = DiagnosticCode(307)
  package static let schemaNotSupported = DiagnosticCode(308)
  package static let schemaNoObject = DiagnosticCode(309)
}

/// The mistakes of schema files. A place is reported once, however many kinds come past it.
struct SchemaMistakes {
  private(set) var diagnostics: [Diagnostic] = []
  private var known: Set<Diagnostic> = []

  mutating func report(_ diagnostic: Diagnostic) {
    if known.insert(diagnostic).inserted { diagnostics.append(diagnostic) }
  }
}

extension SchemaReader {
  mutating func report(
    _ code: DiagnosticCode, _ message: String, at place: SchemaPlace, _ member: String? = nil, key: Bool = false, help: String? = nil
  ) {
    // What is not read any more has no mistakes.
    guard !isTooLarge else { return }
    let pointer = member.map { place.pointer.appending($0) } ?? place.pointer
    let range = JSONValue.range(of: pointer, key: key, in: files[place.file]?.bytes ?? [])
    mistakes.report(Diagnostic(code, .error, message, at: SourceSpan(file: place.file, range: range), help: help))
  }
}
