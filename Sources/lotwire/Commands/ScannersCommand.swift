import ArgumentParser
import Devices
import Foundation
import Scanners
import Shopfloor

struct ScannersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scanners", abstract: "List, watch and calibrate the scanners of the line.",
    subcommands: [ScannersListCommand.self, ScannersWatchCommand.self, ScannersCalibrateCommand.self])
}

struct ScannersListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show which scanners are plugged in, in which mode, and what to change.",
    discussion: """
      Opens none of them, needs no daemon, and works before there is a configuration. Ordinary keyboards are never
      touched and do not appear, except where they have the number of a known scanner.
      """)

  @OptionGroup var options: ConfigurationOption

  func run() async throws {
    try await reporting {
      let isConfigured = FileManager.default.fileExists(atPath: options.file.path)
      let plant = isConfigured ? try options.plant() : nil
      let serial = plant.map { plant in plant.scanners.compactMap { DeviceSources.serial($0, plant) } } ?? []
      let usb = plant.map { plant in plant.scanners.compactMap { DeviceSources.usb($0, plant) } } ?? []
      let entries = ScannerInventory.read(usb: usb, serial: serial)
      printLine(ScannerListText(entries: entries, scanners: plant?.scanners ?? []).text)
      if !isConfigured { printLine("There is no \(options.config): nothing counts as configured.") }
    }
  }
}

/// The inventory as a person reads it in a terminal.
struct ScannerListText {
  let entries: [InventoryEntry]
  let scanners: [ScannerEntry]

  var text: String {
    var lines = entries.isEmpty ? ["No scanner is plugged into USB."] : []
    for entry in entries { lines += self.lines(entry) }
    let absent = scanners.filter { scanner in !entries.contains { $0.configuredAs == scanner.name } }
    for scanner in absent { lines += absentLines(scanner) }
    return lines.joined(separator: "\n")
  }

  private func lines(_ entry: InventoryEntry) -> [String] {
    let sign = entry.isNeverClaimed ? "○" : entry.mode.isSupported && entry.configuredAs != nil ? "●" : "◐"
    var lines = ["\(sign) \(displayable(entry.line, maximumCharacters: 400))"]
    lines += [entry.advice.english, entry.advice.chinese].filter { !$0.isEmpty }
      .map { "    " + displayable($0, maximumCharacters: 1000) }
    guard let name = entry.configuredAs, let scanner = scanners.first(where: { $0.name == name }) else { return lines }
    if entry.mode == .keyboard, scanner.text.layout == nil {
      lines.append("    Uncalibrated: its keys are read as layout us. Run: lotwire scanners calibrate \(name)")
    }
    return lines
  }

  private func absentLines(_ scanner: ScannerEntry) -> [String] {
    switch scanner.connection {
    case .usb(let vendor, let product, let serialNumber, let portPath):
      let place = [serialNumber.map { "serial number \($0)" }, portPath.map { "port \($0)" }].compactMap { $0 }
      return [
        "○ \(scanner.name) is not plugged in: \(Self.hexadecimal(vendor)):\(Self.hexadecimal(product))"
          + (place.isEmpty ? "" : ", \(place.joined(separator: ", "))")
      ]
    case .serial(let path, let baud, _):
      return FileManager.default.fileExists(atPath: path)
        ? ["● \(scanner.name) on the serial line \(path), \(baud) baud"]
        : ["○ \(scanner.name): \(path) is not there. Plug the scanner in, or correct the path."]
    }
  }

  private static func hexadecimal(_ value: UInt16) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}
