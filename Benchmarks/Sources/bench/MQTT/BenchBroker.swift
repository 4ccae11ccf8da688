import Foundation
import Glibc

/// A mosquitto of our own, configured as `systemd/mosquitto-lotwire.conf` asks for, with its data on the same disk.
final class BenchBroker {
  let port: Int
  private let process = Process()

  /// How long it may take to listen, in seconds.
  private static let patienceSeconds = 20.0

  init(folder: String) throws {
    port = try Self.freePort()
    let data = folder + "/broker"
    try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
    let file = data + "/mosquitto.conf"
    try """
    listener \(port) 127.0.0.1
    allow_anonymous true
    user root
    persistence true
    persistence_location \(data)/
    autosave_interval 1
    max_queued_messages 0
    max_queued_bytes 268435456
    max_inflight_messages 5000
    log_type error

    """.write(toFile: file, atomically: true, encoding: .utf8)
    process.executableURL = URL(fileURLWithPath: "/usr/sbin/mosquitto")
    process.arguments = ["-c", file]
    process.standardError = FileHandle.nullDevice
    try process.run()
    let probe = MessagePlan(port: port, clientID: "bench-probe", messages: 0, database: "")
    let end = Stopwatch.wallSeconds() + Self.patienceSeconds
    while true {
      do {
        try MessageFloor.forgetSession(probe)
        return
      } catch {
        guard process.isRunning, Stopwatch.wallSeconds() < end else { throw error }
        usleep(50_000)
      }
    }
  }

  /// Ends it at once: it may have inherited a signal mask that keeps SIGTERM away, and nobody reads what it would save.
  func stop() {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// User and system time of the broker so far (proc(5): fields 14 and 15 of stat, in clock ticks).
  var cpuSeconds: Double {
    // Without the file the figure stays 0, which the table shows.
    let text = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)) ?? ""
    let fields = text.split(separator: " ")
    guard fields.count > 15, let user = Double(fields[13]), let system = Double(fields[14]) else { return 0 }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private static func freePort() throws(BenchFault) -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
      }
    }
    guard isBound else { throw BenchFault("no free port: \(String(cString: strerror(errno)))") }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
