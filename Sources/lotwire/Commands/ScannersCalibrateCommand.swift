import ArgumentParser
import Devices
import Foundation
import Scanners
import Shopfloor

struct ScannersCalibrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate", abstract: "Learn keyboard layout, separator and ends of a scanner from one known symbol.",
    discussion: """
      For USB scanners in keyboard mode. Opens the scanner itself, so the daemon must not run. Print the calibration
      symbol as a Data Matrix or Code 128 that holds exactly the text this command shows; \"lotwire cards\" draws it.
      What it prints at the end goes under the device in the configuration; then start the daemon again.
      """)

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The scanner as the configuration names it.")
  var device: String

  @Option(help: "Seconds to wait for a scan that can be used.")
  var seconds = 300.0

  @Flag(help: "Only show the text of the symbol.")
  var symbol = false

  func run() async throws {
    try await reporting {
      printLine("Calibration symbol, one Data Matrix or Code 128 with exactly these characters (<GS> is ASCII 29):")
      printLine("  " + ScannedLabelText.visible(Array(CalibrationSymbol.text.utf8)))
      guard !symbol else { return }
      let scanner = try OpenScanner(device, options)
      guard case .usb = scanner.entry.connection else {
        throw CommandFailure(
          "\(scanner.entry.name) is a serial scanner: it sends characters, not keys, and needs no calibration.",
          EX_USAGE)
      }
      try await calibrate(scanner)
    }
  }

  private func calibrate(_ scanner: OpenScanner) async throws {
    var calibration = ScannerCalibration()
    var learned: CalibratedForm?
    var sendsWholeLabels = false
    var shown = ""
    try await scanner.watch(seconds: seconds) { sighting in
      switch sighting {
      case .report(let report):
        if report.mode == .keyboard { calibration.take(report.bytes, at: report.at) } else { sendsWholeLabels = true }
      case .turn(let status, let now):
        let line = "\(status.device) \(status.state.rawValue): \(status.detail)"
        if line != shown { printLine(line + (status.state == .online ? "\nScan the calibration symbol now." : "")) }
        shown = line
        switch calibration.result(at: now.monotonicMicroseconds) {
        case .success(let form)?: learned = form
        case .failure(let refusal)?: printLine("✗ Nothing learned: \(refusal)")
        case nil: break
        }
      case .label: break
      }
      return learned != nil || sendsWholeLabels
    }
    if sendsWholeLabels {
      printLine("● \(device) is in HID POS mode and sends whole labels: there is nothing to calibrate.")
      return
    }
    guard let learned else {
      throw CommandFailure("No scan that can be used came within \(Int(seconds)) s. Nothing was changed.", EX_DATAERR)
    }
    printLine("● Learned. Write this under \(device) in \(options.config):")
    for line in learned.configurationLines { printLine("    " + line) }
    for remark in learned.remarks { printLine(remark) }
  }
}
