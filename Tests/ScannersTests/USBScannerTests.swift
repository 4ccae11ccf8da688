import Foundation
import Harness
import Testing

/// The real ScannerSource on the real libusb, above a simulated scanner: the life of a device. What keys mean is
/// tested without USB in `WedgeDecoderTests`.
@Suite struct USBScannerTests {
  /// Runs the fixture through its steps; returns what it printed.
  private func run(_ steps: [String], environment: [String: String] = [:]) throws -> [String] {
    let folder = try TemporaryFolder("usb")
    defer { withExtendedLifetime(folder) {} }
    let program = builtProgram("USBFixture")
    let fixture = try ChildProcess(
      name: "USBFixture", path: "/usr/bin/umockdev-wrapper", arguments: [program] + steps,
      log: folder.file("fixture.log"), environment: environment)
    let status = try fixture.waitUntilExit(patienceSeconds: 60)
    let lines = try fixture.outputLines()
    #expect(status == 0, "\(lines.joined(separator: "\n"))")
    return lines
  }

  private func labels(_ lines: [String]) -> [String] { lines.filter { $0.hasPrefix("label ") } }

  @Test func attachClaimScanRelease() throws {
    let lines = try run([
      "await=offline", "plug", "await=online", "type=LOT-2233 \"x\"\r", "labels=1", "stop", "counts",
    ])
    #expect(lines.first?.contains("not plugged in") == true)
    #expect(labels(lines) == ["label [LOT-2233 \"x\"] lot [] at press"])
    #expect(lines.contains("detaches 1 claims 1 releases 1"))
  }

  @Test func scannerPresentAtStart() throws {
    let lines = try run(["plug", "await=online", "type=]C110AB\u{1D}21S1\r", "labels=1"])
    #expect(labels(lines) == ["label [10AB\u{1D}21S1] lot [AB] at press"])
  }

  @Test func pulledOutInMidScanLeavesNoHalfLabel() throws {
    let lines = try run([
      "plug", "await=online", "type=HALF", "drained", "unplug", "await=offline", "plug", "await=online",
      "type=LOT-0042\r", "labels=1", "unplug", "plug", "unplug", "plug", "unplug", "plug", "type=LOT-0043\r",
      "labels=2", "await=online",
    ])
    #expect(labels(lines) == ["label [LOT-0042] lot [] at press", "label [LOT-0043] lot [] at press"])
  }

  @Test func hundredScansInOrder() throws {
    let texts = (100..<200).map { "LOT-\($0)-22" }
    let lines = try run(
      ["plug", "await=online"] + texts.map { "type=\($0)\r" } + ["labels=100"])
    #expect(labels(lines) == texts.map { "label [\($0)] lot [] at press" })
  }

  @Test func otherSerialNumberIsNotClaimed() throws {
    let lines = try run(
      [
        "plug=SN1", "says=SN1", "counts", "unplug", "plug=SN9", "await=online", "type=A\r", "labels=1",
      ], environment: ["USB_FIXTURE_SERIAL": "SN9"])
    #expect(lines.contains("detaches 0 claims 0 releases 0"))
    #expect(labels(lines) == ["label [A] lot [] at press"])
  }
}
