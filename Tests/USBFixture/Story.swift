import CUSBTestbed
import Devices
import Foundation
import Scanners
import Shopfloor
import Synchronization

/// What a calibration learns from all reports that come.
private final class Calibration: Sendable {
  private let state = Mutex(ScannerCalibration())

  func take(_ report: ScannerReport) { state.withLock { $0.take(report.bytes, at: report.at) } }

  /// Empty until the scan is over.
  func lines(at now: Int64) -> [String] {
    switch state.withLock({ $0.result(at: now) }) {
    case .success(let learned)?: learned.configurationLines
    case .failure(let refusal)?: ["refused: \(refusal)"]
    case nil: []
    }
  }
}

/// Runs the steps of a test on the real ScannerSource and the real libusb, above simulated devices.
struct Story {
  let testbed: OpaquePointer
  let inbox = PrintingInbox()
  private var plans: [USBScannerPlan] = []
  private var source: ScannerSource?
  private let calibration = Calibration()

  init(testbed: OpaquePointer) { self.testbed = testbed }

  mutating func perform(_ argument: String) throws {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let value = parts.count > 1 ? parts[1] : ""
    let two = Options(value, words: 2)
    switch parts[0] {
    case "plan": plans.append(try Options(value).plan())
    case "start":
      let source = try ScannerSource(
        serial: [], usb: plans, inbox: inbox, clock: SystemClock(),
        onLinkChange: { say("\($0.device) \($0.kind.rawValue): \($0.words)") },
        onReport: { [calibration] report in calibration.take(report) })
      try source.start()
      self.source = source
    case "plug": plug(Options(value))
    case "unplug": usb_testbed_unplug(testbed, two.port)
    case "refuse": usb_testbed_refuse_claims(testbed, two.port, 1)
    case "admit": usb_testbed_refuse_claims(testbed, two.port, 0)
    case "input": if usb_testbed_add_input(testbed, two.port) != 0 { fail(argument) }
    case "disguise": usb_testbed_change_input_product(testbed, two.port, UInt16(two.rest, radix: 16) ?? 0)
    case "press":
      for events in InputEvents.typing(two.rest) {
        if usb_testbed_input_events(testbed, two.port, events, Int32(events.count)) != 0 { fail(argument) }
      }
    case "type": send(BootReports.typing(two.rest), to: two.port)
    case "scan": send(PointOfSaleReports.scanning(two.rest), to: two.port)
    case "half": send(PointOfSaleReports.scanning(two.rest).dropLast(), to: two.port)
    case "await":
      waitFor(argument) { status(two.words[0])?.state.rawValue == two.rest }
      say("\(value): \(status(two.words[0])?.detail ?? "")")
    case "says": waitFor(argument) { status(two.words[0])?.detail.contains(two.rest) ?? false }
    case "labels": waitFor(argument) { inbox.count == Int(value) }
    case "drained":
      // Long enough for queued reports to be read, without a label to wait for.
      usleep(300_000)
    case "counts":
      let counts = usb_testbed_get_counts(testbed, two.port)
      say(
        "opens \(counts.opens) detaches \(counts.detaches) claims \(counts.claims) releases \(counts.releases) "
          + "starts \(counts.starts)")
    case "protocols": say("boot protocols \(usb_testbed_get_counts(testbed, two.port).boot_protocols)")
    case "claims": waitFor(argument) { usb_testbed_is_claimed(testbed, two.port) != 0 }
    case "grabs":
      let counts = usb_testbed_get_counts(testbed, two.port)
      say("grabs \(counts.grabs) ungrabs \(counts.ungrabs)")
    case "scans":
      for count in source?.counts() ?? [] {
        say(
          "\(count.device): labels \(count.scans.labels) dropped \(count.scans.droppedPartials) "
            + "attached \(count.attached) detached \(count.detached)")
      }
    case "learned":
      var lines: [String] = []
      waitFor(argument) {
        lines = calibration.lines(at: SystemClock().now().monotonicMicroseconds)
        return !lines.isEmpty
      }
      for line in lines { say(line) }
    case "inventory":
      for entry in ScannerInventory.read(usb: plans) { say(entry.line) }
    case "stop": source?.stop()
    default: fail("unknown step \(argument)")
    }
  }

  func end() { source?.stop() }

  private func plug(_ options: Options) {
    // Kept by the testbed as long as the process lives.
    let serial = options.values["serial"].flatMap { strdup($0) }
    var device = usb_testbed_device(
      vendor: options.number("vendor", 0x05E0), product: options.number("product", 0x1200), kind: options.kind,
      serial: serial)
    if usb_testbed_plug(testbed, options.port, &device) != 0 { fail("plug \(options.words)") }
  }

  private func send(_ reports: some Sequence<[UInt8]>, to port: Int32) {
    for report in reports where usb_testbed_report(testbed, port, report, Int32(report.count)) != 0 {
      fail("the queue of port \(port) is full")
    }
  }

  private func status(_ device: String) -> LinkStatus? {
    source?.status().first { String(describing: $0.device) == device }
  }

  private func waitFor(_ what: String, _ condition: () -> Bool) {
    let end = Date().addingTimeInterval(20)
    while !condition() {
      if Date() > end { fail("\(what); status: \(source?.status() ?? []), labels: \(inbox.count)") }
      usleep(5_000)
    }
  }
}
