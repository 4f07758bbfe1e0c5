internal import Glibc

/// Where lines go. A sink is called with one whole line at a time, from any thread.
package struct LogSink: Sendable {
  package var write: @Sendable ([UInt8]) -> Void

  package init(_ write: @escaping @Sendable ([UInt8]) -> Void) { self.write = write }

  package static let standardError = LogSink { line in
    line.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let written = Glibc.write(STDERR_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if written < 0 {
          if errno == EINTR { continue }
          return  // nobody reads: there is no better place to say so
        }
        rest = rest.dropFirst(written)
      }
    }
  }

  package static let none = LogSink { _ in }
}
