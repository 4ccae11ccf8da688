import Shopfloor

/// Looks which scanners are plugged in, without opening any of them.
public enum ScannerInventory {
  /// Every USB device that is a scanner, is known as one, or is named by the configuration, by port. Ordinary keyboards
  /// are listed only where they have the number of a known or a configured scanner.
  public static func read(usb: [USBScannerPlan] = [], serial: [SerialScannerPlan] = []) -> [InventoryEntry] {
    read(usb: usb, serial: serial, files: SystemFiles())
  }

  static func read(
    usb: [USBScannerPlan], serial: [SerialScannerPlan], files: SystemFiles
  ) -> [InventoryEntry] {
    let sysfs = USBSysfs(files)
    return sysfs.devices().compactMap { device in
      guard let mode = ScannerMode(device.identity, interfaces: device.interfaces, reports: device.reports),
        isListed(device, mode, usb, serial, files)
      else { return nil }
      return entry(device, mode, usb, serial, sysfs)
    }
  }

  // MARK: Which devices

  private static func isListed(
    _ device: USBSysfs.Device, _ mode: ScannerMode, _ usb: [USBScannerPlan], _ serial: [SerialScannerPlan],
    _ files: SystemFiles
  ) -> Bool {
    let identity = device.identity
    if KnownScanner.row(identity) != nil || KnownScanner.maker(identity.vendor) != nil || mode == .pointOfSale {
      return true
    }
    if usb.contains(where: { $0.isOfType(identity) || otherProduct($0, identity) }) { return true }
    return serialPlan(device, serial, files) != nil
  }

  /// A scanner changes its product number with its mode; maker and serial number or port stay.
  private static func otherProduct(_ plan: USBScannerPlan, _ identity: USBIdentity) -> Bool {
    plan.vendor == identity.vendor && plan.product != identity.product
      && (plan.serialNumber != nil || plan.portPath != nil)
      && (plan.serialNumber == nil || plan.serialNumber == identity.serialNumber)
      && (plan.portPath == nil || plan.portPath == identity.portPath)
  }

  private static func serialPlan(
    _ device: USBSysfs.Device, _ plans: [SerialScannerPlan], _ files: SystemFiles
  ) -> SerialScannerPlan? {
    plans.first { plan in
      let node = files.linkedName(plan.path) ?? plan.path.split(separator: "/").last.map(String.init)
      return node.map(device.ports.contains) ?? false
    }
  }

  // MARK: What is said of one

  private static func entry(
    _ device: USBSysfs.Device, _ mode: ScannerMode, _ usb: [USBScannerPlan], _ serial: [SerialScannerPlan],
    _ sysfs: USBSysfs
  ) -> InventoryEntry {
    let identity = device.identity
    let configuredAs = usb.first { $0.names(identity) }?.device ?? serialPlan(device, serial, sysfs.files)?.device
    let isKnown = KnownScanner.row(identity)?.mode == .keyboard || KnownScanner.maker(identity.vendor) != nil
    var entry = InventoryEntry(
      name: name(device), vendor: identity.vendor, product: identity.product, serialNumber: identity.serialNumber,
      portPath: identity.portPath, mode: mode,
      isNeverClaimed: mode == .keyboard && configuredAs == nil && !isKnown,
      access: .granted, driver: device.drivers.sorted { $0.key < $1.key }.first?.value,
      serialPath: device.ports.first.map { byID($0, sysfs.files) }, configuredAs: configuredAs,
      advice: ScannerAdvice.words(for: mode))
    entry.access = access(device, sysfs)
    entry.advice = advice(entry, usb.first { otherProduct($0, identity) })
    return entry
  }

  private static func name(_ device: USBSysfs.Device) -> String {
    let said = [device.manufacturer, device.productName].filter { !$0.isEmpty }.joined(separator: " ")
    if !said.isEmpty { return said }
    return KnownScanner.row(device.identity)?.name ?? KnownScanner.maker(device.identity.vendor).map { "\($0) scanner" }
      ?? "USB device"
  }

  private static func access(_ device: USBSysfs.Device, _ sysfs: USBSysfs) -> InventoryEntry.Access {
    // A serial scanner is opened by its tty, not by its USB node.
    if let port = device.ports.first { return sysfs.files.isAccessible("/dev/\(port)") ? .granted : .refused }
    if device.drivers.values.contains("usbfs") {
      let number = device.drivers.first { $0.value == "usbfs" }?.key ?? 0
      return .held(by: sysfs.holder(portPath: device.identity.portPath, interface: number) ?? "another program")
    }
    return sysfs.files.isAccessible(device.node) ? .granted : .refused
  }

  private static func byID(_ port: String, _ files: SystemFiles) -> String {
    let folder = "/dev/serial/by-id"
    let link = files.names(folder).first { files.linkedName("\(folder)/\($0)") == port }
    return link.map { "\(folder)/\($0)" } ?? "/dev/\(port)"
  }

  private static func advice(_ entry: InventoryEntry, _ changed: USBScannerPlan?) -> Words {
    if entry.isNeverClaimed { return ScannerAdvice.keyboardNeverClaimed }
    var isHeld = false
    if case .held = entry.access { isHeld = true }
    var all = [isHeld && entry.mode == .unknown ? ScannerAdvice.modeHidden : ScannerAdvice.words(for: entry.mode)]
    if entry.configuredAs == nil, let changed { all.append(ScannerAdvice.otherProduct(changed)) }
    if entry.mode.isSupported, entry.access == .refused { all.append(ScannerAdvice.accessRefused) }
    // The daemon itself holds the scanners it reads.
    if case .held(let program) = entry.access, entry.configuredAs == nil { all.append(ScannerAdvice.held(by: program)) }
    return Words(all.map(\.english).joined(separator: " "), all.map(\.chinese).joined())
  }
}
