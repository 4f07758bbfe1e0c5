internal import FoundationEssentials
internal import Glibc

extension MetricsRegistry {
  /// Adds `process_…` as Prometheus' client libraries name them, read from `/proc`.
  package func observeProcess() {
    observe(.counter, "process_cpu_seconds_total", "User and system time of the process.") {
      var usage = rusage()
      guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return [] }
      return [([], seconds(usage.ru_utime) + seconds(usage.ru_stime))]
    }
    observe(.gauge, "process_resident_memory_bytes", "Memory of the process in RAM.") {
      guard let pages = readWords("/proc/self/statm").dropFirst().first.flatMap({ Double($0) }) else { return [] }
      return [([], pages * Double(sysconf(Int32(_SC_PAGESIZE))))]
    }
    observe(.gauge, "process_open_fds", "Open file descriptors.") {
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") else { return [] }
      return [([], Double(names.count))]
    }
    observe(.gauge, "process_max_fds", "File descriptors that may be open.") {
      var limit = rlimit()
      guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return [] }
      return [([], Double(limit.rlim_cur))]
    }
    let start = Date().timeIntervalSince1970
    observe(.gauge, "process_start_time_seconds", "When the process began to count, as seconds since 1970.") { [([], start)] }
  }
}

private func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }

private func readWords(_ path: String) -> [Substring] {
  guard let data = FileManager.default.contents(atPath: path) else { return [] }
  return String(decoding: data, as: UTF8.self).split(separator: " ")
}
