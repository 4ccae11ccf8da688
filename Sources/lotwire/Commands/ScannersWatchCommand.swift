import ArgumentParser
import Devices
import Foundation
import Shopfloor

struct ScannersWatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Show what one scanner reads, and what the labels mean. Nothing is recorded.",
    discussion: """
      Opens the scanner itself, so the daemon must not run. Control characters are shown by name: <GS> is the group
      separator. Ends with Ctrl-C.
      """)

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The scanner as the configuration names it.")
  var device: String

  @Option(help: "Labels after which to end; without it, never.")
  var count: Int?

  @Option(help: "Seconds after which to end.")
  var seconds: Double?

  func run() async throws {
    try await reporting {
      let scanner = try OpenScanner(device, options)
      var shown = ""
      var labels = 0
      try await scanner.watch(seconds: seconds) { sighting in
        switch sighting {
        case .turn(let status, _):
          let line = "\(status.device) \(status.state.rawValue): \(status.detail)"
          if line != shown { printLine(line) }
          shown = line
        case .label(let label):
          printLine(ScannedLabelText(label).text)
          labels += 1
        case .report: break
        }
        return count.map { labels >= $0 } ?? false
      }
    }
  }
}

/// A label as a technician reads it in a terminal.
struct ScannedLabelText {
  let label: ScannedLabel

  init(_ label: ScannedLabel) { self.label = label }

  var text: String {
    var lines = ["\(label.fault == nil ? "●" : "✗") \(Self.visible(label.raw))"]
    let parts = [
      label.aimIdentifier.map { "AIM \($0)" }, "scheme \(label.scheme)",
      label.kind == .unknown ? nil : "kind \(label.kind.rawValue)",
      label.itemCodes.isEmpty ? nil : "item \(label.itemCodes.joined(separator: ", "))",
      label.lot.map { "lot \($0)" + (label.isLotDoubtful ? " (DOUBTFUL)" : "") }, label.serial.map { "serial \($0)" },
      label.container.map { "container \($0)" }, label.quantity.map { "quantity \($0)" },
      label.unusableFrom.map { "unusable from \($0)" },
    ]
    lines.append("    " + displayable(parts.compactMap { $0 }.joined(separator: ", "), maximumCharacters: 1000))
    if let fault = label.fault {
      lines += ["    \(fault.code): \(fault.words.english)", "    \(fault.words.chinese)"]
    }
    return lines.joined(separator: "\n")
  }

  /// The characters, with control characters by their names in ASCII or their number.
  static func visible(_ bytes: [UInt8]) -> String {
    let names: [Unicode.Scalar: String] = [
      "\u{04}": "EOT", "\u{1B}": "ESC", "\u{1C}": "FS", "\u{1D}": "GS", "\u{1E}": "RS", "\u{1F}": "US",
    ]
    return String(decoding: bytes, as: UTF8.self).unicodeScalars.map { scalar in
      if let name = names[scalar] { return "<\(name)>" }
      return displayable(String(scalar))
    }.joined()
  }
}
