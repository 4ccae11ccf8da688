import Devices
import Foundation
import Scanners
import Shopfloor

extension DeviceReader {
  /// Keys that say how a scanner writes and is read; only scanners have them.
  static let scannerKeys = [
    "mode", "layout", "separator", "prefix", "suffix", "idle_end_ms", "fallback", "leave_detached",
  ]
  /// Longest prefix or suffix, in bytes.
  private static let maximumAffixBytes = 32

  static func isScanner(_ node: DocumentNode) -> Bool { node["serial"] != nil || node["usb"] != nil }

  /// Reports the keys of scanners on a device that is none.
  func refuseScannerKeys(_ name: DeviceName, _ node: DocumentNode) {
    for key in Self.scannerKeys {
      node[key]?.fault("device \(name) is no scanner and has no \"\(key)\"", "Take it out, or write usb: or serial:")
    }
  }

  func scanner(_ name: DeviceName, _ node: DocumentNode) -> ScannerEntry? {
    let remedy = "Write the station where the scanner stands: station: sealer-1"
    let station = node.required("station", remedy)?.name(StationKind.self, remedy)
    if node["usb"] != nil, let serial = node["serial"] {
      serial.fault("scanner \(name) has two connections", "Write either usb: or serial:")
    }
    let connection = node["usb"] != nil ? usb(node["usb"]) : serial(node["serial"])
    let text = text(node)
    let mode = mode(node)
    let fallback = fallback(node, mode)
    let staysDetached = staysDetached(node)
    guard let station, let connection, let text, let mode, let fallback, let staysDetached else { return nil }
    return ScannerEntry(
      name: name, station: station, connection: connection, text: text, mode: mode, fallsBackToEvdev: fallback,
      staysDetached: staysDetached)
  }

  // MARK: Connections

  private func serial(_ node: DocumentNode?) -> ScannerEntry.Connection? {
    guard let node else { return nil }
    node.allowKeys(["path", "baud", "answers"])
    let path = node.required("path", "Write the port: path: /dev/ttyACM0")?.string("Write a path")
    let baud = node["baud"].map { $0.integer(in: 300...4_000_000, "Write the baud rate: baud: 9600") } ?? 9_600
    guard let path, let baud else { return nil }
    return .serial(
      path: reader.path(path).path, baud: baud, answers: node["answers"]?.flag("Write true or false") ?? true)
  }

  private func usb(_ node: DocumentNode?) -> ScannerEntry.Connection? {
    guard let node else { return nil }
    node.allowKeys(["vendor", "product", "serial_number", "port_path"])
    let idRemedy = "Write the four hex digits that \"lotwire scanners list\" shows: 0x0c2e"
    let vendor = node.required("vendor", idRemedy)?.integer(in: 0...0xFFFF, idRemedy)
    let product = node.required("product", idRemedy)?.integer(in: 0...0xFFFF, idRemedy)
    guard let vendor, let product else { return nil }
    return .usb(
      vendor: UInt16(vendor), product: UInt16(product), serialNumber: node["serial_number"]?.string("Write a text"),
      portPath: node["port_path"]?.string("Write a text such as 1-2"))
  }

  // MARK: How it is read

  private func mode(_ node: DocumentNode) -> USBScannerPlan.Mode? {
    guard let mode = node["mode"] else { return .auto }
    guard node["usb"] != nil else {
      mode.fault("a serial scanner has no other mode", "Take mode: out, or write usb: for a scanner on USB")
      return nil
    }
    return mode.choice(USBScannerPlan.Mode.allCases.map(\.rawValue)).flatMap(USBScannerPlan.Mode.init)
  }

  private func fallback(_ node: DocumentNode, _ mode: USBScannerPlan.Mode?) -> Bool? {
    guard let fallback = node["fallback"] else { return false }
    guard fallback.choice(["evdev"]) != nil else { return nil }
    guard node["usb"] != nil, mode != .pointOfSale else {
      fallback.fault(
        "only a USB scanner in keyboard mode can be read through the input device",
        "Take fallback: out, or write mode: keyboard")
      return nil
    }
    return true
  }

  private func staysDetached(_ node: DocumentNode) -> Bool? {
    guard let place = node["leave_detached"] else { return false }
    guard node["usb"] != nil else {
      place.fault("a serial scanner types into no console", "Take leave_detached: out")
      return nil
    }
    return place.flag("Write true or false")
  }

  // MARK: How it writes

  private func text(_ node: DocumentNode) -> ScannerTextForm? {
    if node["usb"] == nil {
      node["layout"]?.fault("a serial scanner sends characters, no keys", "Take layout: out")
    }
    var text = ScannerTextForm()
    if let layout = node["layout"] {
      guard let found = layout.choice(KeyLayout.all.map(\.name)).flatMap(KeyLayout.named) else { return nil }
      text.layout = found
    }
    if let separator = node["separator"] {
      guard let forms = separators(separator, isSerial: node["usb"] == nil) else { return nil }
      text.separators = forms
    }
    guard let prefix = affix(node["prefix"]), let suffix = affix(node["suffix"]) else { return nil }
    text.prefix = prefix
    text.suffix = suffix
    if let idle = node["idle_end_ms"] {
      guard let milliseconds = idle.integer(in: 20...2_000, "Write milliseconds, 20 to 2000: idle_end_ms: 100") else {
        return nil
      }
      text.idleEndMicroseconds = Int64(milliseconds) * 1000
    }
    return text
  }

  private func separators(_ node: DocumentNode, isSerial: Bool) -> Set<SeparatorForm>? {
    let remedy =
      "Write ctrl-bracket, f8, alt-029, a list of them, or one character that stands for it: separator: \"~\""
    let nodes = (node.elementCount ?? 0) > 0 ? node.elements(remedy) : [node]
    var forms: Set<SeparatorForm> = []
    for place in nodes {
      guard let word = place.string(remedy) else { return nil }
      guard let form = SeparatorForm(word: word) else {
        place.fault("\"\(word.prefix(40))\" is no form of the group separator", remedy)
        return nil
      }
      if case .substitute(let scalar) = form {
        guard !scalar.properties.isAlphabetic, scalar.properties.numericType == nil else {
          place.fault("\"\(scalar)\" occurs in ordinary labels and would be taken out of them", remedy)
          return nil
        }
      } else if isSerial {
        place.fault(
          "\"\(word)\" is a key, and a serial scanner sends characters",
          "Take it out: the character GS is always understood. Write a character where another one stands for it")
        return nil
      }
      forms.insert(form)
    }
    return forms
  }

  /// Empty where there is none.
  private func affix(_ node: DocumentNode?) -> [UInt8]? {
    guard let node else { return [] }
    let remedy =
      "Write the characters in quotes, at most \(Self.maximumAffixBytes): \"B\", a control character as \"\\x1e\""
    guard let text = node.string(remedy) else { return nil }
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty, bytes.count <= Self.maximumAffixBytes else {
      node.fault("\(bytes.count) bytes are no prefix or suffix", remedy)
      return nil
    }
    if bytes.contains(where: { [0x0D, 0x0A, 0x09, 0x03, 0x02].contains($0) }) {
      node.fault(
        "CR, LF, Tab, STX and ETX frame a label and cannot be part of it", "Leave them out: they are understood anyhow")
      return nil
    }
    return bytes
  }
}
