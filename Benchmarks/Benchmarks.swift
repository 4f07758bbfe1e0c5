import Foundation

/// `Benchmarks [NAME…]`: all of them, or those named.
@main struct Benchmarks {
  private static let all: [(name: String, run: @Sendable () -> Void)] = [
    ("read", { ReadBenchmark.run() }), ("keyed", { KeyedBenchmark.run() }), ("kafka", { KafkaBenchmark.run() }),
    ("check", { CheckBenchmark.run() }), ("hostile", { HostileBenchmark.run() }),
  ]

  static func main() {
    let wanted = CommandLine.arguments.dropFirst()
    for (name, run) in all where wanted.isEmpty || wanted.contains(name) { run() }
  }
}

/// A line as soon as it is known, in a pipe too.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
