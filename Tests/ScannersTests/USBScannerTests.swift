import Foundation
import Harness
import Testing

/// The real ScannerSource on the real libusb, above simulated devices: the life of a device. What keys and reports mean
/// is tested without USB. One after the other: libusb never sleeps on a simulated device.
@Suite(.serialized) struct USBScannerTests {
  /// Runs the fixture through its steps; returns what it printed.
  private func run(_ steps: [String]) throws -> [String] {
    let folder = try TemporaryFolder("usb")
    defer { withExtendedLifetime(folder) {} }
    let fixture = try ChildProcess(
      name: "USBFixture", path: "/usr/bin/umockdev-wrapper", arguments: [builtProgram("USBFixture")] + steps,
      log: folder.file("fixture.log"))
    let status = try fixture.waitUntilExit(patienceSeconds: 60)
    let lines = try fixture.outputLines()
    #expect(status == 0, "\(lines.joined(separator: "\n"))")
    return lines
  }

  private func labels(_ lines: [String]) -> [String] {
    lines.compactMap { $0.hasPrefix("label ") ? String($0.dropFirst(6)) : nil }
  }

  // MARK: Both kinds

  @Test func keyboardIsTakenReadAndGivenBack() throws {
    let lines = try run([
      "plan=a", "start", "await=a,offline", "plug=1", "await=a,online", "type=1,LOT-2233 \"x\"\r", "labels=1", "stop",
      "counts=1",
    ])
    #expect(lines.first?.contains("not plugged in") == true)
    #expect(labels(lines) == ["[LOT-2233 \"x\"] lot [] from a at press"])
    #expect(lines.contains("opens 1 detaches 1 claims 1 releases 1 starts 0"))
    #expect(lines.contains("a attached: 05e0:1200 in keyboard mode at port 1-1"))
    #expect(lines.contains("a detached: stopped"))
  }

  @Test func pointOfSaleLabelOfSeveralReportsAndItsStart() throws {
    let long = "0109521234543213" + String(repeating: "AB", count: 60)
    let lines = try run([
      "plan=a,vendor:0c2e,product:0b6a", "plug=1,pos,vendor:0c2e,product:0b6a", "start", "await=a,online",
      "scan=1,\(long)", "scan=1,LOT-1", "labels=2", "counts=1",
    ])
    #expect(lines.contains { $0.hasPrefix("a,online") && $0.contains("in HID POS mode at port 1-1") })
    #expect(labels(lines).count == 2)
    #expect(labels(lines).first?.contains("[\(long)]") == true)
    #expect(labels(lines).last == "[LOT-1] lot [] from a at press")
    #expect(lines.contains("opens 1 detaches 1 claims 1 releases 0 starts 1"))
  }

  @Test func hundredKeyboardScansInOrder() throws {
    let texts = (100..<200).map { "LOT-\($0)-22" }
    let lines = try run(
      ["plan=a", "plug=1", "start", "await=a,online"] + texts.map { "type=1,\($0)\r" } + ["labels=100"])
    #expect(labels(lines) == texts.map { "[\($0)] lot [] from a at press" })
  }

  @Test func thousandPointOfSaleScansInOrder() throws {
    let texts = (1000..<2000).map { "LOT-\($0)-22" }
    let lines = try run(
      ["plan=a", "plug=1,pos", "start", "await=a,online"] + texts.map { "scan=1,\($0)" } + ["labels=1000", "counts=1"])
    #expect(labels(lines) == texts.map { "[\($0)] lot [] from a at press" })
    // Only makers that need it are sent a start.
    #expect(lines.contains("opens 1 detaches 1 claims 1 releases 0 starts 0"))
  }

  // MARK: Coming and going

  @Test func pulledOutInMidScanLeavesNoHalfLabel() throws {
    let lines = try run([
      "plan=a", "start", "plug=1", "await=a,online", "type=1,HALF", "drained", "unplug=1", "await=a,offline", "plug=1",
      "await=a,online", "type=1,LOT-0042\r", "labels=1", "scans",
    ])
    #expect(labels(lines) == ["[LOT-0042] lot [] from a at press"])
    #expect(lines.contains("a: labels 1 dropped 1 attached 2 detached 1"))
    #expect(lines.contains { $0 == "a detached: pulled out of port 1-1" })
  }

  @Test func pulledOutBetweenTwoReportsOfALabelLeavesNothing() throws {
    let long = String(repeating: "X", count: 100)
    let lines = try run([
      "plan=a", "start", "plug=1,pos", "await=a,online", "half=1,\(long)", "drained", "unplug=1", "await=a,offline",
      "plug=1,pos", "await=a,online", "scan=1,LOT-0042", "labels=1", "scans",
    ])
    #expect(labels(lines) == ["[LOT-0042] lot [] from a at press"])
    #expect(lines.contains("a: labels 1 dropped 1 attached 2 detached 1"))
  }

  @Test func fiveFastReplugsEndInOneScanner() throws {
    let lines = try run(
      ["plan=a", "start", "plug=1", "await=a,online"]
        + (0..<5).flatMap { _ in ["unplug=1", "plug=1"] }
        + [
          "claims=1", "await=a,online", "type=1,LOT-0043\r", "labels=1", "await=a,online", "drained", "stop",
          "counts=1",
        ])
    #expect(labels(lines) == ["[LOT-0043] lot [] from a at press"])
    let attached = lines.filter { $0.hasPrefix("a attached") }.count
    let detached = lines.filter { $0.hasPrefix("a detached") }.count
    #expect(attached == detached && attached >= 2)
  }

  // MARK: Which device is whose

  @Test func twinsAreToldApartBySerialNumber() throws {
    let lines = try run([
      "plan=a,serial:SN1", "plan=b,serial:SN2", "start", "plug=2,keyboard,serial:SN1", "plug=1,keyboard,serial:SN2",
      "await=a,online", "await=b,online", "type=2,ONE\r", "labels=1", "type=1,TWO\r", "labels=2", "stop", "counts=1",
      "counts=2",
    ])
    #expect(labels(lines) == ["[ONE] lot [] from a at press", "[TWO] lot [] from b at press"])
    // Each was opened once: nobody tried the other's.
    #expect(lines.count { $0 == "opens 1 detaches 1 claims 1 releases 1 starts 0" } == 2)
  }

  @Test func twinsAreToldApartByPortOverReplugs() throws {
    let lines = try run([
      "plan=a,port:1-1", "plan=b,port:1-2", "plug=2", "start", "plug=1", "await=a,online", "await=b,online", "unplug=1",
      "unplug=2", "await=a,offline", "await=b,offline", "plug=2", "plug=1", "await=a,online", "await=b,online",
      "type=2,TWO\r", "labels=1", "type=1,ONE\r", "labels=2",
    ])
    #expect(labels(lines) == ["[TWO] lot [] from b at press", "[ONE] lot [] from a at press"])
  }

  @Test func keyboardBesideIsNeverOpened() throws {
    let lines = try run([
      // The operator's keyboards: another type, and the very type of the scanner at another port.
      "plan=a,port:1-1", "plug=2,keyboard,vendor:046d,product:c31c", "plug=3", "start", "plug=1", "await=a,online",
      "plug=4,channel,vendor:3434,product:0123", "type=1,LOT-1\r", "labels=1", "counts=1", "counts=2", "counts=3",
      "counts=4",
    ])
    #expect(
      lines.filter { $0.hasPrefix("opens") } == [
        "opens 1 detaches 1 claims 1 releases 0 starts 0", "opens 0 detaches 0 claims 0 releases 0 starts 0",
        "opens 0 detaches 0 claims 0 releases 0 starts 0", "opens 0 detaches 0 claims 0 releases 0 starts 0",
      ])
  }

  @Test func otherSerialNumberIsNotOpened() throws {
    let lines = try run([
      "plan=a,serial:SN9", "plug=1,keyboard,serial:SN1", "start", "says=a,SN1", "counts=1", "unplug=1",
      "plug=1,keyboard,serial:SN9", "await=a,online", "type=1,A\r", "labels=1",
    ])
    #expect(lines.contains("opens 0 detaches 0 claims 0 releases 0 starts 0"))
    #expect(labels(lines) == ["[A] lot [] from a at press"])
  }

  // MARK: Taking

  @Test func refusedClaimIsToldAndTriedAgain() throws {
    let lines = try run([
      "plan=a", "refuse=1", "plug=1", "start", "says=a,holds it", "await=a,offline", "admit=1", "await=a,online",
      "type=1,LOT-1\r", "labels=1",
    ])
    #expect(lines.contains { $0.hasPrefix("a,offline") && $0.contains("tried again by itself") })
    #expect(labels(lines) == ["[LOT-1] lot [] from a at press"])
  }

  @Test func usagePageOfScannersAloneMakesNoScanner() throws {
    let lines = try run([
      "plan=a", "plug=1,channel", "start", "await=a,online", "type=1,LOT-1\r", "labels=1", "stop", "counts=1",
    ])
    #expect(lines.contains { $0.contains("in keyboard mode") })
    // Both interfaces were claimed, the channel to look at its report descriptor, and both were given back.
    #expect(lines.contains("opens 1 detaches 2 claims 2 releases 2 starts 0"))
  }

  @Test func planDecidesTheMode() throws {
    let lines = try run([
      "plan=a,port:1-1,mode:keyboard", "plan=b,port:1-2,mode:pos", "plan=c,port:1-3", "plug=1,both", "plug=2",
      "plug=3,both",
      "start", "says=a,in keyboard mode", "says=b,USB HID POS", "says=c,in HID POS mode", "counts=3", "stop",
    ])
    // The keyboard of a scanner that is read as HID POS is taken as well: what it types reaches no console.
    #expect(lines.contains("opens 1 detaches 2 claims 2 releases 0 starts 0"))
  }

  @Test func scannerStaysDetachedWhereThePlanSaysSo() throws {
    let lines = try run([
      "plan=a,detached:1", "plug=1", "start", "await=a,online", "stop", "counts=1", "start", "await=a,online",
    ])
    #expect(lines.contains("opens 1 detaches 1 claims 1 releases 1 starts 0"))
    #expect(lines.count { $0.hasPrefix("a,online") } == 2)
  }

  @Test func refusedScannerIsReadThroughItsInputDevice() throws {
    let lines = try run([
      "plan=a,port:1-1,fallback:1", "plan=b,port:1-2", "refuse=1", "plug=1", "input=1", "plug=2", "input=2", "start",
      "await=a,online", "await=b,online", "press=1,LOT-11xX\r", "labels=1", "press=1,HALF", "drained", "unplug=1",
      "await=a,offline", "plug=1", "input=1", "await=a,online", "press=1,LOT-2\r", "labels=2", "stop", "grabs=1",
      "grabs=2", "scans",
    ])
    #expect(labels(lines) == ["[LOT-11xX] lot [] from a at press", "[LOT-2] lot [] from a at press"])
    #expect(lines.contains { $0.hasPrefix("a,online") && $0.contains("through the kernel's input device") })
    #expect(lines.contains("a: labels 2 dropped 1 attached 2 detached 2"))
    // Taken for this process alone each time and given back at the stop; the other scanner's never.
    #expect(lines.contains { $0.hasPrefix("grabs 2 ungrabs") && !$0.hasSuffix(" 0") })
    #expect(lines.contains("grabs 0 ungrabs 0"))
  }

  @Test func keyboardIsToldToUseTheBootProtocolAndMayRefuse() throws {
    let lines = try run([
      "plan=a,port:1-1", "plan=b,port:1-2", "plan=c,port:1-3", "plug=1", "plug=2,channel", "plug=3,pos", "start",
      "await=a,online", "await=b,online", "await=c,online", "type=1,LOT-1\r", "labels=1", "type=2,LOT-2\r", "labels=2",
      "protocols=1", "protocols=2", "protocols=3",
    ])
    #expect(labels(lines) == ["[LOT-1] lot [] from a at press", "[LOT-2] lot [] from b at press"])
    #expect(
      lines.filter { $0.hasPrefix("boot protocols") } == ["boot protocols 1", "boot protocols 0", "boot protocols 0"])
  }

  @Test func inputDeviceOfAnotherDeviceIsNeverTaken() throws {
    let lines = try run([
      "plan=a,fallback:1", "refuse=1", "plug=1", "input=1", "disguise=1,9999", "start", "says=a,left alone", "grabs=1",
      "disguise=1,1200", "await=a,online", "press=1,LOT-1\r", "labels=1", "grabs=1",
    ])
    #expect(lines.filter { $0.hasPrefix("grabs") }.map { $0.hasPrefix("grabs 0") } == [true, false])
    #expect(labels(lines) == ["[LOT-1] lot [] from a at press"])
  }

  @Test func endOfALabelUnderWayIsThrownAway() throws {
    for kind in ["keyboard", "pos"] {
      let send = kind == "pos" ? "scan" : "type"
      let lines = try run([
        "plan=a", "plug=1,\(kind)", "\(send)=1,T-0001\r", "start", "await=a,online", "\(send)=1,LOT-2\r", "labels=1",
        "says=a,thrown away",
      ])
      #expect(labels(lines) == ["[LOT-2] lot [] from a at press"])
    }
  }

  @Test func scannerWithoutLayoutIsToldToBeUncalibrated() throws {
    let lines = try run([
      "plan=a,uncalibrated:1", "plug=1", "start", "says=a,uncalibrated", "await=a,online", "unplug=1",
      "await=a,offline",
      "plug=1,pos", "says=a,in HID POS mode", "await=a,online",
    ])
    let online = lines.filter { $0.hasPrefix("a,online") }
    #expect(online.count == 2 && online[0].contains("lotwire scanners calibrate a"))
    // What HID POS sends has no layout.
    #expect(online.last?.contains("uncalibrated") == false)
  }

  @Test func inventoryLooksWithoutOpening() throws {
    let lines = try run([
      "plan=a,port:1-1", "plug=1", "plug=2,keyboard,product:1900", "plug=3,keyboard,vendor:046d,product:c31c",
      "inventory", "counts=1", "counts=2", "counts=3",
    ])
    #expect(lines.contains { $0.contains("port 1-1, 05e0:1200") && $0.contains("configured as a") })
    #expect(lines.contains { $0.contains("port 1-2, 05e0:1900") && $0.contains("SNAPI") })
    #expect(!lines.contains { $0.contains("046d:c31c") })
    #expect(lines.count { $0 == "opens 0 detaches 0 claims 0 releases 0 starts 0" } == 3)
  }
}
