import CUSB

/// An open USB device and what is claimed of it. Touched only by the thread that runs the event loop.
final class USBHandle {
  /// How long a scanner may take to answer a request, in milliseconds.
  static let requestMilliseconds: UInt32 = 500

  let pointer: OpaquePointer
  private let identity: USBIdentity
  private let staysDetached: Bool
  private let sysfs: USBSysfs
  private var claimed: [UInt8] = []

  init(device: OpaquePointer, identity: USBIdentity, staysDetached: Bool, sysfs: USBSysfs) throws(USBFault) {
    var opened: OpaquePointer?
    try checked(libusb_open(device, &opened), "opening")
    guard let opened else { throw .libusb(code: LIBUSB_ERROR_OTHER.rawValue, attempted: "opening") }
    pointer = opened
    self.identity = identity
    self.staysDetached = staysDetached
    self.sysfs = sysfs
    // The kernel's driver comes back when the interface is released.
    if !staysDetached { libusb_set_auto_detach_kernel_driver(opened, 1) }
  }

  /// Takes an interface from the kernel's driver, so that nothing it sends reaches a console.
  func claim(_ interface: UInt8) throws(USBFault) {
    if staysDetached {
      let code = libusb_detach_kernel_driver(pointer, Int32(interface))
      if code != LIBUSB_ERROR_NOT_FOUND.rawValue { try checked(code, "detaching the kernel driver") }
    }
    let code = libusb_claim_interface(pointer, Int32(interface))
    if code == LIBUSB_ERROR_BUSY.rawValue {
      throw .held(by: sysfs.holder(portPath: identity.portPath, interface: interface))
    }
    try checked(code, "claiming")
    claimed.append(interface)
  }

  func release(_ interface: UInt8) {
    guard let index = claimed.firstIndex(of: interface) else { return }
    claimed.remove(at: index)
    libusb_release_interface(pointer, Int32(interface))
  }

  /// GET_DESCRIPTOR to a claimed interface (HID 1.11, section 7.1.1).
  func reportDescriptor(of interface: USBInterface) throws(USBFault) -> HIDReportDescriptor {
    let length = min(
      interface.reportDescriptorBytes ?? HIDReportDescriptor.maximumBytes, HIDReportDescriptor.maximumBytes)
    var bytes = [UInt8](repeating: 0, count: max(1, length))
    let count = libusb_control_transfer(
      pointer, 0x81, 0x06, 0x2200, UInt16(interface.number), &bytes, UInt16(bytes.count), Self.requestMilliseconds)
    // A stall is an answer: there is no such descriptor.
    if count == LIBUSB_ERROR_PIPE.rawValue { return HIDReportDescriptor([]) }
    try checked(count, "reading the report descriptor")
    return HIDReportDescriptor(Array(bytes.prefix(Int(count))))
  }

  /// SET_REPORT of a feature report to a claimed interface (HID 1.11, section 7.2.2).
  func setFeature(_ identifier: UInt8, _ data: [UInt8], of interface: UInt8) throws(USBFault) {
    var bytes = [identifier] + data
    let code = libusb_control_transfer(
      pointer, 0x21, 0x09, 0x0300 | UInt16(identifier), UInt16(interface), &bytes, UInt16(bytes.count),
      Self.requestMilliseconds)
    // A stall is an answer: this model knows no such report and needs none.
    if code != LIBUSB_ERROR_PIPE.rawValue { try checked(code, "switching the scanner on") }
  }

  /// SET_PROTOCOL of a claimed keyboard interface to the boot protocol (HID 1.11, section 7.2.6): what reports are laid
  /// out like after a claim is otherwise up to whoever had the scanner before.
  func useBootProtocol(of interface: UInt8) throws(USBFault) {
    let code = libusb_control_transfer(
      pointer, 0x21, 0x0B, 0, UInt16(interface), nil, 0, Self.requestMilliseconds)
    // A scanner that refuses knows no other form.
    if code == LIBUSB_ERROR_NO_DEVICE.rawValue { try checked(code, "choosing the boot protocol") }
  }

  /// Must be called once, when no transfer is under way.
  func close() {
    for interface in claimed { libusb_release_interface(pointer, Int32(interface)) }
    claimed = []
    libusb_close(pointer)
  }
}
