import Harness
import Scanners
import Testing

/// Calibration through the real libusb: the reports of a simulated scanner, as `lotwire scanners calibrate` gets them.
@Suite struct USBCalibrationTests {
  @Test func oneScanIsEnough() throws {
    let folder = try TemporaryFolder("calibration")
    let fixture = try ChildProcess(
      name: "USBFixture", path: "/usr/bin/umockdev-wrapper",
      arguments: [
        builtProgram("USBFixture"), "plan=scanner", "plug=1", "start", "await=scanner,online",
        "type=1,B\(CalibrationSymbol.text)\r", "learned", "stop",
      ], log: folder.file("fixture.log"))
    let status = try fixture.waitUntilExit(patienceSeconds: 60)
    let lines = try fixture.outputLines()
    #expect(status == 0, "\(lines)")
    #expect(lines.contains("layout: us"), "\(lines)")
    #expect(lines.contains("separator: ctrl-bracket"))
    #expect(lines.contains("prefix: \"B\""))
  }
}
