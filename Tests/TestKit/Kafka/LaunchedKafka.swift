import Foundation
import Glibc

/// Starts a Kafka in a temporary folder, under a shell of its own session that watches this process and takes the cluster down when it is gone,
/// however it ended.
enum LaunchedKafka {
  struct Failure: Error, CustomStringConvertible { var description: String }

  /// - Returns: the bootstrap address.
  static func start(script: String) throws -> String {
    guard FileManager.default.isExecutableFile(atPath: script) else {
      throw Failure(description: "there is no Kafka: KAFKA_BOOTSTRAP is not set and \(script) is not there")
    }
    var said = ""
    for _ in 0..<3 {  // Another process may take the ports in between.
      said = try launch(script, port: freePorts())
      if said.hasPrefix("ready ") { return said.dropFirst(6).trimmingCharacters(in: .whitespacesAndNewlines) }
    }
    throw Failure(description: "Kafka did not start: \(said)")
  }

  private static let watched = """
    trap '' INT HUP
    dir=$(mktemp -d "${TMPDIR:-/tmp}/tenet-kafka-XXXXXX")
    if said=$("$0" up "$dir/cluster" --port "$1" 2>&1); then echo "ready $(printf '%s' "$said" | tail -n 1)"; else echo "failed: $said" | tail -n 5; failed=1; fi
    exec >/dev/null 2>&1
    if [ -z "$failed" ]; then while kill -0 "$2"; do sleep 0.5; done; fi
    "$0" down "$dir/cluster"
    rm -rf "$dir"
    """

  private static func launch(_ script: String, port: UInt16) throws -> String {
    let shell = Process()
    shell.executableURL = URL(filePath: "/usr/bin/setsid")
    shell.arguments = ["bash", "-c", watched, script, String(port), String(getpid())]
    shell.standardInput = FileHandle.nullDevice
    let output = Pipe()
    shell.standardOutput = output
    try shell.run()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    return String(decoding: said, as: UTF8.self)
  }

  /// The first of five neighbouring ports that are free, below those that the system gives out by itself.
  private static func freePorts() throws -> UInt16 {
    for _ in 0..<200 {
      let first = UInt16.random(in: 2_000...3_100) * 10
      if (first..<first + 5).allSatisfy(isFree) { return first }
    }
    throw Failure(description: "no five neighbouring ports are free")
  }

  private static func isFree(_ port: UInt16) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
    }
  }
}
