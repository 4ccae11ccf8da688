import CUSBTestbed
import Devices
import Scanners
import Shopfloor

/// What stands behind the `=` of an argument: words and key:value pairs between commas.
struct Options {
  let words: [String]
  let values: [String: String]

  /// - Parameter words: how many commas end a word; what follows the last one is taken whole.
  init(_ text: String, words: Int? = nil) {
    if let words {
      self.words = text.split(separator: ",", maxSplits: words - 1, omittingEmptySubsequences: false).map(String.init)
      values = [:]
      return
    }
    let parts = text.split(separator: ",").map(String.init)
    self.words = parts.filter { !$0.contains(":") }
    values = Dictionary(
      uniqueKeysWithValues: parts.filter { $0.contains(":") }.map { part in
        let pair = part.split(separator: ":", maxSplits: 1).map(String.init)
        return (pair[0], pair.count > 1 ? pair[1] : "")
      })
  }

  var port: Int32 { Int32(words.first ?? "") ?? 1 }
  var rest: String { words.count > 1 ? words[1] : "" }

  func number(_ key: String, _ usual: UInt16) -> UInt16 { values[key].flatMap { UInt16($0, radix: 16) } ?? usual }

  /// "NAME,product:1200,serial:SN1,port:1-2,mode:pos"
  func plan() throws -> USBScannerPlan {
    var plan = USBScannerPlan(
      device: try DeviceName(words.first ?? "scanner"), station: "press", vendor: number("vendor", 0x05E0),
      product: number("product", 0x1200), serialNumber: values["serial"], portPath: values["port"])
    plan.text.layout = values["uncalibrated"] == nil ? .us : nil
    plan.mode = values["mode"].flatMap(USBScannerPlan.Mode.init) ?? .auto
    plan.staysDetached = values["detached"] != nil
    plan.fallsBackToInputDevice = values["fallback"] != nil
    return plan
  }

  var kind: usb_testbed_kind {
    switch rest {
    case "pos": USB_TESTBED_POINT_OF_SALE
    case "channel": USB_TESTBED_KEYBOARD_WITH_CHANNEL
    case "both": USB_TESTBED_BOTH
    default: USB_TESTBED_KEYBOARD
    }
  }
}
