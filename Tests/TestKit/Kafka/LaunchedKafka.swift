import Foundation
@preconcurrency import Glibc

/// Starts a Kafka in a temporary folder, under a shell of its own session that takes the cluster down when this process is gone, however it
/// ended: the shell reads from a socket whose other end only this process has.
enum LaunchedKafka {
  struct Failure: Error, CustomStringConvertible { var description: String }

  /// A broker that lives for a minute starts in half the time when it is compiled once and collected plainly.
  static let shortLived = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

  /// - Parameters:
  ///   - options: the Java machine's.
  ///   - settings: the broker's, `name=value`.
  /// - Returns: the bootstrap address, and the folder by which the script knows the cluster.
  static func start(script: String, options: String, settings: [String]) throws -> (bootstrap: String, folder: String) {
    guard FileManager.default.isExecutableFile(atPath: script) else {
      throw Failure(description: "there is no Kafka: KAFKA_BOOTSTRAP is not set and \(script) is not there")
    }
    var said = ""
    for _ in 0..<3 {  // Another process may take the ports in between.
      said = try launch(script, options, [String(freePorts())] + settings.flatMap { ["--set", $0] })
      let words = said.split(whereSeparator: \.isWhitespace).map(String.init)
      if words.count == 3, words[0] == "ready" { return (words[1], words[2]) }
    }
    throw Failure(description: "Kafka did not start: \(said)")
  }

  private static let watched = """
    trap '' INT HUP
    for fd in /proc/$$/fd/*; do fd=${fd##*/}; if [ "$fd" -gt 2 ]; then eval "exec $fd>&-"; fi; done
    dir=$(mktemp -d "${TMPDIR:-/tmp}/tenet-kafka-XXXXXX")
    if said=$("$0" up "$dir/cluster" --port "$@" 2>&1 </dev/null); then echo "ready $(printf '%s' "$said" | tail -n 1) $dir/cluster"; else echo "failed: $said" | tail -n 5; failed=1; fi
    exec >/dev/null 2>&1
    if [ -z "$failed" ]; then read -r _; fi
    "$0" down "$dir/cluster"
    rm -rf "$dir"
    """

  /// Not by Foundation's `Process`: it makes a group of its own, so that `setsid` must fork and leaves a zombie, and exit tests stumble over that.
  private static func launch(_ script: String, _ options: String, _ arguments: [String]) throws -> String {
    var (ends, life): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
    // The shell gets copies of its ends; no other program that this process starts gets any. `life[1]` stays open for as long as this process is.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0, socketpair(AF_UNIX, kind, 0, &life) == 0 else {
      throw Failure(description: "no sockets: \(String(cString: strerror(errno)))")
    }
    defer { for end in [ends[0], life[0]] { close(end) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, life[0], 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    let words = ["setsid", "env", javaOptions(options), "bash", "-c", watched, script] + arguments
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, "/usr/bin/setsid", &actions, nil, &arguments, environ)
    close(ends[1])
    if code != 0 { close(life[1]) }
    guard code == 0 else { throw Failure(description: "setsid: \(String(cString: strerror(code)))") }
    let said = String(decoding: FileHandle(fileDescriptor: ends[0]).readDataToEndOfFile(), as: UTF8.self)
    if !said.hasPrefix("ready ") {
      close(life[1])
      waitpid(process, nil, 0)
    }
    return said
  }

  /// Runs the script on a cluster that it started, and waits for its end: `kill` and `start` of brokers.
  static func control(script: String, _ command: String, folder: String) throws {
    let words = ["env", javaOptions(shortLived), script, command, folder]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor: Int32 in 0...2 { posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0) }
    var process: pid_t = 0
    var status: Int32 = 0
    guard posix_spawn(&process, "/usr/bin/env", &actions, nil, &arguments, environ) == 0, waitpid(process, &status, 0) == process,
      status == 0
    else { throw Failure(description: "`\(script) \(command)` failed") }
  }

  private static func javaOptions(_ options: String) -> String {
    "JDK_JAVA_OPTIONS=" + ([options, ProcessInfo.processInfo.environment["JDK_JAVA_OPTIONS"] ?? ""].joined(separator: " "))
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
