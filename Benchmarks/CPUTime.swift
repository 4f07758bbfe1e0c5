import Glibc

/// Nanoseconds of processor time so far, user and system.
enum CPUTime {
  static var ofThread: Double { read(CLOCK_THREAD_CPUTIME_ID) }
  /// All threads, librdkafka's too.
  static var ofProcess: Double { read(CLOCK_PROCESS_CPUTIME_ID) }

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
  }
}
