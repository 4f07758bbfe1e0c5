/// `Benchmarks [NAME…]`: all of them, or those named.
@main struct Benchmarks {
  private static let all: [(name: String, run: @Sendable () -> Void)] = [("read", { ReadBenchmark.run() })]

  static func main() {
    let wanted = CommandLine.arguments.dropFirst()
    for (name, run) in all where wanted.isEmpty || wanted.contains(name) { run() }
  }
}
