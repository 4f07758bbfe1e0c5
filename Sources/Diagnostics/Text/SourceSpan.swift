/// A stretch of one source file, in UTF-8 bytes from its beginning.
package struct SourceSpan: Hashable, Sendable {
  /// The file's name as the user knows it: a path relative to where the command ran.
  package var file: String
  /// The half-open byte range. An empty one points between two characters, or at the end of the file.
  package var range: Range<Int>

  package init(file: String, range: Range<Int>) {
    self.file = file
    self.range = range
  }

  /// The smallest span that holds both. They are of one file.
  package func joined(with other: SourceSpan) -> SourceSpan {
    precondition(file == other.file, "a span lies in one file")
    return SourceSpan(
      file: file, range: min(range.lowerBound, other.range.lowerBound)..<max(range.upperBound, other.range.upperBound))
  }
}
