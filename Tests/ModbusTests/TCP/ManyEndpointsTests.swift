import Devices
import Foundation
import Glibc
import Shopfloor
import Testing

@testable import Modbus

/// Many devices in one process, each with a connection of its own. In a process of its own, because it fills its
/// descriptor table.
@Suite struct ManyEndpointsTests {
  @Test func threeHundredEndpointsAreAllPolled() async {
    await #expect(processExitsWith: .success) { try await poll(endpoints: 300) }
  }

  /// Asked for by name, as it takes a while: LOTWIRE_MANY_ENDPOINTS=1.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["LOTWIRE_MANY_ENDPOINTS"] != nil))
  func twoThousandEndpointsAreAllPolled() async {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      try await poll(endpoints: 2_000)
    }
    print(String(decoding: result?.standardOutputContent ?? [], as: UTF8.self))
  }
}

/// Exits with 0 where every device was read, several times and rightly, and none of them ever failed.
private func poll(endpoints: Int) async throws {
  var limit = rlimit()
  getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  limit.rlim_cur = limit.rlim_max
  setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  let server = LoopServer()
  let profile = try testProfile([word("level", 42, interval: 1_000_000)], responseTimeoutMicroseconds: 5_000_000)
  let plans = try (0..<endpoints).map { index in
    try testPlan(
      profile, .tcp(host: "127.0.0.1", port: try server.listen()), device: "device-\(index)",
      firstIndex: UInt32(index))
  }
  try await withSource(plans) { inbox, source in
    var seen: [UInt32: Int] = [:]
    for _ in 0..<3_000 where seen.count < endpoints || seen.values.contains(where: { $0 < 3 }) {
      try await Task.sleep(for: .milliseconds(20))
      seen = [:]
      for reading in inbox.readings where reading.quality.isGood && reading.value == 42 {
        seen[reading.parameter.rawValue, default: 0] += 1
      }
    }
    guard seen.count == endpoints else { exit(2) }
    guard inbox.readings.allSatisfy({ $0.quality.isGood && $0.value == 42 }) else { exit(3) }
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
    let lateness = source.status().flatMap(\.groups).map(\.lateness99Microseconds).sorted()
    print(
      "\(endpoints) endpoints: \(inbox.readings.count) readings, \(seconds) s of CPU with the servers,",
      "\(usage.ru_maxrss / 1_024) MB with the servers, median of the p99 lateness",
      "\(lateness[lateness.count / 2] / 1_000) ms")
  }
  server.stop()
  fflush(nil)
  exit(0)
}
