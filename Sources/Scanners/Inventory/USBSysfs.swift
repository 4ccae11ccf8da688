/// What the kernel knows of the USB devices, without opening any of them.
struct USBSysfs: Sendable {
  struct Device: Hashable, Sendable {
    var identity: USBIdentity
    var manufacturer: String
    var productName: String
    /// "/dev/bus/usb/001/004".
    var node: String
    var interfaces: [USBInterface]
    /// By interface number, where a driver is bound: "usbhid", "cdc_acm", "usbfs" for a program.
    var drivers: [UInt8: String]
    /// By interface number, where the kernel's HID driver holds the interface.
    var reports: [UInt8: HIDReportDescriptor]
    /// Serial ports the kernel made of it: "ttyACM0", "ttyUSB0".
    var ports: [String]
  }

  static let folder = "/sys/bus/usb/devices"

  let files: SystemFiles

  init(_ files: SystemFiles = SystemFiles()) { self.files = files }

  /// Every device but the hubs, by port.
  func devices() -> [Device] {
    let names = files.names(Self.folder)
    return names.compactMap { name in
      guard !name.contains(":"), name.contains("-") else { return nil }
      return device(name, interfaceFolders: names.filter { $0.hasPrefix(name + ":") })
    }
  }

  /// The serial number as the kernel read it when the device was plugged in; nil where the device has none.
  func serialNumber(portPath: String) -> String? {
    guard let text = files.text("\(Self.folder)/\(portPath)/serial") else { return nil }
    // Some makers fill it up with blanks, which nobody would write into a configuration.
    let trimmed = text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
    return trimmed.isEmpty ? nil : String(trimmed)
  }

  /// The device at the port is still this one and no other that came since: by type, serial number and its number on
  /// the bus, which the kernel gives anew with every plug.
  func isStillThere(_ identity: USBIdentity, deviceNumber: UInt8) -> Bool {
    let folder = "\(Self.folder)/\(identity.portPath)"
    return files.hexadecimal("\(folder)/idVendor") == identity.vendor
      && files.hexadecimal("\(folder)/idProduct") == identity.product
      && files.number("\(folder)/devnum") == Int(deviceNumber)
      && (identity.serialNumber == nil || serialNumber(portPath: identity.portPath) == identity.serialNumber)
  }

  /// The event nodes of the input devices that the kernel made of exactly this device: "/dev/input/event5".
  func eventNodes(portPath: String) -> [String] {
    files.names(Self.folder).filter { $0.hasPrefix(portPath + ":") }.flatMap { interface -> [String] in
      let folder = "\(Self.folder)/\(interface)"
      // usbhid: interface, HID device ("0003:05E0:1200.0001"), "input", "input7", "event5".
      return files.names(folder).filter(Self.isHIDName).flatMap { hid in
        files.names("\(folder)/\(hid)/input").flatMap { input in
          files.names("\(folder)/\(hid)/input/\(input)").filter { $0.hasPrefix("event") }.map { "/dev/input/\($0)" }
        }
      }
    }
  }

  /// Who holds an interface of a device, in words for a technician; nil where nobody does.
  func holder(portPath: String, interface: UInt8) -> String? {
    guard let folder = files.names(Self.folder).first(where: { Self.isInterface($0, interface, of: portPath) }),
      let driver = files.linkedName("\(Self.folder)/\(folder)/driver")
    else { return nil }
    guard driver == "usbfs" else { return "the kernel driver \(driver)" }
    guard let node = node(portPath) else { return "another program" }
    let programs = self.programs(holding: node)
    return programs.isEmpty ? "another program" : programs.joined(separator: ", ")
  }

  // MARK: Parts

  private func device(_ name: String, interfaceFolders: [String]) -> Device? {
    let folder = "\(Self.folder)/\(name)"
    guard let vendor = files.hexadecimal("\(folder)/idVendor"),
      let product = files.hexadecimal("\(folder)/idProduct"), let descriptors = files.bytes("\(folder)/descriptors")
    else { return nil }
    var device = Device(
      identity: USBIdentity(
        vendor: vendor, product: product, serialNumber: serialNumber(portPath: name), portPath: name),
      manufacturer: files.text("\(folder)/manufacturer") ?? "", productName: files.text("\(folder)/product") ?? "",
      node: node(name) ?? "", interfaces: USBInterface.all(inDescriptors: descriptors), drivers: [:], reports: [:],
      ports: [])
    for interface in interfaceFolders {
      guard let number = Self.interfaceNumber(interface) else { continue }
      let interfaceFolder = "\(Self.folder)/\(interface)"
      device.drivers[number] = files.linkedName("\(interfaceFolder)/driver")
      device.ports += files.names("\(interfaceFolder)/tty")
      device.ports += files.names(interfaceFolder).filter { $0.hasPrefix("ttyUSB") }
      let hid = files.names(interfaceFolder).first(where: Self.isHIDName)
      device.reports[number] = hid.flatMap { files.bytes("\(interfaceFolder)/\($0)/report_descriptor") }
        .map(HIDReportDescriptor.init)
    }
    return device
  }

  private func node(_ name: String) -> String? {
    guard let bus = files.number("\(Self.folder)/\(name)/busnum"),
      let device = files.number("\(Self.folder)/\(name)/devnum")
    else { return nil }
    return "/dev/bus/usb/\(padded(bus))/\(padded(device))"
  }

  private func padded(_ number: Int) -> String {
    String(repeating: "0", count: max(0, 3 - String(number).count)) + String(number)
  }

  /// "1-1.4:1.0": port path, configuration, interface.
  private static func interfaceNumber(_ name: String) -> UInt8? {
    name.split(separator: ":").last?.split(separator: ".").last.flatMap { UInt8($0) }
  }

  private static func isInterface(_ name: String, _ number: UInt8, of portPath: String) -> Bool {
    name.hasPrefix(portPath + ":") && interfaceNumber(name) == number
  }

  /// Bus, vendor, product and instance in hexadecimal: "0003:05E0:1200.0001".
  private static func isHIDName(_ name: String) -> Bool {
    name.split(separator: ":").count == 3 && name.contains(".")
  }
}

extension USBSysfs {
  /// Processes looked at; a service that may not see others finds none.
  static let maximumProcesses = 10_000

  /// Which programs have a node open, as "name (process 123)", this one left out; only those this process may look at.
  func programs(holding node: String) -> [String] {
    let own = files.linkedName("/proc/self")
    let processes = files.names("/proc").filter { Int($0) != nil && $0 != own }.prefix(Self.maximumProcesses)
    return processes.compactMap { process in
      let folder = "/proc/\(process)/fd"
      guard files.names(folder).contains(where: { files.linkTarget("\(folder)/\($0)") == node }) else { return nil }
      return "\(files.text("/proc/\(process)/comm") ?? "program") (process \(process))"
    }
  }
}
