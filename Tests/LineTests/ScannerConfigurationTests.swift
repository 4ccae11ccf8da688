import Devices
import Foundation
import Harness
import Scanners
import Shopfloor
import Testing

@testable import lotwire

@Suite("Scanners in the configuration")
struct ScannerConfigurationTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("scanner-configuration") }

  private func read(_ devices: String) throws -> PlantConfiguration {
    let text = """
      site: Suzhou
      line: Pouches
      data: data
      devices:
      \(devices.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }.joined(separator: "\n"))
      stations:
        - name: picking
          operation: picking

      """
    let file = folder.file("lotwire.yaml")
    try text.write(to: file, atomically: true, encoding: .utf8)
    return try ConfigurationReader.read(file)
  }

  private static let usb = """
    - name: scanner-1
      station: picking
      usb: {vendor: 0x05e0, product: 0x1200, port_path: "1-2"}

    """

  /// The first fault of one more line under the USB scanner.
  private func fault(_ line: String, _ device: String = usb) throws -> DocumentIssue? {
    do {
      _ = try read(device + "  " + line)
      return nil
    } catch let issues as DocumentIssues {
      return issues.issues.first
    }
  }

  @Test func scannerWithNothingSaidIsUncalibrated() throws {
    let scanner = try #require(try read(Self.usb).scanners.first)
    #expect(scanner.text.layout == nil)
    #expect(scanner.mode == .auto)
    #expect(!scanner.fallsBackToEvdev)
  }

  @Test func everyKeyIsRead() throws {
    let plant = try read(
      Self.usb + """
          mode: keyboard
          layout: de
          separator: [f8, "~"]
          prefix: "B\\x1e"
          suffix: "\\"C"
          idle_end_ms: 100
          fallback: evdev
          leave_detached: true
        """)
    let scanner = try #require(plant.scanners.first)
    #expect(scanner.text.layout?.name == "de")
    #expect(scanner.text.separators == [.f8, .substitute("~")])
    #expect(scanner.text.prefix == [0x42, 0x1E])
    #expect(scanner.text.suffix == Array("\"C".utf8))
    #expect(scanner.text.idleEndMicroseconds == 100_000)
    #expect(scanner.mode == .keyboard)
    #expect(scanner.fallsBackToEvdev && scanner.staysDetached)
    let wiring = plant.plan.wiring.first { $0.name == "scanner-1" }?.description
    #expect(
      wiring?.hasSuffix(
        ", mode keyboard, layout de, separator f8 or ~, prefix 42 1e, suffix 22 43, idle end 100 ms, fallback evdev, left detached"
      )
        == true)
  }

  @Test func whatCalibrationPrintsIsRead() throws {
    let text = ScannerTextForm(layout: .fr, separators: [.substitute("|")], prefix: [0x1E, 0x5C], suffix: [0x22])
    let learned = CalibratedForm(
      form: text, separator: .substitute("|"), terminators: [0x0D], sendsAIMIdentifier: false)
    let lines = learned.configurationLines.map { "  " + $0 }.joined(separator: "\n")
    #expect(try read(Self.usb + lines).scanners.first?.text == text)
  }

  @Test(
    arguments: [
      ("layout: dvorak", "not one of the allowed words", "us, zh-office, uk, de, fr, es, it"),
      ("layouts: de", "\"layouts\" is not known here", "\"layout\""),
      ("mode: snapi", "not one of the allowed words", "auto, keyboard, pos"),
      ("separator: ctrl-x", "no form of the group separator", "ctrl-bracket, f8, alt-029"),
      ("separator: [f8, a]", "occurs in ordinary labels", "ctrl-bracket"),
      ("separator: {}", "should be a text", "ctrl-bracket"),
      ("prefix: \"\"", "0 bytes", "in quotes"),
      ("suffix: \"A\\r\"", "frame a label", "Leave them out"),
      ("prefix: \"123456789012345678901234567890123\"", "33 bytes", "at most 32"),
      ("idle_end_ms: 5", "outside 20 to 2000", "idle_end_ms: 100"),
      ("fallback: hidraw", "not one of the allowed words", "evdev"),
      ("serial: {path: /dev/ttyACM0}", "two connections", "either usb: or serial:"),
    ])
  func faultsSayWhereAndWhatToDo(_ line: String, _ problem: String, _ remedy: String) throws {
    let issue = try #require(try fault(line))
    #expect(issue.line == 8)
    #expect(issue.column >= 5)
    #expect(issue.problem.contains(problem), "\(issue)")
    #expect(issue.remedy.contains(remedy), "\(issue)")
  }

  @Test(
    arguments: [
      ("layout: us", "sends characters, no keys"), ("mode: keyboard", "no other mode"),
      ("separator: f8", "is a key"), ("leave_detached: true", "no console"), ("fallback: evdev", "only a USB scanner"),
    ])
  func serialScannersHaveNoKeys(_ line: String, _ problem: String) throws {
    let serial = """
      - name: scanner-1
        station: picking
        serial: {path: /dev/ttyACM0}

      """
    #expect(try fault(line, serial)?.problem.contains(problem) == true)
    let allowed = try read(serial + "  separator: \"~\"\n  prefix: B\n  idle_end_ms: 50")
    #expect(allowed.scanners.first?.text.separators == [.substitute("~")])
  }

  @Test func fallbackIsForKeyboardMode() throws {
    #expect(try fault("mode: pos\n  fallback: evdev")?.problem.contains("only a USB scanner") == true)
  }

  @Test func otherDevicesHaveNoScannerKeys() throws {
    let mqtt = """
      - name: room
        mqtt: {broker: main, points: []}
        layout: us

      """
    let issues = try #require(throws: DocumentIssues.self) { try read(mqtt) }
    let issue = try #require(issues.issues.first { $0.problem.contains("is no scanner") })
    #expect(issue.line == 7 && issue.column == 13)
    #expect(issue.problem.contains("layout"))
  }
}
