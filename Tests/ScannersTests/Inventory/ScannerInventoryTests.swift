import Foundation
import Shopfloor
import Testing

@testable import Scanners

@Suite struct ScannerInventoryTests {
  @Test func deviceIsStillThereOrAnotherOne() throws {
    let folder = try SysfsFolder()
    try folder.plug("1-1", 0x05E0, 0x1200, number: 7, serial: "SN1", interfaces: [])
    let sysfs = USBSysfs(folder.files)
    let identity = USBIdentity(vendor: 0x05E0, product: 0x1200, serialNumber: "SN1", portPath: "1-1")
    #expect(sysfs.isStillThere(identity, deviceNumber: 7))
    // Its twin, plugged in since, has another number.
    #expect(!sysfs.isStillThere(identity, deviceNumber: 8))
    for other in [
      USBIdentity(vendor: 0x05E1, product: 0x1200, serialNumber: "SN1", portPath: "1-1"),
      USBIdentity(vendor: 0x05E0, product: 0x1201, serialNumber: "SN1", portPath: "1-1"),
      USBIdentity(vendor: 0x05E0, product: 0x1200, serialNumber: "SN2", portPath: "1-1"),
      USBIdentity(vendor: 0x05E0, product: 0x1200, serialNumber: "SN1", portPath: "1-2"),
    ] { #expect(!sysfs.isStillThere(other, deviceNumber: 7)) }
    let nameless = USBIdentity(vendor: 0x05E0, product: 0x1200, serialNumber: nil, portPath: "1-1")
    #expect(sysfs.isStillThere(nameless, deviceNumber: 7))
  }

  private let keyboard: [UInt8] = [3, 1, 1]
  private let plainHID: [UInt8] = [3, 0, 0]
  private let scannerReport: [UInt8] = [0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0xC0]
  private let channelReport: [UInt8] = [0x05, 0x8C, 0x09, 0x01, 0xA1, 0x01, 0xC0]
  private let keyboardReport: [UInt8] = [0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0xC0]
  private let vendorReport: [UInt8] = [0x06, 0x45, 0xFF, 0x0A, 0x00, 0x4B, 0xA1, 0x01, 0xC0]

  private func plan(_ device: DeviceName, _ vendor: UInt16, _ product: UInt16, port: String? = nil) -> USBScannerPlan {
    USBScannerPlan(device: device, station: "press", vendor: vendor, product: product, portPath: port)
  }

  @Test func everyModeIsToldWithItsAdvice() throws {
    let folder = try SysfsFolder()
    try folder.plug("1-1", 0x05E0, 0x1200, number: 2, serial: "SN1", interfaces: [(keyboard, "usbhid", keyboardReport)])
    try folder.plug("1-2", 0x0C2E, 0x0B6A, number: 3, interfaces: [(plainHID, "usbhid", scannerReport)])
    try folder.plug("1-3", 0x05E0, 0x1900, number: 4, interfaces: [(plainHID, "usbhid", vendorReport)])
    try folder.plug("1-4", 0x05E0, 0x1300, number: 5, interfaces: [(plainHID, nil, nil)])
    try folder.plug("1-5", 0x072F, 0x2200, number: 6, interfaces: [([0x0B, 0, 0], nil, nil)])
    try folder.plug(
      "1-6", 0x1EAB, 0x1306, number: 7, interfaces: [([2, 2, 1], "cdc_acm", nil), ([10, 0, 0], "cdc_acm", nil)])
    try folder.plug("1-7", 0x05F9, 0x9999, number: 8, interfaces: [(plainHID, "usbhid", vendorReport)])
    try folder.plug("1-8", 0x0C2E, 0x9999, number: 9, interfaces: [(plainHID, nil, nil)])
    let entries = ScannerInventory.read(usb: [], serial: [], files: folder.files)
    #expect(
      entries.map(\.mode) == [.keyboard, .pointOfSale, .snapi, .ibm, .cardReader, .serial, .ibm, .unknown])
    #expect(entries.map(\.portPath) == (1...8).map { "1-\($0)" })
    #expect(entries[0].serialNumber == "SN1")
    #expect(entries[0].name == "Symbol/Zebra scanner")
    #expect(entries[0].driver == "usbhid")
    for entry in entries {
      #expect(!entry.advice.english.isEmpty && !entry.advice.chinese.isEmpty)
      #expect(entry.configuredAs == nil && entry.access == .granted)
      if entry.mode != .pointOfSale && entry.mode.isSupported == false && entry.mode != .cardReader {
        #expect(entry.advice.english.contains("USB HID POS") && entry.advice.chinese.contains("USB HID POS"))
      }
    }
  }

  @Test func ordinaryKeyboardsAreListedOnlyWhereTheyCouldBeMistaken() throws {
    let folder = try SysfsFolder()
    let office = (keyboard, Optional("usbhid"), Optional(keyboardReport))
    try folder.plug("1-1", 0x046D, 0xC31C, number: 2, name: "Keyboard K120", interfaces: [office])
    try folder.plug("1-2", 0x3434, 0x0123, number: 3, interfaces: [office, (plainHID, "usbhid", channelReport)])
    try folder.plug("1-3", 0x1A2C, 0x0E24, number: 4, interfaces: [office])
    try folder.plug("1-4", 0x1A2C, 0x0E24, number: 5, interfaces: [office])
    // The third kind is the scanner of the configuration, at port 1-4.
    let entries = ScannerInventory.read(
      usb: [plan("receipt", 0x1A2C, 0x0E24, port: "1-4")], serial: [], files: folder.files)
    #expect(entries.map(\.portPath) == ["1-3", "1-4"])
    #expect(entries.map(\.isNeverClaimed) == [true, false])
    #expect(entries.map(\.configuredAs) == [nil, "receipt"])
    #expect(entries[0].line.contains("keyboard: never claimed"))
    #expect(entries[0].advice == ScannerAdvice.keyboardNeverClaimed)
  }

  @Test func scannerThatChangedItsModeIsRecognised() throws {
    let folder = try SysfsFolder()
    try folder.plug("1-3", 0x0C2E, 0x0B61, number: 4, interfaces: [(plainHID, "usbhid", scannerReport)])
    let entries = ScannerInventory.read(
      usb: [plan("receipt", 0x0C2E, 0x0B6A, port: "1-3")], serial: [], files: folder.files)
    #expect(entries.count == 1 && entries[0].configuredAs == nil)
    #expect(entries[0].advice.english.contains("probably receipt"))
  }

  @Test func whoHoldsItIsFoundAmongTheProcesses() throws {
    let folder = try SysfsFolder()
    try folder.plug("1-1", 0x05E0, 0x1200, number: 12, interfaces: [(keyboard, "usbfs", nil)])
    #expect(ScannerInventory.read(usb: [], serial: [], files: folder.files)[0].access == .held(by: "another program"))
    try folder.write("proc/77/comm", "scand\n")
    try folder.link("proc/77/fd/4", to: "/dev/bus/usb/001/012")
    try folder.write("proc/78/comm", "other\n")
    try folder.link("proc/78/fd/4", to: "/dev/bus/usb/001/013")
    // This process itself is left out.
    try folder.write("proc/79/comm", "lotwire\n")
    try folder.link("proc/79/fd/4", to: "/dev/bus/usb/001/012")
    try folder.link("proc/self", to: "79")
    let entry = ScannerInventory.read(usb: [], serial: [], files: folder.files)[0]
    #expect(entry.access == .held(by: "scand (process 77)"))
    #expect(entry.advice.english.contains("scand (process 77) holds it"))
    #expect(USBSysfs(folder.files).holder(portPath: "1-1", interface: 0) == "scand (process 77)")
    #expect(USBSysfs(folder.files).holder(portPath: "1-1", interface: 1) == nil)
  }

  @Test func serialScannerIsFoundByItsPath() throws {
    let folder = try SysfsFolder()
    try folder.plug("1-6", 0x1EAB, 0x1306, number: 7, interfaces: [([2, 2, 1], "cdc_acm", nil)])
    try folder.write("sys/bus/usb/devices/1-6:1.0/tty/ttyACM0/dev", "166:0\n")
    try folder.write("dev/ttyACM0", "")
    try folder.link("dev/serial/by-id/usb-Newland_HR22-if00", to: "../../ttyACM0")
    let path = "/dev/serial/by-id/usb-Newland_HR22-if00"
    let serial = SerialScannerPlan(device: "receipt", station: "press", path: path)
    let entry = ScannerInventory.read(usb: [], serial: [serial], files: folder.files)[0]
    #expect(entry.mode == .serial && entry.serialPath == path && entry.configuredAs == "receipt")
    #expect(entry.line.contains(path))
  }

  @Test func modeOfAHeldScannerIsNotGuessed() throws {
    let folder = try SysfsFolder()
    try folder.plug("1-1", 0x0C2E, 0x9999, number: 2, serial: " SN 1  ", interfaces: [(plainHID, "usbfs", nil)])
    let entry = ScannerInventory.read(usb: [], serial: [], files: folder.files)[0]
    #expect(entry.mode == .unknown && entry.advice.english.contains("lotwire status"))
    #expect(entry.serialNumber == "SN 1")
  }

  @Test func serialPortOfADriverOfItsOwnIsFound() throws {
    let folder = try SysfsFolder()
    try folder.plug("1-6", 0x0C2E, 0x0720, number: 7, interfaces: [([0xFF, 0, 0], "metro-usb", nil)])
    try folder.write("sys/bus/usb/devices/1-6:1.0/ttyUSB3/tty/ttyUSB3/dev", "188:3\n")
    let entry = ScannerInventory.read(usb: [], serial: [], files: folder.files)[0]
    #expect(entry.mode == .serial && entry.serialPath == "/dev/ttyUSB3" && entry.access == .refused)
  }

  @Test func accessIsTold() throws {
    let folder = try SysfsFolder()
    try folder.plug("1-1", 0x05E0, 0x1200, number: 2, interfaces: [(keyboard, "usbhid", keyboardReport)])
    try FileManager.default.removeItem(atPath: folder.files.path("/dev/bus/usb/001/002"))
    let entry = ScannerInventory.read(usb: [], serial: [], files: folder.files)[0]
    #expect(entry.access == .refused)
    #expect(entry.advice.english.contains("60-lotwire-scanners.rules"))
  }

  /// The node of exactly this device, whatever the input devices are called.
  @Test func eventNodesAreFoundByPort() throws {
    let folder = try SysfsFolder()
    let wedge = (keyboard, Optional("usbhid"), Optional(keyboardReport))
    try folder.plug("1-1", 0x05E0, 0x1200, number: 2, interfaces: [wedge])
    try folder.plug("1-1.4", 0x05E0, 0x1200, number: 3, interfaces: [wedge, wedge])
    for (path, node) in [
      ("1-1:1.0/0003:05E0:0000.0002/input/input5", "event3"),
      ("1-1.4:1.0/0003:05E0:0000.0003/input/input6", "event4"),
      ("1-1.4:1.1/0003:05E0:0000.0003/input/input7", "event15"),
    ] {
      try folder.write("sys/bus/usb/devices/\(path)/\(node)/dev", "13:64\n")
      try folder.write("sys/bus/usb/devices/\(path)/name", "Barcode Scanner\n")
    }
    let sysfs = USBSysfs(folder.files)
    #expect(sysfs.eventNodes(portPath: "1-1") == ["/dev/input/event3"])
    #expect(sysfs.eventNodes(portPath: "1-1.4") == ["/dev/input/event4", "/dev/input/event15"])
    #expect(sysfs.eventNodes(portPath: "1-2").isEmpty)
  }

  @Test func anEmptyMachineHasNoScanners() throws {
    #expect(ScannerInventory.read(usb: [], serial: [], files: try SysfsFolder().files).isEmpty)
  }
}
