import Devices
import Foundation
import Harness
import Scanners
import Shopfloor
import Testing

/// A program built with the tests; it stands beside the test program.
func builtProgram(_ name: String) -> String {
  URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appendingPathComponent(name).path
}

/// `simulate scanner` against the real serial path, over a restart of the side that reads.
@Suite struct SimulatedScannerTests {
  @Test func unansweredScanIsRepeatedOverARestart() throws {
    let folder = try TemporaryFolder("simulated-scanner")
    defer { withExtendedLifetime(folder) {} }
    let link = folder.file("tty").path
    let journal = folder.file("journal.csv")
    try "- scan: LOT-1\n- expect: accepted\n- scan: LOT-2\n- expect: refused\n"
      .write(to: folder.file("script.yaml"), atomically: true, encoding: .utf8)
    let simulator = try ChildProcess(
      name: "simulate", path: builtProgram("simulate"),
      arguments: [
        "scanner", "--tty-link", link, "--script", folder.file("script.yaml").path, "--journal", journal.path,
        "--answer-timeout", "0.5",
      ], log: folder.file("simulator.log"))
    try simulator.waitForLine(containing: "ready on \(link)")
    let plan = SerialScannerPlan(device: "scanner-1", station: "press", path: link)

    let first = ManualInbox()
    let before = try ScannerSource(serial: [plan], usb: [], inbox: first, clock: SystemClock())
    try before.start()
    #expect(eventually { !first.all.isEmpty })
    // Stopped between the scan and its answer, as by a power cut.
    before.stop()
    #expect(Set(first.texts) == ["LOT-1"])

    let second = ManualInbox()
    let after = try ScannerSource(serial: [plan], usb: [], inbox: second, clock: SystemClock())
    try after.start()
    defer { after.stop() }
    #expect(eventually { second.texts == ["LOT-1"] })
    second.all[0].accept()
    #expect(eventually { second.texts.contains("LOT-2") })
    second.all.last?.refuse()
    #expect(try simulator.waitUntilExit(patienceSeconds: 20) == 0)
    let rows = try String(contentsOf: journal, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",").map(String.init)
    }
    #expect(rows.map { [$0[1], $0[2]] }.dropFirst() == [["\"LOT-1\"", "accepted"], ["\"LOT-2\"", "refused"]])
    #expect((rows.dropFirst().first.flatMap { Int($0[4]) } ?? 0) >= 1)
    #expect(!FileManager.default.fileExists(atPath: link))
  }
}
