import Devices
import Foundation
import Glibc
import Scanners
import Shopfloor

/// What the scanner part costs while nobody scans: two serial scanners on pseudo-terminals, one of which is not there,
/// and USB scanners that are not plugged in, on the libusb of this machine.
enum IdleMeasurement {
  static func run(seconds: Double) throws {
    var terminal: Int32 = -1
    var other: Int32 = -1
    var name = [CChar](repeating: 0, count: 128)
    guard openpty(&terminal, &other, &name, nil, nil) == 0 else { fail("no pseudo-terminal") }
    let path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let source = try ScannerSource(
      serial: [
        SerialScannerPlan(device: "serial-1", station: "press", path: path),
        SerialScannerPlan(device: "serial-2", station: "press", path: "/dev/lotwire-not-there"),
      ],
      usb: try (1...4).map {
        USBScannerPlan(
          device: try DeviceName("usb-\($0)"), station: "press", vendor: 0x05E0, product: 0x1200, portPath: "1-\($0)")
      }, inbox: PrintingInbox(), clock: SystemClock())
    try source.start()
    // The start is not waiting: it settles the lines and looks through the bus.
    usleep(1_000_000)
    let before = cpuSeconds()
    let sleepsBefore = sleeps()
    let begin = SystemClock().now().monotonicMicroseconds
    usleep(UInt32(seconds * 1_000_000))
    let elapsed = Double(SystemClock().now().monotonicMicroseconds - begin) / 1_000_000
    let percent = (cpuSeconds() - before) / elapsed * 100
    for status in source.status() { say("\(status.device) \(status.state.rawValue): \(status.detail)") }
    say(
      String(
        format: "idle: %.4f %% of a core over %.1f s, %d wake-ups", percent, elapsed, sleeps() - sleepsBefore))
    source.stop()
  }

  /// How often a thread went to sleep, which is how often one had woken up.
  private static func sleeps() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_nvcsw
  }

  private static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
  }
}
