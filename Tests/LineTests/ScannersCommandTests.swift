import Devices
import Foundation
import Glibc
import Harness
import Shopfloor
import Testing

@testable import Scanners
@testable import lotwire

/// `lotwire scanners` as a technician uses it: the built program, a serial scanner at a pseudo-terminal.
@Suite("The scanners command") struct ScannersCommandTests {
  private let folder: TemporaryFolder
  private let cable: SerialCable

  init() throws {
    folder = try TemporaryFolder("scanners-command")
    cable = try SerialCable(folder: folder.url)
    try """
    site: Suzhou
    line: Pouches
    data: data
    devices:
      - name: scanner-1
        station: picking
        serial: {path: \(cable.left)}
      - name: scanner-2
        station: picking
        usb: {vendor: 0x05e0, product: 0x1200, port_path: "1-2"}
    stations:
      - {name: picking, operation: picking}
    people:
      - {id: P-1, name: Li Wei, badge: B-1, rights: [operate]}

    """.write(to: folder.file("lotwire.yaml"), atomically: true, encoding: .utf8)
  }

  private static var program: String {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("lotwire").path
  }

  private func lotwire(_ arguments: [String], log: String = "command.log") throws -> ChildProcess {
    try ChildProcess(
      name: "lotwire", path: Self.program,
      arguments: arguments + ["--config", folder.file("lotwire.yaml").path], log: folder.file(log))
  }

  /// Sends a label again and again until a line of the command shows it: what comes while the line settles is no label.
  private func scan(_ text: String, until command: ChildProcess, shows line: String) throws -> Bool {
    let descriptor = open(cable.right, O_RDWR | O_NOCTTY)
    defer { close(descriptor) }
    for _ in 0..<60 {
      _ = Array((text + "\r").utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      usleep(500_000)
      if try command.outputLines().contains(where: { $0.contains(line) }) { return true }
    }
    return false
  }

  @Test func watchShowsLabelsAndRecordsNothing() throws {
    let command = try lotwire(["scanners", "watch", "scanner-1", "--seconds", "60"])
    defer { command.end() }
    try command.waitForLine(containing: "scanner-1 online", patienceSeconds: 60)
    #expect(try scan("]C10109521234543213172612311030AB\u{1D}21S1", until: command, shows: "30AB<GS>21S1"))
    let lines = try command.outputLines()
    let label = lines.first { $0.contains("AIM ]C1") }
    #expect(label?.contains("lot 30AB") == true, "\(lines)")
    #expect(label?.contains("item 09521234543213") == true)
    #expect(try scan("]C10109521234543214", until: command, shows: "gs1.check_digit"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("data").path))
    command.end()
    // Nothing was recorded, so nothing was acknowledged to the scanner.
    let descriptor = open(cable.right, O_RDWR | O_NOCTTY | O_NONBLOCK)
    defer { close(descriptor) }
    var answer = [UInt8](repeating: 0, count: 64)
    #expect(read(descriptor, &answer, answer.count) <= 0, "\(answer)")
  }

  @Test func scannerThatTheDaemonReadsIsNotTakenAway() throws {
    let daemon = try lotwire(["run"], log: "daemon.log")
    defer { daemon.end() }
    try daemon.waitForLine(containing: "recording", patienceSeconds: 60)
    for words in [["watch", "scanner-1", "--seconds", "1"], ["calibrate", "scanner-2", "--seconds", "1"]] {
      var status: Int32 = 0
      var lines: [String] = []
      // The socket opens a moment after recording has begun.
      for attempt in 0..<60 {
        let command = try lotwire(["scanners"] + words, log: "\(words[0])-\(attempt).log")
        status = try command.waitUntilExit(patienceSeconds: 60)
        lines = try command.outputLines()
        if status == EX_UNAVAILABLE { break }
        usleep(500_000)
      }
      #expect(status == EX_UNAVAILABLE, "\(lines)")
      #expect(lines.contains { $0.contains("lotwire station watch picking") && $0.contains("stop the daemon") })
    }
  }

  @Test func calibrationIsForKeys() throws {
    let symbol = try lotwire(["scanners", "calibrate", "scanner-1", "--symbol"], log: "symbol.log")
    #expect(try symbol.waitUntilExit(patienceSeconds: 60) == 0)
    #expect(try symbol.outputLines().contains { $0.contains("456789 !\"%&'()*+,-./:;<=>?_<GS>$@#[]Ee55") })
    let serial = try lotwire(["scanners", "calibrate", "scanner-1"], log: "serial.log")
    #expect(try serial.waitUntilExit(patienceSeconds: 60) == EX_USAGE)
    #expect(try serial.outputLines().contains { $0.contains("needs no calibration") })
    let silent = try lotwire(["scanners", "calibrate", "scanner-2", "--seconds", "1"], log: "silent.log")
    #expect(try silent.waitUntilExit(patienceSeconds: 60) == EX_DATAERR)
    #expect(try silent.outputLines().contains { $0.contains("Nothing was changed") })
    let unknown = try lotwire(["scanners", "watch", "scanner-9"], log: "unknown.log")
    #expect(try unknown.waitUntilExit(patienceSeconds: 60) == EX_USAGE)
    #expect(try unknown.outputLines().contains { $0.contains("Known are: scanner-1, scanner-2") })
  }

  @Test func listSaysWhatIsThereAndWhatIsNot() throws {
    let command = try lotwire(["scanners", "list"])
    #expect(try command.waitUntilExit(patienceSeconds: 60) == 0)
    let lines = try command.outputLines()
    #expect(lines.contains { $0.contains("scanner-1 on the serial line \(cable.left)") }, "\(lines)")
    #expect(lines.contains { $0.contains("scanner-2 is not plugged in: 05e0:1200, port 1-2") })
  }

  @Test func listNamesModeAndWhatToChange() {
    var entry = InventoryEntry(
      name: "Zebra\u{7} DS2208", vendor: 0x05E0, product: 0x1200, serialNumber: nil, portPath: "1-2", mode: .keyboard,
      isNeverClaimed: false, access: .granted, driver: "usbhid", serialPath: nil, configuredAs: "scanner-2",
      advice: Words("Better in HID POS mode.", "建议使用 HID POS 模式。"))
    let scanner = ScannerEntry(
      name: "scanner-2", station: "picking",
      connection: .usb(vendor: 0x05E0, product: 0x1200, serialNumber: nil, portPath: nil))
    let lines = ScannerListText(entries: [entry], scanners: [scanner]).text.split(separator: "\n").map(String.init)
    #expect(lines.count == 4)
    #expect(lines[0].hasPrefix("● port 1-2, 05e0:1200, Zebra<U+0007> DS2208, USB keyboard"))
    #expect(lines[2].contains("建议"))
    #expect(lines[3].contains("lotwire scanners calibrate scanner-2"))
    entry.mode = .snapi
    entry.configuredAs = nil
    #expect(ScannerListText(entries: [entry], scanners: []).text.hasPrefix("◐"))
    #expect(ScannerListText(entries: [], scanners: []).text == "No scanner is plugged into USB.")
  }
}
