import Foundation
import Harness

@testable import Scanners

/// A folder that looks like the files of the kernel for some USB devices.
final class SysfsFolder {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("sysfs") }

  var files: SystemFiles { SystemFiles(root: folder.url.path) }

  func write(_ path: String, _ bytes: [UInt8]) throws {
    let file = folder.url.appendingPathComponent(path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  func write(_ path: String, _ text: String) throws { try write(path, Array(text.utf8)) }

  func link(_ path: String, to target: String) throws {
    let file = folder.url.appendingPathComponent(path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: target)
  }

  /// A device with its interfaces, each with class, subclass, protocol, bound driver and HID report descriptor.
  func plug(
    _ port: String, _ vendor: UInt16, _ product: UInt16, number: Int, serial: String? = nil, name: String? = nil,
    interfaces: [(codes: [UInt8], driver: String?, report: [UInt8]?)]
  ) throws {
    let base = "sys/bus/usb/devices/\(port)"
    try write("\(base)/idVendor", hexadecimal(vendor) + "\n")
    try write("\(base)/idProduct", hexadecimal(product) + "\n")
    try write("\(base)/busnum", "1\n")
    try write("\(base)/devnum", "\(number)\n")
    if let serial { try write("\(base)/serial", serial + "\n") }
    if let name { try write("\(base)/product", name + "\n") }
    var descriptors: [UInt8] = [18, 1, 0, 2, 0, 0, 0, 8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 9, 2, 0, 0, 1, 1, 0, 0x80, 50]
    for (index, interface) in interfaces.enumerated() {
      descriptors += [9, 4, UInt8(index), 0, 1] + interface.codes + [0]
      let own = "sys/bus/usb/devices/\(port):1.\(index)"
      try write("\(own)/bInterfaceNumber", "0\(index)\n")
      if let driver = interface.driver { try link("\(own)/driver", to: "../../../bus/usb/drivers/\(driver)") }
      if let report = interface.report {
        try write("\(own)/0003:\(hexadecimal(vendor).uppercased()):0000.000\(number)/report_descriptor", report)
      }
    }
    try write("\(base)/descriptors", descriptors)
    try write("dev/bus/usb/001/" + String(repeating: "0", count: 3 - String(number).count) + "\(number)", "")
  }
}
