import CUSBTestbed
import Devices
import Foundation
import Scanners
import Shopfloor

// Runs the real ScannerSource on the real libusb above a simulated scanner. The steps are the arguments:
//   plug | plug=SERIAL | unplug | type=TEXT | drained | await=STATE | says=TEXT | labels=COUNT | counts | stop
// Every label and every state is printed as a line; a step that does not come true within 20 s ends with status 1.
// Must run under umockdev-wrapper; the testbed comes first because it changes the environment.

func say(_ text: String) { FileHandle.standardOutput.write(Data("\(text)\n".utf8)) }

func fail(_ text: String) -> Never {
  say("FAILED: \(text)")
  exit(1)
}

guard let testbed = usb_testbed_new() else { fail("this program must run under umockdev-wrapper") }

let inbox = PrintingInbox()
let plan = USBScannerPlan(
  device: "scanner-usb", station: "press", vendor: 0x05E0, product: 0x1200,
  serialNumber: ProcessInfo.processInfo.environment["USB_FIXTURE_SERIAL"])
let source = try ScannerSource(serial: [], usb: [plan], inbox: inbox, clock: SystemClock())
try source.start()

func waitFor(_ what: String, _ condition: () -> Bool) {
  let end = Date().addingTimeInterval(20)
  while !condition() {
    if Date() > end { fail("\(what); status: \(source.status()), labels: \(inbox.count)") }
    usleep(5_000)
  }
}

var deviceNumber: Int32 = 4

for argument in CommandLine.arguments.dropFirst() {
  let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
  let value = parts.count > 1 ? parts[1] : ""
  switch parts[0] {
  case "plug":
    deviceNumber += 1
    guard usb_testbed_plug(testbed, value.isEmpty ? "SN1" : value, deviceNumber) == 0 else { fail(argument) }
  case "unplug": usb_testbed_unplug(testbed)
  case "type":
    for report in BootReports.typing(value) where usb_testbed_report(testbed, report) != 0 { fail(argument) }
  case "drained":
    // Long enough for queued reports to be read, without a label to wait for.
    usleep(300_000)
  case "await":
    waitFor(argument) { source.status()[0].state.rawValue == value }
    say("\(value): \(source.status()[0].detail)")
  case "says": waitFor(argument) { source.status()[0].detail.contains(value) }
  case "labels": waitFor(argument) { inbox.count == Int(value) }
  case "counts":
    let counts = usb_testbed_get_counts(testbed)
    say("detaches \(counts.detaches) claims \(counts.claims) releases \(counts.releases)")
  case "stop": source.stop()
  default: fail("unknown step \(argument)")
  }
}
source.stop()
say("end")
